// Names of all kinds that a certificate carries, as text that no content of theirs can forge.
#pragma once

#include <openssl/x509v3.h>

#include <string>

namespace ucready::trust {

std::string name_text(const X509_NAME* name);
std::string object_text(const ASN1_OBJECT* object);  // Dotted: "2.5.29.37".
std::string time_text(const ASN1_TIME* time);        // ISO 8601; empty when it is no time.
std::string serial_text(const ASN1_INTEGER* serial);
std::string alternative_names_text(const GENERAL_NAMES& names);

}  // namespace ucready::trust
