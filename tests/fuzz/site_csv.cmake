fuzz_target(site_csv USES site)
