fuzz_target(export_text USES imports)
