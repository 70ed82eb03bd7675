// OpenSSL 1.0 to 3.0 as a server, and HAProxy around it: what comes before the two generations of the protocol part.
#include <algorithm>

#include "upgrade/negotiation/rules.h"

namespace ucready::negotiation {
namespace {

// TLSv1.3 is offered by a server only where a loaded key can sign there; of EC keys the curve's own scheme must be on
// the server's list.
bool can_sign_tls13(const Chain& chain, const ServerProfile& server) {
  if (chain.key == KeyKind::dsa) return false;
  if (chain.key != KeyKind::ecdsa) return true;
  return std::ranges::any_of(server.schemes, [&](SignatureScheme scheme) {
    const SchemeFacts* const facts = find_scheme(scheme);
    return facts != nullptr && facts->key == KeyKind::ecdsa && facts->curve == chain.curve;
  });
}

std::vector<Version> versions_of(const ServerProfile& server, const KeyRing& keys, Trace& trace) {
  std::vector<Version> versions = server.versions;
  if (std::ranges::any_of(keys.all(), [&](const Chain* chain) { return can_sign_tls13(*chain, server); })) {
    return versions;
  }
  if (std::erase(versions, tls::kTls13) > 0) trace.note(BranchPoint::tls13_dropped_for_lack_of_a_key);
  return versions;
}

// A server without any suite for its highest version answers no hello at all, not even of a lower version.
bool can_answer(const ServerProfile& server) {
  if (server.versions.empty()) return true;
  const Version highest = std::ranges::max(server.versions);
  const auto exists = [&](CipherSuite suite) { return exists_in(tls::facts(suite), highest); };
  return std::ranges::any_of(server.suites, exists) || std::ranges::any_of(server.suites_tls13, exists);
}

// RFC 8446 section 4.1.3, as OpenSSL does it: no mark below a hole at TLSv1.2.
bool marks_downgrade(Version agreed, const std::vector<Version>& versions) {
  if (agreed == tls::kTls12) return contains(versions, tls::kTls13);
  return agreed < tls::kTls12 && contains(versions, tls::kTls12);
}

}  // namespace

Selected select_openssl(const HelloFacts& hello, const ServerProfile& configured, Trace& trace) {
  const ServerProfile server =
      configured.stack == Stack::haproxy ? after_bundle_rule(hello, configured, trace) : configured;
  if (!can_answer(server)) {
    trace.note(BranchPoint::server_without_suites);
    return refuse(alert::kHandshakeFailure, Reason::no_common_cipher);
  }
  const KeyRing keys(server, trace);
  const std::vector<Version> versions = versions_of(server, keys, trace);
  const auto version = select_version(hello, server, versions, trace);
  if (!version) return tl::unexpected(version.error());
  Selected answer = *version == tls::kTls13 ? select_openssl_tls13(hello, server, keys, trace)
                                            : select_openssl_tls12(hello, server, keys, *version, trace);
  if (!answer) return answer;
  answer->version = *version;
  answer->downgrade_mark = marks_downgrade(*version, versions);
  answer->renegotiation_info = server.renegotiation_info && hello.renegotiation_info;
  return answer;
}

}  // namespace ucready::negotiation
