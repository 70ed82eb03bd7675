fuzz_target(tlv_file USES trust)
