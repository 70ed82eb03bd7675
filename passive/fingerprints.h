// Names that others give to hellos. JA3 and JA3S: salesforce/ja3; JA4: FoxIO's technical details of JA4 (TLS client),
// the only member of its family that is free of a licence.
#pragma once

#include <string>

#include "tls/client_hello.h"
#include "tls/server_hello.h"

namespace ucready::passive {

std::string ja3(const tls::ClientHello& hello);
std::string ja3s(const tls::ServerHello& hello);
// Over TCP: "t13d1516h2_8daaf6152771_e5627efa2ab1".
std::string ja4(const tls::ClientHello& hello);

}  // namespace ucready::passive
