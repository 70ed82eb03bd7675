fuzz_target(dialect_answers USES probes)
