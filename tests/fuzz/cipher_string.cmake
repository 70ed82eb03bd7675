fuzz_target(cipher_string USES negotiation)
