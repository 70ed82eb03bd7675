fuzz_target(decapsulation USES frames)
