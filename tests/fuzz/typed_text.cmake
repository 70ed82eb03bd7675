fuzz_target(typed_text USES scanner)
