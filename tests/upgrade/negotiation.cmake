# The model of negotiation against the stacks themselves. The room itself needs no libssl.
ucready_test(negotiation_openssl_test SOURCES negotiation_openssl_test.cc negotiation/comparison.cc negotiation/draw.cc negotiation/forged_hello.cc
                                              negotiation/openssl_pair.cc negotiation/universe.cc
             USES negotiation rehearsal certificate_maker)
ucready_test(negotiation_test SOURCES cipher_string_test.cc negotiation_doubt_test.cc negotiation_measured_test.cc negotiation_rules_test.cc negotiation/draw.cc negotiation/universe.cc
             USES negotiation certificate_maker)
target_link_libraries(negotiation_test PRIVATE OpenSSL::SSL)
ucready_test(negotiation_haproxy_test SOURCES negotiation_haproxy_test.cc negotiation/comparison.cc negotiation/probed_selection.cc
                                              negotiation/universe.cc
             USES negotiation certificate_maker LABELS integration)
pkg_check_modules(gnutls REQUIRED IMPORTED_TARGET gnutls)
ucready_test(negotiation_gnutls_test SOURCES negotiation_gnutls_test.cc negotiation/comparison.cc negotiation/probed_selection.cc
                                             negotiation/universe.cc
             USES negotiation certificate_maker LABELS integration)
target_link_libraries(negotiation_gnutls_test PRIVATE PkgConfig::gnutls)
ucready_test(negotiation_jsse_test SOURCES negotiation_jsse_test.cc negotiation/comparison.cc negotiation/probed_selection.cc
                                           negotiation/universe.cc
             USES negotiation certificate_maker LABELS integration)
