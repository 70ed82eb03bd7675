fuzz_target(release_text USES upgrade)
