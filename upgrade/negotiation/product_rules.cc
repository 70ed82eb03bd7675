// What stands before a stack's own choice of certificate: HAProxy's look at the hello, and the products' parameter.
#include <algorithm>

#include "upgrade/negotiation/rules.h"

namespace ucready::negotiation {
namespace {

bool offers_scheme(const HelloFacts& hello, const auto& wanted) {
  return std::ranges::any_of(hello.schemes, [&](SignatureScheme scheme) {
    const SchemeFacts* const facts = find_scheme(scheme);
    return facts != nullptr && wanted(*facts);
  });
}

bool offers_ecdsa_suite(const HelloFacts& hello) {
  return std::ranges::any_of(
      hello.suites, [](CipherSuite suite) { return tls::facts(suite).authentication == tls::Authentication::ecdsa; });
}

bool has_key(const ServerProfile& server, KeyKind kind) {
  return std::ranges::any_of(server.keys, [&](const Chain& chain) { return chain.key == kind; });
}

ServerProfile with_only(ServerProfile server, KeyKind kind) {
  std::erase_if(server.keys, [&](const Chain& chain) { return chain.key != kind; });
  return server;
}

}  // namespace

ServerProfile after_bundle_rule(const HelloFacts& hello, const ServerProfile& server, Trace& trace) {
  if (server.keys.size() < 2) return server;
  const bool ecdsa = offers_scheme(hello, [](const SchemeFacts& s) { return s.key == KeyKind::ecdsa; });
  // Without the extension RSA is assumed; RSASSA-PSS is not recognised as a scheme of RSA.
  const bool rsa = hello.schemes.empty() ||
                   offers_scheme(hello, [](const SchemeFacts& s) { return s.key == KeyKind::rsa && !s.pss; });
  if (hello.server_name && ecdsa && offers_ecdsa_suite(hello) && has_key(server, KeyKind::ecdsa)) {
    trace.note(BranchPoint::bundle_chose_ecdsa);
    return with_only(server, KeyKind::ecdsa);
  }
  if (hello.server_name && rsa && has_key(server, KeyKind::rsa)) {
    trace.note(BranchPoint::bundle_chose_rsa);
    return with_only(server, KeyKind::rsa);
  }
  trace.note(BranchPoint::bundle_default);
  // A name that it knows, and no scheme that it recognises.
  if (hello.server_name) return with_only(server, has_key(server, KeyKind::ecdsa) ? KeyKind::ecdsa : KeyKind::rsa);
  ServerProfile left = server;
  left.keys = {server.keys.front()};
  return left;
}

std::optional<KeyKind> preferred_key(const HelloFacts& hello, const ServerProfile& server, Trace& trace) {
  if (server.certificate_preference == CertificatePreference::stack) return std::nullopt;
  const bool only_tls13 = !contains(hello.versions, tls::kTls12);
  if (server.certificate_preference == CertificatePreference::tls13_signature_algorithms || only_tls13) {
    trace.note(BranchPoint::preference_by_schemes);
    return std::nullopt;
  }
  for (const CipherSuite suite : hello.suites) {
    const tls::Authentication kind = tls::facts(suite).authentication;
    if (is_tls13(suite) || !contains(server.suites, suite)) continue;
    const KeyKind key = kind == tls::Authentication::ecdsa ? KeyKind::ecdsa : KeyKind::rsa;
    if (kind != tls::Authentication::ecdsa && kind != tls::Authentication::rsa) continue;
    if (!has_key(server, key)) continue;
    trace.note(BranchPoint::preference_by_suites);
    return key;
  }
  return std::nullopt;
}

}  // namespace ucready::negotiation
