fuzz_target(site_yaml USES site)
