# What the bytes of a connection tell of TLS.
ucready_room(conversation
  SOURCES chain_book.cc conversation.cc encrypted_handshake.cc fingerprints.cc handshake_watch.cc key_log.cc offer_book.cc
          offer_skeleton.cc prelude.cc tls_start.cc
  USES core tls trust db
  THIRD_PARTY fmt::fmt)
