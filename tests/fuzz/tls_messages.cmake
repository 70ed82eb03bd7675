fuzz_target(tls_messages USES tls)
