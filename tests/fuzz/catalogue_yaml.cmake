fuzz_target(catalogue_yaml USES upgrade)
