// Lists of an observation as one column: names, comma-separated, in wire order.
#pragma once

#include <string>

#include "db/interface_observation.h"

namespace ucready::db {

// "rsa_sign,ecdsa_sign": IANA's TLS ClientCertificateType Identifiers; 0x.. for one without a name.
std::string certificate_types_text(const tls::CertificateRequest& request);
std::string signature_schemes_text(const tls::CertificateRequest& request);
// Names hold commas, so "; " stands between them. At most 64 kB; "..." at the end where more were sent.
std::string authorities_text(const std::vector<std::string>& authorities);

}  // namespace ucready::db
