# How two TLS stacks agree: a library of its own, so that it is built and tested without the catalogue.
ucready_room(negotiation SOURCES negotiation/accept.cc negotiation/chain_rules.cc negotiation/cipher_string.cc
             negotiation/doubt.cc negotiation/explain.cc negotiation/facts.cc
             negotiation/gnutls_server.cc negotiation/jsse_server.cc negotiation/key_ring.cc negotiation/measured.cc negotiation/negotiate.cc
             negotiation/offer.cc negotiation/openssl_server.cc negotiation/openssl_server_tls12.cc
             negotiation/openssl_server_tls13.cc negotiation/openssl_suites.cc negotiation/outcome.cc negotiation/product_rules.cc negotiation/prove.cc
             negotiation/security_level.cc negotiation/select_version.cc negotiation/stack.cc
             USES core tls)
