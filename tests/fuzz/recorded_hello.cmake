fuzz_target(recorded_hello USES tls)
