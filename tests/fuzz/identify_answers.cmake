fuzz_target(identify_answers USES probes)
