fuzz_target(tls_server_answer USES tls)
