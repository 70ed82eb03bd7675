// One sentence an outcome: what happens on the wire, and what would mend it.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <vector>

#include "core/printable.h"
#include "upgrade/negotiation/rules.h"

namespace ucready::negotiation {
namespace {

struct Advice {
  Reason reason;
  std::string_view cause;
  std::string_view mend;
};
constexpr Advice kAdvice[] = {
    {Reason::no_common_version, "no TLS version is common to both ends or allowed by both security levels",
     "widen the version range of one end"},
    {Reason::no_common_cipher, "no cipher suite is left that both ends allow and a loaded key serves",
     "allow a common suite, or load a certificate of the kind the suites need"},
    {Reason::no_common_group, "no group for the key agreement is common to both", "allow a common group on both ends"},
    {Reason::no_common_signature_scheme, "no signature scheme fits both ends and a loaded key",
     "allow a scheme that the server's key can use, or load a key of the other kind"},
    {Reason::no_fallback_from_tls13,
     "TLSv1.3 is agreed first and then lacks something common, and nothing goes back to "
     "TLSv1.2, which would work",
     "complete the TLSv1.3 suites, groups and schemes of one end, or hold one end at TLSv1.2"},
    {Reason::no_secure_renegotiation,
     "the server does not know secure renegotiation (RFC 5746), which the client demands",
     "upgrade the server, or allow legacy servers in the client"},
    {Reason::untrusted_server_certificate, "the client's store vouches for no part of the server's chain",
     "put the CA of the server's certificate into the client's trust store"},
    {Reason::missing_intermediate, "a certificate between leaf and root is neither sent nor stored",
     "let the sender send its intermediate, or import it at the other end"},
    {Reason::untrusted_client_certificate, "the server's store vouches for no part of the client's chain",
     "put the CA of the client's certificate into the server's trust store"},
    {Reason::client_certificate_missing, "the server requires a client certificate and gets none that fits its request",
     "give the client a certificate of a requested kind and CA, or stop requiring one"},
    {Reason::wrong_curve, "the certificate's curve is not among the groups of its judge",
     "issue the certificate on a curve both ends list, such as secp256r1"},
    {Reason::server_eku_missing, "the server's certificate is not allowed to identify a server",
     "reissue it with serverAuth and digitalSignature"},
    {Reason::client_eku_missing, "the client's certificate is not allowed to identify a client",
     "reissue it with clientAuth and digitalSignature"},
    {Reason::sha1_certificate, "a certificate below the root is signed with SHA-1", "reissue it with SHA-256"},
    {Reason::weak_key, "a key or a Diffie-Hellman prime is too short for the other end", "make it 2048 bits or longer"},
    {Reason::expired_certificate, "a certificate of the chain is outside its dates", "renew it, and check the clock"},
    {Reason::name_mismatch, "the server's certificate lacks the name that the client checks",
     "reissue it with that name, or connect by a name it holds"},
    {Reason::subject_not_authorised, "the subject of the certificate is not on the list of those let in",
     "add it to the authorised subjects"},
    {Reason::certificate_upload_refused, "the certificate cannot be installed", "reissue it as the product demands"},
    {Reason::authenticated_mode, "authenticated mode needs a NULL suite, which TLSv1.3 does not have",
     "set the device's security mode to encrypted"},
    {Reason::mssql_tls13, "this release does not speak TLSv1.3 to MS-SQL",
     "keep the minimum below TLSv1.3 on this link"},
    {Reason::websocket_forking, "media forking over WebSocket does not work with TLSv1.3", "keep TLSv1.2 for that leg"},
    {Reason::common_criteria, "Common Criteria mode ends at TLSv1.2", "leave the other end's minimum at TLSv1.2"},
};

std::string_view side_name(Side side) { return side == Side::client ? "client" : "server"; }

std::string agreed(const Outcome& outcome) {
  std::vector<std::string> parts;
  if (outcome.version) parts.push_back(tls::name(*outcome.version));
  if (outcome.suite) parts.push_back(tls::name(*outcome.suite));
  if (outcome.group) parts.push_back(tls::name(*outcome.group));
  return fmt::format("{}", fmt::join(parts, ", "));
}

std::string kind_text(const Profile& profile, const std::string& leaf) {
  const auto at = std::ranges::find(profile.keys, leaf, &Chain::id);
  if (at == profile.keys.end()) return "certificate";
  constexpr std::string_view kKinds[] = {"RSA", "RSA-PSS", "DSA", "ECDSA", "Ed25519", "Ed448"};
  return fmt::format("{} certificate {}", kKinds[static_cast<std::size_t>(at->key)], printable(leaf.substr(0, 12), 40));
}

std::string works_text(const Outcome& outcome, const ClientProfile& client, const ServerProfile& server) {
  std::string text = fmt::format("Works with {}", agreed(outcome));
  if (!outcome.server_leaf.empty()) {
    text += fmt::format("; the client takes the server's {}", kind_text(server, outcome.server_leaf));
  }
  if (!outcome.client_leaf.empty()) {
    text += fmt::format(", the server the client's {}", kind_text(client, outcome.client_leaf));
  }
  return text + ".";
}

std::string versions_text(const Profile& profile) {
  if (profile.versions.empty()) return "none";
  std::vector<std::string> names;
  for (const Version version : profile.versions) names.push_back(tls::name(version));
  return fmt::format("{}", fmt::join(names, " "));
}

// What a store's owner says of the chain beyond the reason.
std::string objection_text(const Trust& trust, const std::string& leaf, Reason reason) {
  const auto at = trust.objections.find(leaf);
  if (at == trust.objections.end() || at->second.reason != reason) return {};
  return fmt::format(": {}", printable(at->second.sentence, 400));
}

// What the engineer needs to see of the two ends for this reason; empty: the cause says it all.
std::string evidence(const Outcome& outcome, const ClientProfile& client, const ServerProfile& server) {
  const Refusal& refusal = *outcome.refusal;
  if (refusal.reason == Reason::no_common_version) {
    return fmt::format(" (client {}; server {})", versions_text(client), versions_text(server));
  }
  if (refusal.phase == Phase::client_certificate && !outcome.client_leaf.empty()) {
    return fmt::format(" ({}{})", kind_text(client, outcome.client_leaf),
                       objection_text(server.trust, outcome.client_leaf, refusal.reason));
  }
  if (refusal.phase == Phase::server_flight && !outcome.server_leaf.empty()) {
    return fmt::format(" ({}{}; {})", kind_text(server, outcome.server_leaf),
                       objection_text(client.trust, outcome.server_leaf, refusal.reason), agreed(outcome));
  }
  return {};
}

}  // namespace

std::string explain(const Outcome& outcome, const ClientProfile& client, const ServerProfile& server) {
  if (outcome.works()) return works_text(outcome, client, server);
  const Refusal& refusal = *outcome.refusal;
  const Advice& advice = *std::ranges::find(kAdvice, refusal.reason, &Advice::reason);
  return fmt::format("Breaks: {}{}, and the {} sends {} ({}); {}.", advice.cause, evidence(outcome, client, server),
                     side_name(refusal.by), tls::name(refusal.alert), refusal.alert.value, advice.mend);
}

}  // namespace ucready::negotiation
