// What nearly every server has of groups and signature schemes: while one of these was not seen, it is worth looking
// for along with something else.
#pragma once

#include <vector>

#include "tls/code_points.h"

namespace ucready::probes {

// What still speaks TLSv1.1 mostly signs with SHA-1 and SHA-224 as well.
enum class Hashes { todays, old_too };

bool more_groups_likely(const std::vector<tls::Group>& seen);

// Of a key of that kind, which is RSA or ECDSA.
bool more_schemes_likely(tls::Authentication key, const std::vector<tls::SignatureScheme>& seen, Hashes hashes);

// Of any key in TLSv1.3, where a scheme of ECDSA belongs to one curve. Of RSA all come together, and who has shown no
// RSA key may still have one.
bool more_modern_schemes_likely(const std::vector<tls::SignatureScheme>& seen);

// An RSA or ECDSA key without restrictions of its own can sign so.
bool signs(tls::Authentication key, tls::SignatureScheme scheme);

}  // namespace ucready::probes
