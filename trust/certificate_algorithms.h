// What kind of key a certificate holds and what it was signed with.
#pragma once

#include "core/certificate.h"
#include "trust/certificate_fields.h"

namespace ucready::trust {

// Fills key_type, key_bits and curve.
void read_key(const SubjectKeyFields& key, Certificate& certificate);
// Fills signature_algorithm and signature_hash.
void read_signature_algorithm(const X509_ALGOR& algorithm, Certificate& certificate);

}  // namespace ucready::trust
