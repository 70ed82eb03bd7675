// OpenSSL's security levels (SSL_CTX_set_security_level(3)) as this version and its elder weigh things.
#include <algorithm>

#include "upgrade/negotiation/rules.h"

namespace ucready::negotiation {
namespace {

int scheme_bits(const SchemeFacts& scheme, const StackTraits& traits) {
  if (scheme.key == KeyKind::ed25519) return 128;
  if (scheme.key == KeyKind::ed448) return 224;
  if (scheme.hash == Hash::sha1) return traits.sha1_bits;
  return hash_bytes(scheme.hash) * 4;
}

}  // namespace

bool SecurityLevel::allows(const SchemeFacts& scheme) const { return scheme_bits(scheme, *traits_) >= bits_; }

bool SecurityLevel::allows(CipherSuite suite) const {
  if (bits_ == 0) return true;
  const tls::SuiteFacts facts = tls::facts(suite);
  if (strength_bits(suite) < bits_ || is_anonymous(facts) || uses_md5(suite)) return false;
  if (facts.rc4 && level_ >= 2) return false;
  return level_ < 3 || facts.forward_secret;
}

bool SecurityLevel::allows(const GroupFacts& group) const { return group.security_bits >= bits_; }

bool SecurityLevel::allows_key(KeyKind kind, int key_bits) const { return key_security_bits(kind, key_bits) >= bits_; }

bool SecurityLevel::allows_certificate_hash(Hash hash) const {
  const int found = hash == Hash::none   ? 128
                    : hash == Hash::sha1 ? traits_->sha1_certificate_bits
                    : hash == Hash::md5  ? 39
                                         : hash_bytes(hash) * 4;
  return found >= bits_;
}

bool SecurityLevel::allows_dh(int prime_bits) const {
  constexpr int kFloorBits = 80;  // Even at level 0.
  return key_security_bits(KeyKind::rsa, prime_bits) >= std::max(bits_, kFloorBits);
}

SecurityLevel level_of(const Profile& profile) {
  Profile judged;
  judged.stack = profile.stack;
  judged.security_level = traits(profile.stack).rules == Rules::openssl ? profile.security_level : 0;
  return SecurityLevel(judged);
}

}  // namespace ucready::negotiation
