fuzz_target(export_archive USES imports imported)
