// GnuTLS as a server: the first loaded key that serves wins, and what does not fit is passed over for the next suite.
#include <algorithm>

#include "upgrade/negotiation/rules.h"

namespace ucready::negotiation {
namespace {

using tls::Authentication;
using tls::KeyExchange;

class GnutlsSelection {
 public:
  GnutlsSelection(const HelloFacts& hello, const ServerProfile& server, const KeyRing& keys, Version version,
                  Trace& trace)
      : hello_(hello), server_(server), keys_(keys), version_(version), trace_(trace) {}

  Selected run_tls13() {
    if (const auto refusal = missing_extension()) return tl::unexpected(*refusal);
    shared_ = shared_schemes(hello_.schemes, server_.schemes, level_of(server_));
    const auto common = suites_in_order(hello_.suites, server_, server_.suites_tls13);
    const auto suite = std::ranges::find_if(common, is_tls13);
    if (suite == common.end()) {
      trace_.note(BranchPoint::tls13_suite_none);
      return refuse(alert::kHandshakeFailure, Reason::no_common_cipher);
    }
    answer_.suite = *suite;
    trace_.note(server_.server_preference ? BranchPoint::tls13_suite_by_server : BranchPoint::tls13_suite_by_client);
    if (!choose_tls13_group()) {
      trace_.note(BranchPoint::tls13_group_none);
      return refuse(alert::kHandshakeFailure, Reason::no_common_group);
    }
    if (!choose_tls13_key()) {
      trace_.note(BranchPoint::tls13_scheme_none);
      return refuse(alert::kHandshakeFailure, Reason::no_common_signature_scheme);
    }
    return answer_;
  }

  Selected run_tls12() {
    if (uses_schemes()) shared_ = shared_schemes(hello_.schemes, server_.schemes, level_of(server_));
    for (const CipherSuite suite : suites_in_order(hello_.suites, server_, server_.suites)) {
      if (const auto why = hindrance(suite)) {
        trace_.note(*why);
        continue;
      }
      trace_.note(server_.server_preference ? BranchPoint::suite_by_server : BranchPoint::suite_by_client);
      settle(suite);
      return answer_;
    }
    trace_.note(BranchPoint::suite_none);
    return refuse(alert::kHandshakeFailure, Reason::no_common_cipher);
  }

 private:
  bool uses_schemes() const { return version_ == tls::kTls12 && !hello_.schemes.empty(); }

  std::optional<Refusal> missing_extension() {
    const auto refusal = [](tls::Alert alert, Reason reason) {
      return Refusal{Phase::selection, Side::server, alert, reason};
    };
    if (hello_.schemes.empty()) {
      trace_.note(BranchPoint::schemes_extension_missing);
      return refusal(alert::kHandshakeFailure, Reason::no_common_signature_scheme);
    }
    if (hello_.groups.empty()) {
      trace_.note(BranchPoint::groups_extension_missing);
      return refusal(alert::kHandshakeFailure, Reason::no_common_group);
    }
    if (!hello_.key_shares) {
      trace_.note(BranchPoint::key_share_missing);
      return refusal(alert::kMissingExtension, Reason::no_common_group);
    }
    return std::nullopt;
  }

  std::optional<Group> common_group(const std::vector<Group>& order, const std::vector<Group>& allowed) const {
    for (const Group group : order) {
      const GroupFacts* const facts = find_group(group);
      if (facts != nullptr && contains(allowed, group) && fits(*facts, version_) &&
          (version_ == tls::kTls13 || !facts->ffdhe)) {
        return group;
      }
    }
    return std::nullopt;
  }

  std::optional<Group> tls_group() const {
    const bool own = server_.server_preference;
    return common_group(own ? server_.groups : hello_.groups, own ? hello_.groups : server_.groups);
  }

  // The first common group is wanted, even at the price of a retry.
  bool choose_tls13_group() {
    const bool own = server_.server_preference;
    const auto wanted = tls_group();
    if (wanted && contains(*hello_.key_shares, *wanted)) {
      answer_.group = wanted;
      trace_.note(*wanted == hello_.key_shares->front() ? BranchPoint::first_usable_share
                                                        : BranchPoint::later_usable_share);
      return true;
    }
    answer_.group = wanted;
    answer_.hello_retry = true;
    if (!answer_.group) return false;
    const bool had_one = common_group(*hello_.key_shares, server_.groups).has_value();
    trace_.note(had_one ? BranchPoint::retry_although_a_share_was_usable
                : own   ? BranchPoint::retry_by_server_order
                        : BranchPoint::retry_by_client_order);
    return true;
  }

  bool choose_tls13_key() {
    for (const Chain* const key : keys_.all()) {
      if (!key->digital_signature) continue;
      for (const SchemeFacts* const scheme : shared_) {
        if (!signs_tls13(*scheme) || scheme->key != key->key || !long_enough(*scheme, *key)) continue;
        if (scheme->curve != Group{} && scheme->curve != key->curve) continue;
        trace_.note(BranchPoint::tls13_key_by_load_order);
        answer_.chain = *key;
        answer_.scheme = scheme->scheme;
        return true;
      }
    }
    return false;
  }

  const SchemeFacts* signature_of(const Chain& key) const {
    const auto at =
        std::ranges::find_if(shared_, [&](const SchemeFacts* s) { return s->key == key.key && long_enough(*s, key); });
    return at == shared_.end() ? nullptr : *at;
  }

  // No signature_algorithms at TLSv1.2 means SHA-1, which must then be on the server's own list.
  bool can_sign(const Chain& key) const {
    if (!key.digital_signature) return false;
    if (version_ < tls::kTls12) return true;
    if (uses_schemes()) return signature_of(key) != nullptr;
    return contains(server_.schemes, key.key == KeyKind::ecdsa ? SignatureScheme{0x0203} : SignatureScheme{0x0201});
  }

  // The curve of an EC key is not looked at.
  const Chain* key_for(const tls::SuiteFacts& suite) const {
    for (const Chain* const key : keys_.all()) {
      const bool fits_suite =
          suite.authentication == Authentication::rsa
              ? key->key == KeyKind::rsa || (key->key == KeyKind::rsa_pss && suite.key_exchange != KeyExchange::rsa)
              : suite.authentication == Authentication::ecdsa && key->key == KeyKind::ecdsa;
      if (!fits_suite) continue;
      if (suite.key_exchange == KeyExchange::rsa ? key->key_encipherment : can_sign(*key)) return key;
    }
    return nullptr;
  }

  std::optional<BranchPoint> hindrance(CipherSuite suite) {
    const tls::SuiteFacts facts = tls::facts(suite);
    if (!exists_in(facts, version_)) return BranchPoint::suite_skipped_version;
    if (!is_anonymous(facts) && key_for(facts) == nullptr) return BranchPoint::suite_skipped_key;
    if (facts.key_exchange == KeyExchange::ecdhe && !tls12_group()) return BranchPoint::suite_skipped_group;
    if (facts.key_exchange == KeyExchange::dhe && server_.dh == DhParameters::none)
      return BranchPoint::suite_skipped_dh;
    return std::nullopt;
  }

  std::optional<Group> tls12_group() const {
    // No supported_groups: P-256 is taken for granted.
    if (hello_.groups.empty()) return Group{0x0017};
    return tls_group();
  }

  void settle(CipherSuite suite) {
    const tls::SuiteFacts facts = tls::facts(suite);
    answer_.suite = suite;
    if (const Chain* const key = key_for(facts)) answer_.chain = *key;
    if (facts.key_exchange == KeyExchange::ecdhe) {
      answer_.group = tls12_group();
      trace_.note(hello_.groups.empty()       ? BranchPoint::group_assumed
                  : server_.server_preference ? BranchPoint::group_by_server
                                              : BranchPoint::group_by_client);
    }
    if (facts.key_exchange == KeyExchange::dhe) answer_.dh_bits = server_.dh_bits;
    if (!answer_.chain || facts.key_exchange == KeyExchange::rsa || version_ < tls::kTls12) return;
    trace_.note(uses_schemes() ? BranchPoint::scheme_by_client : BranchPoint::schemes_absent_means_sha1);
    answer_.scheme = uses_schemes()                         ? signature_of(*answer_.chain)->scheme
                     : answer_.chain->key == KeyKind::ecdsa ? SignatureScheme{0x0203}
                                                            : SignatureScheme{0x0201};
  }

  const HelloFacts& hello_;
  const ServerProfile& server_;
  const KeyRing& keys_;
  const Version version_;
  Trace& trace_;
  std::vector<const SchemeFacts*> shared_;
  Answer answer_;
};

}  // namespace

Selected select_gnutls(const HelloFacts& hello, const ServerProfile& server, Trace& trace) {
  const auto version = select_version(hello, server, server.versions, trace);
  if (!version) return tl::unexpected(version.error());
  const KeyRing keys(server, trace);
  GnutlsSelection selection(hello, server, keys, *version, trace);
  Selected answer = *version == tls::kTls13 ? selection.run_tls13() : selection.run_tls12();
  if (!answer) return answer;
  answer->version = *version;
  answer->downgrade_mark = *version < tls::kTls13 && contains(server.versions, tls::kTls13);
  answer->renegotiation_info = server.renegotiation_info && hello.renegotiation_info;
  return answer;
}

}  // namespace ucready::negotiation
