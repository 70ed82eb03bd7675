fuzz_target(certificate_der USES trust)
