fuzz_target(capture_file USES frames)
