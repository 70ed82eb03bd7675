ucready_test(conversation_test SOURCES compressed_certificate_test.cc conversation_test.cc offer_test.cc tls13_shape_test.cc tls_pair.cc
             USES conversation certificate_maker)
pkg_check_modules(brotli_encoder REQUIRED IMPORTED_TARGET libbrotlienc)
target_link_libraries(conversation_test PRIVATE OpenSSL::SSL PkgConfig::brotli_encoder)
