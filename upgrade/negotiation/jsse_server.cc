// Java's JSSE as a server. It prefers its own order of suites unless told otherwise, goes on to the next suite where
// OpenSSL gives up, and notices some lacks only after its ServerHello.
#include <algorithm>

#include "upgrade/negotiation/rules.h"

namespace ucready::negotiation {
namespace {

using tls::Authentication;
using tls::KeyExchange;

std::optional<Group> first_common(const std::vector<Group>& order, const std::vector<Group>& allowed, Version version) {
  for (const Group group : order) {
    const GroupFacts* const facts = find_group(group);
    if (facts != nullptr && contains(allowed, group) && fits(*facts, version)) return group;
  }
  return std::nullopt;
}

bool signs(const SchemeFacts& scheme, const Chain& key, bool exact_curve) {
  if (scheme.key != key.key || !long_enough(scheme, key)) return false;
  return !exact_curve || scheme.curve == Group{} || scheme.curve == key.curve;
}

Refusal late(Reason reason) { return {Phase::server_flight, Side::server, alert::kInternalError, reason}; }

class JsseTls13 {
 public:
  JsseTls13(const HelloFacts& hello, const ServerProfile& server, const KeyRing& keys, Trace& trace)
      : hello_(hello), server_(server), keys_(keys), trace_(trace) {}

  Selected run() {
    if (const auto refusal = missing_extension()) return tl::unexpected(*refusal);
    if (!choose_suite()) {
      trace_.note(BranchPoint::tls13_suite_none);
      return refuse(alert::kHandshakeFailure, Reason::no_common_cipher);
    }
    if (!choose_group()) {
      trace_.note(BranchPoint::tls13_group_none);
      return refuse(alert::kUnexpectedMessage, Reason::no_common_group);
    }
    choose_signature();
    return answer_;
  }

 private:
  std::optional<Refusal> missing_extension() {
    struct Row {
      bool missing;
      BranchPoint point;
      Reason reason;
    };
    const Row rows[] = {
        {hello_.schemes.empty(), BranchPoint::schemes_extension_missing, Reason::no_common_signature_scheme},
        {hello_.groups.empty() && !(hello_.key_shares && hello_.key_shares->empty()),
         BranchPoint::groups_extension_missing, Reason::no_common_group},
        {!hello_.key_shares, BranchPoint::key_share_missing, Reason::no_common_group},
    };
    for (const Row& row : rows) {
      if (!row.missing) continue;
      trace_.note(row.point);
      return Refusal{Phase::selection, Side::server, alert::kMissingExtension, row.reason};
    }
    return std::nullopt;
  }

  bool choose_suite() {
    const auto common = suites_in_order(hello_.suites, server_, server_.suites_tls13);
    const auto at = std::ranges::find_if(common, is_tls13);
    if (at == common.end()) return false;
    answer_.suite = *at;
    trace_.note(server_.server_preference ? BranchPoint::tls13_suite_by_server : BranchPoint::tls13_suite_by_client);
    return true;
  }

  bool choose_group() {
    answer_.group = first_common(*hello_.key_shares, server_.groups, tls::kTls13);
    if (answer_.group) {
      trace_.note(*answer_.group == hello_.key_shares->front() ? BranchPoint::first_usable_share
                                                               : BranchPoint::later_usable_share);
      return true;
    }
    answer_.hello_retry = true;
    answer_.group = first_common(hello_.groups, server_.groups, tls::kTls13);
    if (answer_.group) trace_.note(BranchPoint::retry_by_client_order);
    return answer_.group.has_value();
  }

  // Kinds of key in the order in which the client's schemes first name them, an EC key of any curve among them; only
  // then the scheme. What is lacking is noticed when ServerHello and EncryptedExtensions are out.
  void choose_signature() {
    const auto shared = shared_schemes(hello_.schemes, server_.schemes, level_of(server_));
    for (const SchemeFacts* const named : shared) {
      const Chain* const key = keys_.find(named->key);
      const bool kind_signs = std::ranges::any_of(
          shared, [&](const SchemeFacts* other) { return signs_tls13(*other) && other->key == named->key; });
      if (key == nullptr || !kind_signs) continue;
      const auto at =
          std::ranges::find_if(shared, [&](const SchemeFacts* s) { return signs_tls13(*s) && signs(*s, *key, true); });
      trace_.note(BranchPoint::tls13_key_by_first_named_type);
      if (at == shared.end()) return fail_late(alert::kInternalError);
      answer_.chain = *key;
      answer_.scheme = (*at)->scheme;
      return;
    }
    fail_late(alert::kHandshakeFailure);
  }

  // Another key that would serve is not tried.
  void fail_late(tls::Alert alert) {
    trace_.note(BranchPoint::tls13_scheme_none);
    answer_.breaks_off = late(Reason::no_common_signature_scheme);
    answer_.breaks_off->alert = alert;
  }

  const HelloFacts& hello_;
  const ServerProfile& server_;
  const KeyRing& keys_;
  Trace& trace_;
  Answer answer_;
};

class JsseTls12 {
 public:
  JsseTls12(const HelloFacts& hello, const ServerProfile& server, const KeyRing& keys, Version version, Trace& trace)
      : hello_(hello), server_(server), keys_(keys), version_(version), trace_(trace) {}

  Selected run() {
    if (uses_schemes()) shared_ = shared_schemes(hello_.schemes, server_.schemes, level_of(server_));
    if (uses_schemes() && shared_.empty()) {
      trace_.note(BranchPoint::schemes_none_shared);
      return refuse(alert::kHandshakeFailure, Reason::no_common_signature_scheme);
    }
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

  const Chain* key_for(const tls::SuiteFacts& suite) const {
    if (suite.authentication == Authentication::rsa) return keys_.find(KeyKind::rsa);
    return suite.authentication == Authentication::ecdsa ? keys_.find(KeyKind::ecdsa) : nullptr;
  }

  std::optional<BranchPoint> hindrance(CipherSuite suite) {
    const tls::SuiteFacts facts = tls::facts(suite);
    if (!exists_in(facts, version_)) return BranchPoint::suite_skipped_version;
    const bool anonymous = is_anonymous(facts);
    const Chain* const key = key_for(facts);
    if (!anonymous && key == nullptr) return BranchPoint::suite_skipped_key;
    if (key != nullptr && key->key == KeyKind::ecdsa && !hello_.groups.empty() &&
        !contains(hello_.groups, key->curve)) {
      return BranchPoint::suite_skipped_curve;
    }
    if (facts.key_exchange == KeyExchange::dhe && server_.dh == DhParameters::none)
      return BranchPoint::suite_skipped_dh;
    return std::nullopt;
  }

  const SchemeFacts* find_signature(const Chain& key) const {
    const auto at = std::ranges::find_if(shared_, [&](const SchemeFacts* s) { return signs(*s, key, true); });
    return at == shared_.end() ? nullptr : *at;
  }

  void settle(CipherSuite suite) {
    const tls::SuiteFacts facts = tls::facts(suite);
    answer_.suite = suite;
    if (const Chain* const key = key_for(facts)) answer_.chain = *key;
    if (facts.key_exchange == KeyExchange::ecdhe) settle_group();
    if (facts.key_exchange == KeyExchange::dhe) answer_.dh_bits = server_.dh_bits;
    if (!answer_.chain || facts.key_exchange == KeyExchange::rsa || version_ < tls::kTls12) return;
    settle_scheme();
  }

  // Where the client names no group that it knows JSSE takes its own first, which is X25519 as it comes.
  void settle_group() {
    answer_.group = first_common(hello_.groups, server_.groups, version_);
    trace_.note(answer_.group ? BranchPoint::group_by_client : BranchPoint::group_assumed);
    if (!answer_.group) answer_.group = server_.groups.empty() ? Group{0x001d} : server_.groups.front();
  }

  void settle_scheme() {
    if (!uses_schemes()) {
      trace_.note(BranchPoint::schemes_absent_means_sha1);
      answer_.scheme = answer_.chain->key == KeyKind::rsa ? SignatureScheme{0x0201} : SignatureScheme{0x0203};
      return;
    }
    if (const SchemeFacts* const scheme = find_signature(*answer_.chain)) {
      trace_.note(BranchPoint::scheme_by_client);
      answer_.scheme = scheme->scheme;
      return;
    }
    trace_.note(BranchPoint::scheme_fails_after_certificate);
    answer_.breaks_off = late(Reason::no_common_signature_scheme);
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

Selected select_jsse(const HelloFacts& hello, const ServerProfile& server, Trace& trace) {
  const auto version = select_version(hello, server, server.versions, trace);
  if (!version) return tl::unexpected(version.error());
  const KeyRing keys(server, trace);
  Selected answer = *version == tls::kTls13 ? JsseTls13(hello, server, keys, trace).run()
                                            : JsseTls12(hello, server, keys, *version, trace).run();
  if (!answer) return answer;
  answer->version = *version;
  answer->downgrade_mark = *version < tls::kTls13 && contains(server.versions, tls::kTls13);
  answer->renegotiation_info = server.renegotiation_info && hello.renegotiation_info;
  return answer;
}

}  // namespace ucready::negotiation
