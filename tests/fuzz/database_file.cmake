fuzz_target(database_file USES db)
