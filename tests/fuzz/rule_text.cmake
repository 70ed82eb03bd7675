fuzz_target(rule_text USES db)
