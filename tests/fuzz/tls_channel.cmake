fuzz_target(tls_channel USES tls)
