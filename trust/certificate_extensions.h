// The extensions that decide what a certificate may be used for (RFC 5280 section 4.2.1).
#pragma once

#include <openssl/x509.h>

#include <string>

#include "core/certificate.h"

namespace ucready::trust {

// Fills san, eku, key_usage and is_ca. Gives back what is wrong with one of these extensions, empty when nothing is:
// one that is there twice or does not parse makes TLS stacks refuse the certificate.
std::string read_extensions(const STACK_OF(X509_EXTENSION) * extensions, Certificate& certificate);

}  // namespace ucready::trust
