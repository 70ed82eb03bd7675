// The version: settled before anything else, and never reconsidered (RFC 8446 section 4.2.1).
#include <algorithm>

#include "upgrade/negotiation/rules.h"

namespace ucready::negotiation {
namespace {

std::optional<Version> highest_in(const std::vector<Version>& own, const auto& acceptable) {
  std::optional<Version> best;
  for (const Version version : own) {
    if (acceptable(version) && (!best || version > *best)) best = version;
  }
  return best;
}

// GnuTLS without TLSv1.3 does not look at supported_versions, and answers a client that has nothing else with TLSv1.2.
bool reads_extension(const std::vector<Version>& own, Rules rules) {
  return rules != Rules::gnutls || contains(own, tls::kTls13);
}

std::optional<Version> common_version(const HelloFacts& hello, const std::vector<Version>& own, Rules rules,
                                      Trace& trace) {
  if (!hello.versions.empty() && reads_extension(own, rules)) {
    trace.note(BranchPoint::version_from_extension);
    return highest_in(own, [&](Version version) { return contains(hello.versions, version); });
  }
  trace.note(BranchPoint::version_from_legacy_field);
  // A hello that claims more here gets TLSv1.2: TLSv1.3 is only ever agreed by the extension.
  const Version most = std::min(hello.legacy_version, tls::kTls12);
  return highest_in(own, [&](Version version) { return version <= most; });
}

// Whether the field beside supported_versions is one the stack takes.
bool good_legacy_field(const HelloFacts& hello, Rules rules) {
  if (hello.versions.empty()) return true;
  if (rules == Rules::jsse) return hello.legacy_version == tls::kTls12;
  return rules == Rules::gnutls || hello.legacy_version > tls::kSslv3;
}

// SSLv3 has no alert for this: OpenSSL says handshake_failure to whoever writes its number, GnuTLS to all.
tls::Alert version_alert(const HelloFacts& hello, Rules rules) {
  const bool sslv3 = rules == Rules::openssl && hello.legacy_version <= tls::kSslv3;
  return sslv3 || rules == Rules::gnutls ? alert::kHandshakeFailure : alert::kProtocolVersion;
}

}  // namespace

tl::expected<Version, Refusal> select_version(const HelloFacts& hello, const ServerProfile& server,
                                              const std::vector<Version>& versions, Trace& trace) {
  const Rules rules = traits(server.stack).rules;
  if (!good_legacy_field(hello, rules)) {
    trace.note(BranchPoint::version_bad_legacy_field);
    return refuse(version_alert(hello, rules), Reason::no_common_version);
  }
  const std::optional<Version> version = common_version(hello, versions, rules, trace);
  if (!version) {
    trace.note(BranchPoint::version_none);
    return refuse(version_alert(hello, rules), Reason::no_common_version);
  }
  // OpenSSL counts a configured TLSv1.3 here even where no key can serve it.
  if (!hello.fallback || *version == std::ranges::max(server.versions)) return *version;
  if (rules == Rules::jsse) {
    trace.note(BranchPoint::fallback_ignored);
    return *version;
  }
  trace.note(BranchPoint::fallback_refused);
  return refuse(alert::kInappropriateFallback, Reason::no_common_version);
}

std::vector<CipherSuite> suites_in_order(const std::vector<CipherSuite>& offered, const ServerProfile& server,
                                         const std::vector<CipherSuite>& own) {
  const std::vector<CipherSuite>& order = server.server_preference ? own : offered;
  const std::vector<CipherSuite>& allowed = server.server_preference ? offered : own;
  std::vector<CipherSuite> common;
  for (const CipherSuite suite : order) {
    if (contains(allowed, suite)) common.push_back(suite);
  }
  return common;
}

Selected select(const HelloFacts& hello, const ServerProfile& server, Trace& trace) {
  switch (traits(server.stack).rules) {
    case Rules::openssl:
      return select_openssl(hello, server, trace);
    case Rules::jsse:
      return select_jsse(hello, server, trace);
    case Rules::gnutls:
      return select_gnutls(hello, server, trace);
  }
  return refuse(alert::kInternalError, Reason::no_common_version);
}

}  // namespace ucready::negotiation
