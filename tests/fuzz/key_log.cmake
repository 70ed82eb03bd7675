fuzz_target(key_log USES conversation)
