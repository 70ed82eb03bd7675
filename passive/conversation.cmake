# Reads TLS out of two streams of bytes.
ucready_room(conversation
  SOURCES canonical_hello.cc chain_book.cc conversation.cc handshake.cc handshake_messages.cc ja3s_book.cc kept_handshake.cc key_log.cc offer.cc
          prelude.cc tds_unwrapper.cc tls13_shape.cc tls_start.cc
  USES core tls trust db
  THIRD_PARTY fmt::fmt)
