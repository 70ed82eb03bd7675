// OpenSSL as a server of TLSv1.3: suite, then what the hello must hold, then group, then scheme and certificate
// together. What fails here fails: there is no way back to TLSv1.2.
#include <algorithm>

#include "upgrade/negotiation/rules.h"

namespace ucready::negotiation {
namespace {

// With ChaCha first in the client's list a server that is told so moves its own ChaCha suites to the front.
std::vector<CipherSuite> own_order(const HelloFacts& hello, const ServerProfile& server, Trace& trace) {
  std::vector<CipherSuite> own = server.suites_tls13;
  if (!server.server_preference || !server.prioritize_chacha || hello.suites.empty()) return own;
  if (!is_chacha(hello.suites.front())) return own;
  const auto rest = std::stable_partition(own.begin(), own.end(), is_chacha);
  if (rest != own.begin()) trace.note(BranchPoint::chacha_moved_to_front);
  return own;
}

std::optional<CipherSuite> choose_suite(const HelloFacts& hello, const ServerProfile& server, Trace& trace) {
  const SecurityLevel level = level_of(server);
  for (const CipherSuite suite : suites_in_order(hello.suites, server, own_order(hello, server, trace))) {
    if (!is_tls13(suite)) continue;
    if (!level.allows(suite)) {
      trace.note(BranchPoint::suite_skipped_level);
      continue;
    }
    trace.note(server.server_preference ? BranchPoint::tls13_suite_by_server : BranchPoint::tls13_suite_by_client);
    return suite;
  }
  trace.note(BranchPoint::tls13_suite_none);
  return std::nullopt;
}

std::optional<Refusal> missing_extension(const HelloFacts& hello, Trace& trace) {
  struct Row {
    bool missing;
    BranchPoint point;
    Reason reason;
  };
  const Row rows[] = {
      {hello.schemes.empty(), BranchPoint::schemes_extension_missing, Reason::no_common_signature_scheme},
      {hello.groups.empty(), BranchPoint::groups_extension_missing, Reason::no_common_group},
      {!hello.key_shares, BranchPoint::key_share_missing, Reason::no_common_group},
  };
  for (const Row& row : rows) {
    if (!row.missing) continue;
    trace.note(row.point);
    return Refusal{Phase::selection, Side::server, alert::kMissingExtension, row.reason};
  }
  return std::nullopt;
}

bool usable(Group group, const SecurityLevel& level) {
  const GroupFacts* const facts = find_group(group);
  return facts != nullptr && fits(*facts, tls::kTls13) && level.allows(*facts);
}

// The client's first share that the server knows, whatever the server prefers; else a retry with the server's first.
std::optional<Group> choose_group(const HelloFacts& hello, const ServerProfile& server, bool& retry, Trace& trace) {
  const SecurityLevel level = level_of(server);
  for (const Group share : *hello.key_shares) {
    if (!contains(server.groups, share) || !usable(share, level)) continue;
    trace.note(share == hello.key_shares->front() ? BranchPoint::first_usable_share : BranchPoint::later_usable_share);
    return share;
  }
  retry = true;
  for (const Group group : server.groups) {
    if (!contains(hello.groups, group) || !usable(group, level)) continue;
    trace.note(BranchPoint::retry_by_server_order);
    return group;
  }
  trace.note(BranchPoint::tls13_group_none);
  return std::nullopt;
}

// Why a key cannot sign with a scheme; nothing when it can.
std::optional<BranchPoint> hindrance(const SchemeFacts& scheme, const Chain* key, const HelloFacts& hello) {
  if (key == nullptr) return BranchPoint::tls13_skips_missing_key;
  if (!signed_as_listed(*key, hello.schemes_cert)) return BranchPoint::skips_leaf_by_its_signature;
  if (scheme.curve != Group{} && key->curve != scheme.curve) return BranchPoint::tls13_skips_other_curve;
  if (!long_enough(scheme, *key)) return BranchPoint::tls13_skips_short_rsa_key;
  return std::nullopt;
}

struct Signature {
  SignatureScheme scheme;
  const Chain* key;
};

std::optional<Signature> choose_signature(const std::vector<const SchemeFacts*>& shared, const HelloFacts& hello,
                                          const KeyRing& keys, std::optional<KeyKind> only, Trace& trace) {
  for (const SchemeFacts* const scheme : shared) {
    if (!signs_tls13(*scheme)) {
      trace.note(BranchPoint::tls13_skips_pkcs1);
      continue;
    }
    if (only && scheme->key != *only) continue;
    const Chain* const key = keys.find(scheme->key);
    if (const auto why = hindrance(*scheme, key, hello)) {
      trace.note(*why);
      continue;
    }
    return Signature{scheme->scheme, key};
  }
  return std::nullopt;
}

}  // namespace

Selected select_openssl_tls13(const HelloFacts& hello, const ServerProfile& server, const KeyRing& keys, Trace& trace) {
  const auto suite = choose_suite(hello, server, trace);
  if (!suite) return refuse(alert::kHandshakeFailure, Reason::no_common_cipher);
  if (const auto refusal = missing_extension(hello, trace)) return tl::unexpected(*refusal);
  Answer answer;
  answer.suite = *suite;
  answer.group = choose_group(hello, server, answer.hello_retry, trace);
  if (!answer.group) return refuse(alert::kHandshakeFailure, Reason::no_common_group);
  if (!hello.null_compression_only) {
    trace.note(BranchPoint::compression_refused);
    return refuse(alert::kIllegalParameter, Reason::no_common_cipher);
  }

  // The product's parameter knows only the client's order.
  const bool own = server.server_preference && server.certificate_preference == CertificatePreference::stack;
  const auto shared =
      shared_schemes(own ? server.schemes : hello.schemes, own ? hello.schemes : server.schemes, level_of(server));
  if (shared.empty()) {
    trace.note(BranchPoint::schemes_none_shared);
    return refuse(alert::kHandshakeFailure, Reason::no_common_signature_scheme);
  }
  const std::optional<KeyKind> wanted = preferred_key(hello, server, trace);
  const auto signature = choose_signature(shared, hello, keys, wanted, trace);
  if (!signature) {
    trace.note(BranchPoint::tls13_scheme_none);
    return refuse(alert::kHandshakeFailure, Reason::no_common_signature_scheme);
  }
  trace.note(own ? BranchPoint::tls13_scheme_by_server : BranchPoint::tls13_scheme_by_client);
  answer.scheme = signature->scheme;
  answer.chain = *signature->key;
  return answer;
}

}  // namespace ucready::negotiation
