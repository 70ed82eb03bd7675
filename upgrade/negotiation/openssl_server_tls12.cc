// OpenSSL as a server up to TLSv1.2: shared schemes, usable keys, suite, group, scheme, in this order. A suite once
// chosen is kept, even where its scheme then fails.
#include <algorithm>

#include "upgrade/negotiation/rules.h"

namespace ucready::negotiation {
namespace {

using tls::Authentication;
using tls::KeyExchange;

class Tls12Selection {
 public:
  Tls12Selection(const HelloFacts& hello, const ServerProfile& server, const KeyRing& keys, Version version,
                 Trace& trace)
      : hello_(hello), server_(server), keys_(keys), version_(version), trace_(trace), level_(level_of(server)) {}

  Selected run() {
    // With signature_algorithms_cert alone nothing is shared.
    schemes_count_ = version_ == tls::kTls12 && !(hello_.schemes.empty() && hello_.schemes_cert.empty());
    if (schemes_count_ && !share_schemes()) {
      trace_.note(BranchPoint::schemes_none_shared);
      return refuse(alert::kHandshakeFailure, Reason::no_common_signature_scheme);
    }
    group_ = choose_group();
    if (!choose_suite()) {
      trace_.note(BranchPoint::suite_none);
      return refuse(alert::kHandshakeFailure, Reason::no_common_cipher);
    }
    if (const auto refusal = choose_scheme()) return tl::unexpected(*refusal);
    settle_key_exchange();
    return answer_;
  }

 private:
  bool share_schemes() {
    const bool own = server_.server_preference;
    shared_ = shared_schemes(own ? server_.schemes : hello_.schemes, own ? hello_.schemes : server_.schemes, level_);
    return !shared_.empty();
  }

  bool shares_scheme_of(KeyKind kind) const {
    return std::ranges::any_of(shared_, [&](const SchemeFacts* scheme) { return scheme->key == kind; });
  }

  // The key that a suite's kind of authentication gets; nullptr: none can be used.
  const Chain* key_for(const tls::SuiteFacts& suite) {
    if (suite.authentication == Authentication::rsa) return rsa_key(suite);
    if (suite.authentication == Authentication::ecdsa) return ecdsa_key();
    return nullptr;
  }

  const Chain* rsa_key(const tls::SuiteFacts& suite) {
    // Whether a scheme is left for it is asked only after the suite is chosen.
    if (const Chain* const rsa = keys_.find(KeyKind::rsa)) return rsa;
    if (suite.key_exchange == KeyExchange::rsa || !schemes_count_ || !shares_scheme_of(KeyKind::rsa_pss))
      return nullptr;
    return keys_.find(KeyKind::rsa_pss);
  }

  const Chain* ecdsa_key() {
    if (const Chain* const key = keys_.find(KeyKind::ecdsa); key != nullptr && ecdsa_usable(*key)) return key;
    if (!schemes_count_) return nullptr;
    for (const KeyKind kind : {KeyKind::ed25519, KeyKind::ed448}) {
      if (keys_.find(kind) != nullptr && shares_scheme_of(kind)) return keys_.find(kind);
    }
    return nullptr;
  }

  bool ecdsa_usable(const Chain& key) {
    if (!key.digital_signature) return false;
    if (!hello_.groups.empty() && !contains(hello_.groups, key.curve)) {
      trace_.note(BranchPoint::suite_skipped_curve);
      return false;
    }
    if (version_ < tls::kTls12) return true;
    return schemes_count_ ? shares_scheme_of(KeyKind::ecdsa) : sha1_allowed(KeyKind::ecdsa);
  }

  // No signature_algorithms at TLSv1.2 means SHA-1 with every kind of key (RFC 5246 section 7.4.1.4.1); it must be on
  // the server's own list and within its level.
  bool sha1_allowed(KeyKind kind) const {
    const SignatureScheme scheme = kind == KeyKind::rsa ? SignatureScheme{0x0201} : SignatureScheme{0x0203};
    return contains(server_.schemes, scheme) && level_.allows(*find_scheme(scheme));
  }

  std::optional<Group> choose_group() const {
    const std::vector<Group>& order = server_.server_preference ? server_.groups : hello_.groups;
    const std::vector<Group>& allowed = server_.server_preference ? hello_.groups : server_.groups;
    for (const Group group : order) {
      const GroupFacts* const facts = find_group(group);
      if (facts != nullptr && contains(allowed, group) && fits(*facts, version_) && level_.allows(*facts)) return group;
    }
    return std::nullopt;
  }

  // Why a suite cannot be had; nothing when it can.
  std::optional<BranchPoint> hindrance(CipherSuite suite) {
    const tls::SuiteFacts facts = tls::facts(suite);
    if (!exists_in(facts, version_)) return BranchPoint::suite_skipped_version;
    if (!is_anonymous(facts) && key_for(facts) == nullptr) return BranchPoint::suite_skipped_key;
    if (facts.key_exchange == KeyExchange::ecdhe && !group_) return BranchPoint::suite_skipped_group;
    if (facts.key_exchange == KeyExchange::dhe && !has_dh()) return BranchPoint::suite_skipped_dh;
    if (!level_.allows(suite)) return BranchPoint::suite_skipped_level;
    return std::nullopt;
  }

  // Parameters that the level forbids cannot be loaded.
  bool has_dh() const {
    if (server_.dh == DhParameters::fixed) return level_.allows_dh(server_.dh_bits);
    return server_.dh == DhParameters::by_key;
  }

  bool choose_suite() {
    for (const CipherSuite suite : suites_in_order(hello_.suites, server_, chacha_first())) {
      if (const auto why = hindrance(suite)) {
        trace_.note(*why);
        continue;
      }
      trace_.note(server_.server_preference ? BranchPoint::suite_by_server : BranchPoint::suite_by_client);
      answer_.suite = suite;
      suite_ = tls::facts(suite);
      if (is_anonymous(suite_)) {
        trace_.note(BranchPoint::suite_anonymous);
      } else {
        key_ = key_for(suite_);
      }
      return true;
    }
    return false;
  }

  std::vector<CipherSuite> chacha_first() {
    std::vector<CipherSuite> own = server_.suites;
    if (!server_.server_preference || !server_.prioritize_chacha || hello_.suites.empty()) return own;
    if (!is_chacha(hello_.suites.front())) return own;
    const auto rest = std::stable_partition(own.begin(), own.end(), is_chacha);
    if (rest != own.begin()) trace_.note(BranchPoint::chacha_moved_to_front);
    return own;
  }

  std::optional<Refusal> choose_scheme() {
    if (is_anonymous(suite_)) return std::nullopt;
    if (version_ < tls::kTls12) return check_implied_scheme();
    if (!schemes_count_) return take_sha1();
    for (const SchemeFacts* const scheme : shared_) {
      const Chain* const key = key_of(*scheme);
      if (key == nullptr) continue;
      if (!signed_as_listed(*key, hello_.schemes_cert)) {
        trace_.note(BranchPoint::skips_leaf_by_its_signature);
        continue;
      }
      if (!long_enough(*scheme, *key)) continue;
      trace_.note(server_.server_preference ? BranchPoint::scheme_by_server : BranchPoint::scheme_by_client);
      take(*scheme, *key);
      return std::nullopt;
    }
    trace_.note(BranchPoint::scheme_none_for_suite);
    return Refusal{Phase::selection, Side::server, alert::kHandshakeFailure, Reason::no_common_signature_scheme};
  }

  // The key that would sign with a scheme under the suite that was chosen.
  const Chain* key_of(const SchemeFacts& scheme) {
    if (suite_.authentication == Authentication::rsa) {
      if (scheme.key == KeyKind::rsa) return keys_.find(KeyKind::rsa);
      const bool pss = scheme.key == KeyKind::rsa_pss && suite_.key_exchange != KeyExchange::rsa;
      return pss ? keys_.find(KeyKind::rsa_pss) : nullptr;
    }
    if (scheme.key == KeyKind::ed25519 || scheme.key == KeyKind::ed448) return keys_.find(scheme.key);
    if (scheme.key != KeyKind::ecdsa) return nullptr;
    const Chain* const key = keys_.find(KeyKind::ecdsa);
    const bool curve_known = key != nullptr && (hello_.groups.empty() || contains(hello_.groups, key->curve));
    return curve_known ? key : nullptr;
  }

  void take(const SchemeFacts& scheme, const Chain& key) {
    key_ = &key;
    if (key.key == KeyKind::ed25519) trace_.note(BranchPoint::suite_by_ed25519);
    if (key.key == KeyKind::rsa_pss) trace_.note(BranchPoint::suite_by_rsa_pss);
    if (suite_.key_exchange != KeyExchange::rsa) answer_.scheme = scheme.scheme;
  }

  // Below TLSv1.2 RSA signs MD5 with SHA-1 and ECDSA SHA-1; what the level forbids is noticed too late for a way back.
  std::optional<Refusal> check_implied_scheme() {
    const bool allowed = suite_.authentication == Authentication::rsa
                             ? level_.allows_md5_sha1()
                             : level_.allows(*find_scheme(SignatureScheme{0x0203}));
    if (allowed) return std::nullopt;
    trace_.note(BranchPoint::md5_sha1_below_level);
    return Refusal{Phase::selection, Side::server, alert::kInternalError, Reason::no_common_version};
  }

  std::optional<Refusal> take_sha1() {
    const KeyKind kind = suite_.authentication == Authentication::rsa ? KeyKind::rsa : KeyKind::ecdsa;
    if (sha1_allowed(kind) && keys_.find(kind) != nullptr && signed_as_listed(*keys_.find(kind), hello_.schemes_cert)) {
      trace_.note(BranchPoint::schemes_absent_means_sha1);
      key_ = keys_.find(kind);
      if (suite_.key_exchange != KeyExchange::rsa) {
        answer_.scheme = kind == KeyKind::rsa ? SignatureScheme{0x0201} : SignatureScheme{0x0203};
      }
      return std::nullopt;
    }
    trace_.note(BranchPoint::sha1_below_level);
    return Refusal{Phase::selection, Side::server, alert::kHandshakeFailure, Reason::no_common_signature_scheme};
  }

  void settle_key_exchange() {
    if (key_ != nullptr) answer_.chain = *key_;
    if (suite_.key_exchange == KeyExchange::ecdhe) {
      answer_.group = group_;
      trace_.note(server_.server_preference ? BranchPoint::group_by_server : BranchPoint::group_by_client);
    } else if (suite_.key_exchange == KeyExchange::dhe) {
      answer_.dh_bits = server_.dh == DhParameters::fixed ? server_.dh_bits : dh_bits_by_key();
      trace_.note(server_.dh == DhParameters::fixed ? BranchPoint::dh_fixed : BranchPoint::dh_by_key);
    }
  }

  int dh_bits_by_key() const {
    const bool strong_cipher = strength_bits(answer_.suite) == 256;
    const int wanted = key_ != nullptr ? key_security_bits(key_->key, key_->key_bits) : strong_cipher ? 128 : 80;
    const int bits = std::max(wanted, level_.bits());
    return bits >= 192 ? 8192 : bits >= 152 ? 4096 : bits >= 128 ? 3072 : bits >= 112 ? 2048 : 1024;
  }

  const HelloFacts& hello_;
  const ServerProfile& server_;
  const KeyRing& keys_;
  const Version version_;
  Trace& trace_;
  const SecurityLevel level_;
  bool schemes_count_ = false;
  std::vector<const SchemeFacts*> shared_;
  std::optional<Group> group_;
  tls::SuiteFacts suite_;
  const Chain* key_ = nullptr;
  Answer answer_;
};

}  // namespace

Selected select_openssl_tls12(const HelloFacts& hello, const ServerProfile& server, const KeyRing& keys,
                              Version version, Trace& trace) {
  return Tls12Selection(hello, server, keys, version, trace).run();
}

}  // namespace ucready::negotiation
