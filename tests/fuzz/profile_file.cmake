fuzz_target(profile_file USES scanner)
