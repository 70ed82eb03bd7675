fuzz_target(fetched_trust_list USES probes)
