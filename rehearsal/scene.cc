#include "rehearsal/scene.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "core/digest.h"

namespace ucready::rehearsal {
namespace {

using negotiation::Anchor;
using negotiation::Chain;
using negotiation::Profile;
using negotiation::Side;

constexpr std::string_view kKeys[] = {"rsa", "rsa-pss", "dsa", "ecdsa", "ed25519", "ed448"};
constexpr std::string_view kHashes[] = {"none", "md5", "sha1", "sha224", "sha256", "sha384", "sha512"};
constexpr std::string_view kAnchors[] = {"not held",
                                         "an intermediate is missing",
                                         "held up to the root",
                                         "held up to a root of the stack's own",
                                         "the leaf alone is held",
                                         "pinned"};
constexpr std::string_view kValidities[] = {"valid", "expired", "not yet valid"};
constexpr std::string_view kDh[] = {"none", "fixed", "by key"};
constexpr std::string_view kAuth[] = {"none", "request", "require"};
constexpr std::string_view kPreferences[] = {"of the stack", "tls12-ciphers", "tls13-signature-algorithms"};

template <typename Enum, std::size_t N>
std::string_view word(const std::string_view (&words)[N], Enum value) {
  return words[static_cast<std::size_t>(value)];
}

template <typename Point>
std::string list(const std::vector<Point>& points) {
  std::vector<std::string> names;
  for (const Point& point : points) names.push_back(tls::name(point));
  return fmt::format("{}", fmt::join(names, " "));
}

std::string key_text(negotiation::KeyKind kind, int bits, negotiation::Group curve) {
  const bool on_curve = kind == negotiation::KeyKind::ecdsa && curve != negotiation::Group{};
  return fmt::format("{} {}", word(kKeys, kind), on_curve ? tls::name(curve) : std::to_string(bits));
}

std::string uses_text(const Chain& chain) {
  std::string text;
  const auto add = [&](bool allowed, std::string_view use) {
    if (!allowed) text += fmt::format(", no {}", use);
  };
  add(chain.server_auth, "serverAuth");
  add(chain.client_auth, "clientAuth");
  add(chain.digital_signature, "digitalSignature");
  add(chain.key_encipherment, "keyEncipherment");
  add(chain.key_agreement, "keyAgreement");
  return text;
}

Anchor anchor_of(const negotiation::Trust& trust, const std::string& id) {
  const auto at = trust.anchors.find(id);
  return at == trust.anchors.end() ? trust.others : at->second;
}

const Profile& end_of(const Scene& scene, Side side) {
  return side == Side::client ? static_cast<const Profile&>(scene.ends.client)
                              : static_cast<const Profile&>(scene.ends.server);
}

std::string chain_text(const Scene& scene, Side side, const Chain& chain) {
  const Profile& judge = end_of(scene, side == Side::client ? Side::server : Side::client);
  std::string text = fmt::format(
      "{}, signed by {} with {}{}, {}{}; {}", key_text(chain.key, chain.key_bits, chain.curve),
      chain.self_signed ? "itself" : word(kKeys, chain.signed_by), word(kHashes, chain.hash),
      chain.issuers.empty() ? "" : fmt::format(", {} above it", chain.issuers.size()),
      word(kValidities, chain.validity), uses_text(chain), word(kAnchors, anchor_of(judge.trust, chain.id)));
  const auto marked = [&](bool counts, const std::vector<std::string>& ids, std::string_view mark) {
    if (counts && negotiation::contains(ids, chain.id)) text += fmt::format(", {}", mark);
  };
  marked(judge.trust.check_name, judge.trust.wrongly_named, "lacks the name");
  marked(judge.trust.check_subject, judge.trust.unauthorised, "subject not on the list");
  if (const auto at = judge.trust.objections.find(chain.id); at != judge.trust.objections.end()) {
    text += fmt::format(", objected to ({})", to_text(at->second.reason));
  }
  if (scene.presented(side, chain.id) == nullptr) text += ", seen by nobody";
  return text;
}

std::string profile_text(const Scene& scene, Side side) {
  const Profile& end = end_of(scene, side);
  std::string text = fmt::format(
      "stack: {}, security level {}\nversions: {}\nsuites: {}\nTLSv1.3 suites: {}\ngroups: {}\nschemes: {}\n",
      to_text(end.stack), end.security_level, list(end.versions), list(end.suites), list(end.suites_tls13),
      list(end.groups), list(end.schemes));
  for (const Chain& chain : end.keys) text += fmt::format("certificate: {}\n", chain_text(scene, side, chain));
  text += fmt::format("verifies: {}{}{}{}\n", end.trust.verify ? "yes" : "no",
                      end.trust.partial_chains ? ", partial chains" : "",
                      end.trust.check_purpose ? "" : ", any purpose will do", end.trust.check_name ? ", the name" : "");
  if (!end.renegotiation_info) text += "without secure renegotiation\n";
  return text;
}

std::string client_text(const negotiation::ClientProfile& client) {
  std::string text;
  if (!client.schemes_cert.empty()) text += fmt::format("schemes of certificates: {}\n", list(client.schemes_cert));
  if (client.key_shares) text += fmt::format("key shares: {}\n", list(*client.key_shares));
  if (client.server_name) text += "sends the server's name\n";
  if (client.fallback) text += "says that it fell back\n";
  return text;
}

std::string measured_text(const negotiation::ServerProfile& server) {
  if (!server.measured) return {};
  const negotiation::MeasuredAnswer& seen = *server.measured;
  if (seen.refused) return fmt::format("seen to refuse this hello with {}\n", tls::name(*seen.refused));
  return fmt::format("seen to answer this hello with {} {}, {} certificate\n", tls::name(seen.version),
                     tls::name(seen.suite), seen.chain ? word(kKeys, seen.chain->key) : "no");
}

std::string server_text(const negotiation::ServerProfile& server) {
  return fmt::format("order: {}{}\nDiffie-Hellman: {} {}\nclient certificate: {}\ncertificate preference: {}\n",
                     server.server_preference ? "its own" : "the client's",
                     server.prioritize_chacha ? ", ChaCha first where asked" : "", word(kDh, server.dh), server.dh_bits,
                     word(kAuth, server.client_auth), word(kPreferences, server.certificate_preference)) +
         measured_text(server);
}

// What the kinds of certificates do not tell: which authorities there are.
void add_authorities(Sha256& digest, const std::vector<forecast::PresentedChain>& chains, const Profile& end) {
  for (const Chain& key : end.keys) {
    digest.field("key");
    for (const forecast::PresentedChain& chain : chains) {
      if (chain.certificates.front()->sha256 != key.id) continue;
      digest.field(chain.certificates.front()->issuer);
      for (std::size_t i = 1; i < chain.certificates.size(); ++i) digest.field(chain.certificates[i]->sha256);
    }
    for (const std::string& name : key.authorities) digest.field(name);
  }
}

}  // namespace

const forecast::PresentedChain* Scene::presented(Side by, const std::string& chain_id) const {
  const auto& chains = by == Side::server ? server_chains : client_chains;
  const auto found = std::ranges::find_if(
      chains, [&](const forecast::PresentedChain& chain) { return chain.certificates.front()->sha256 == chain_id; });
  return found == chains.end() ? nullptr : &*found;
}

std::string_view key_word(negotiation::KeyKind kind) { return word(kKeys, kind); }

std::string describe(const Scene& scene, Side side) {
  return profile_text(scene, side) +
         (side == Side::client ? client_text(scene.ends.client) : server_text(scene.ends.server));
}

std::string describe_certificates(const Scene& scene, Side side) {
  std::string text;
  for (const Chain& key : end_of(scene, side).keys) {
    const forecast::PresentedChain* const chain = scene.presented(side, key.id);
    if (chain == nullptr) continue;
    text += fmt::format("twin of {}, sha256 {}\n", chain->certificates.front()->subject, key.id.substr(0, 16));
    for (std::size_t i = 1; i < chain->certificates.size(); ++i) {
      text += fmt::format("  above it {}\n", chain->certificates[i]->subject);
    }
  }
  const trust::TrustStore* const store = side == Side::client ? scene.client_holds : scene.server_holds;
  if (store == nullptr) return text + "its store: as supposed\n";
  constexpr std::size_t kMost = 40;
  const auto& held = store->authorities();
  text += held.empty() ? "its store: empty\n"
                       : fmt::format("its store: {} certificate{}\n", held.size(), held.size() == 1 ? "" : "s");
  for (std::size_t i = 0; i < std::min(held.size(), kMost); ++i) text += fmt::format("  {}\n", held[i].subject);
  if (held.size() > kMost) text += fmt::format("  and {} more\n", held.size() - kMost);
  return text;
}

std::string kind_of(const Scene& scene, std::string_view client_store, std::string_view server_store) {
  Sha256 digest;
  digest.field(describe(scene, Side::client));
  digest.field(describe(scene, Side::server));
  for (const std::string& name : scene.ends.server.authorities) digest.field(name);
  add_authorities(digest, scene.server_chains, scene.ends.server);
  add_authorities(digest, scene.client_chains, scene.ends.client);
  digest.field(client_store);
  digest.field(server_store);
  return to_hex(digest.finish());
}

std::string store_digest(const trust::TrustStore* store) {
  if (store == nullptr) return {};
  std::vector<std::string> held;
  for (const trust::TrustEntry& entry : store->authorities()) {
    if (entry.certificate != nullptr) held.push_back(entry.certificate->sha256);
  }
  std::ranges::sort(held);
  Sha256 digest;
  for (const std::string& one : held) digest.field(one);
  return to_hex(digest.finish());
}

}  // namespace ucready::rehearsal
