fuzz_target(tls_client_hello USES tls)
