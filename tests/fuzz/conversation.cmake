fuzz_target(conversation USES conversation)
