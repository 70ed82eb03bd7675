ucready_test(conversation_test SOURCES conversation_test.cc offer_test.cc tls13_shape_test.cc tls_pair.cc
             USES conversation certificate_maker)
target_link_libraries(conversation_test PRIVATE OpenSSL::SSL)
