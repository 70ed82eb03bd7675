fuzz_target(whole_pipeline USES whole_pipeline)
