ucready_test(conversation_test SOURCES compressed_certificate_test.cc conversation_test.cc offer_test.cc tls13_shape_test.cc tls_pair.cc
             USES conversation certificate_maker sealed_records)
target_link_libraries(conversation_test PRIVATE OpenSSL::SSL)
