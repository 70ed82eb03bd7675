# Reads TLS out of two streams of bytes.
pkg_check_modules(zlib REQUIRED IMPORTED_TARGET zlib)
pkg_check_modules(brotli REQUIRED IMPORTED_TARGET libbrotlidec)
pkg_check_modules(zstd REQUIRED IMPORTED_TARGET libzstd)

ucready_room(conversation
  SOURCES canonical_hello.cc chain_book.cc compressed_certificate.cc conversation.cc handshake.cc handshake_messages.cc ja3s_book.cc kept_handshake.cc key_log.cc offer.cc
          prelude.cc tds_unwrapper.cc tls13_shape.cc tls_start.cc
  USES core tls trust db
  THIRD_PARTY PkgConfig::zlib PkgConfig::brotli PkgConfig::zstd fmt::fmt)
