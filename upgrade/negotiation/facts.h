// What a suite, a scheme and a group ask for, as the stages need it. Code points that no table knows have no facts, and
// are passed over like a stack passes over what it does not know.
#pragma once

#include <optional>
#include <span>
#include <vector>

#include "tls/code_points.h"

namespace ucready::negotiation {

using tls::CipherSuite;
using tls::Group;
using tls::SignatureScheme;
using tls::Version;

enum class KeyKind { rsa, rsa_pss, dsa, ecdsa, ed25519, ed448 };
enum class Hash { none, md5, sha1, sha224, sha256, sha384, sha512 };  // none: the algorithm hashes by itself.

struct SchemeFacts {
  SignatureScheme scheme;
  KeyKind key;
  Hash hash;
  bool pss;
  Group curve;  // The only one it may sign with in TLSv1.3; 0: any.
};
const SchemeFacts* find_scheme(SignatureScheme scheme);  // nullptr: not known.
std::span<const SchemeFacts> all_schemes();
// May sign a TLSv1.3 handshake (RFC 8446 section 4.2.3): no SHA-1, no SHA-224, no DSA, no PKCS#1.
bool signs_tls13(const SchemeFacts& scheme);

struct GroupFacts {
  Group group;
  int security_bits;
  Version lowest;   // 0: any.
  Version highest;  // 0: any.
  bool ffdhe;
};
const GroupFacts* find_group(Group group);
bool fits(const GroupFacts& group, Version version);

// The strength that OpenSSL's levels weigh: 256, 128, 112 (3DES), 80 (RC4), 0 (NULL).
int strength_bits(CipherSuite suite);
bool uses_md5(CipherSuite suite);
bool is_tls13(CipherSuite suite);
bool is_chacha(CipherSuite suite);
bool is_anonymous(const tls::SuiteFacts& suite);
Version lowest_version(const tls::SuiteFacts& suite);
bool exists_in(const tls::SuiteFacts& suite, Version version);

// NIST SP 800-57: the bits of security of a key. RSA and DSA go by the modulus, EC by half the curve.
int key_security_bits(KeyKind kind, int bits);
int hash_bytes(Hash hash);

template <typename T>
bool contains(const std::vector<T>& list, const T& wanted) {
  for (const T& item : list) {
    if (item == wanted) return true;
  }
  return false;
}

}  // namespace ucready::negotiation
