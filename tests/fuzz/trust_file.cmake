fuzz_target(trust_file USES trust)
