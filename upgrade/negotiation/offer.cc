// Stage 1: what a client's configuration makes of its ClientHello. OpenSSL leaves out what its level forbids and suites
// that it has no signature scheme for; the others send what they are told to.
#include <algorithm>

#include "tls/extension.h"
#include "upgrade/negotiation/rules.h"

namespace ucready::negotiation {
namespace {

tl::unexpected<Refusal> no_hello(Reason reason) {
  return refuse(alert::kInternalError, reason, Phase::hello, Side::client);
}

bool signs_for(const SchemeFacts& scheme, tls::Authentication authentication) {
  switch (authentication) {
    case tls::Authentication::rsa:
      return scheme.key == KeyKind::rsa || scheme.key == KeyKind::rsa_pss;
    case tls::Authentication::ecdsa:
      return scheme.key == KeyKind::ecdsa || scheme.key == KeyKind::ed25519 || scheme.key == KeyKind::ed448;
    case tls::Authentication::dss:
      return scheme.key == KeyKind::dsa;
    default:
      return true;
  }
}

class OpensslOffer {
 public:
  OpensslOffer(const ClientProfile& client, Trace& trace)
      : client_(client),
        trace_(trace),
        level_(level_of(client)),
        highest_(std::ranges::max(client.versions)),
        lowest_(std::ranges::min(client.versions)) {}

  tl::expected<HelloFacts, Refusal> make() {
    take_schemes();
    take_suites();
    const bool served = std::ranges::any_of(
        hello_.suites, [&](CipherSuite suite) { return is_tls13(suite) == (highest_ == tls::kTls13); });
    if (!served) {
      trace_.note(BranchPoint::hello_without_suites);
      return no_hello(Reason::no_common_cipher);
    }
    if (!take_groups()) {
      trace_.note(BranchPoint::hello_without_groups);
      return no_hello(Reason::no_common_group);
    }
    if (highest_ >= tls::kTls12 && hello_.schemes.empty()) {
      trace_.note(BranchPoint::hello_without_schemes);
      return no_hello(Reason::no_common_signature_scheme);
    }
    take_rest();
    return hello_;
  }

 private:
  void take_schemes() {
    for (const SignatureScheme scheme : client_.schemes) {
      const SchemeFacts* const facts = find_scheme(scheme);
      if (facts == nullptr) continue;
      if (!level_.allows(*facts)) {
        trace_.note(BranchPoint::hello_drops_scheme_below_level);
        continue;
      }
      usable_.push_back(facts);
      const bool legacy = facts->key == KeyKind::dsa || facts->hash == Hash::sha1 || facts->hash == Hash::sha224;
      // A client that starts at TLSv1.3 leaves out what can never sign there.
      if (lowest_ < tls::kTls13 || !legacy) hello_.schemes.push_back(scheme);
    }
  }

  void take_suites() {
    for (const CipherSuite suite : client_.suites_tls13) take_suite(suite);
    for (const CipherSuite suite : client_.suites) take_suite(suite);
  }

  void take_suite(CipherSuite suite) {
    const tls::SuiteFacts facts = tls::facts(suite);
    if (lowest_version(facts) > highest_ || (!is_tls13(suite) && lowest_ == tls::kTls13)) return;
    if (!level_.allows(suite)) {
      trace_.note(BranchPoint::hello_drops_suite_below_level);
      return;
    }
    if (std::ranges::none_of(usable_, [&](const SchemeFacts* s) { return signs_for(*s, facts.authentication); }) &&
        !is_tls13(suite) && !is_anonymous(facts)) {
      trace_.note(BranchPoint::hello_drops_suite_without_scheme);
      return;
    }
    hello_.suites.push_back(suite);
  }

  // False: TLSv1.3 is offered and no group is left for it.
  bool take_groups() {
    bool any_curve = false;
    for (const Group group : client_.groups) {
      const GroupFacts* const facts = find_group(group);
      if (facts == nullptr || !level_.allows(*facts)) continue;
      if (facts->highest != Version{} && lowest_ > facts->highest) continue;
      if (highest_ < facts->lowest) continue;
      any_curve = any_curve || !facts->ffdhe;
      hello_.groups.push_back(group);
    }
    if (highest_ == tls::kTls13) {
      const auto usable = [](Group group) { return fits(*find_group(group), tls::kTls13); };
      const auto first = std::ranges::find_if(hello_.groups, usable);
      if (first == hello_.groups.end()) return false;
      hello_.key_shares = client_.key_shares.value_or(std::vector<Group>{*first});
      return true;
    }
    const bool elliptic = std::ranges::any_of(hello_.suites, [](CipherSuite suite) {
      const tls::SuiteFacts facts = tls::facts(suite);
      return facts.key_exchange == tls::KeyExchange::ecdhe || facts.authentication == tls::Authentication::ecdsa;
    });
    if (!elliptic || !any_curve) hello_.groups.clear();
    return true;
  }

  void take_rest() {
    hello_.legacy_version = std::min(highest_, tls::kTls12);
    if (highest_ == tls::kTls13) hello_.versions = client_.versions;
    if (highest_ < tls::kTls12) hello_.schemes.clear();
    hello_.schemes_cert = client_.schemes_cert;
    hello_.server_name = client_.server_name;
    hello_.fallback = client_.fallback;
    hello_.renegotiation_info = client_.renegotiation_info;
  }

  const ClientProfile& client_;
  Trace& trace_;
  SecurityLevel level_;
  Version highest_;
  Version lowest_;
  std::vector<const SchemeFacts*> usable_;
  HelloFacts hello_;
};

// RFC 8446 section 4.2.8: GnuTLS sends a share of the first curve of either kind, JSSE of the first curve and the first
// ffdhe group.
std::vector<Group> shares_of(const ClientProfile& client) {
  const bool jsse = traits(client.stack).rules == Rules::jsse;
  const auto kind = [&](Group group) {
    const GroupFacts& facts = *find_group(group);
    return facts.ffdhe ? 2 : (!jsse && (group == Group{0x001d} || group == Group{0x001e})) ? 1 : 0;
  };
  std::vector<Group> shares;
  for (const Group group : client.groups) {
    if (find_group(group) == nullptr || !fits(*find_group(group), tls::kTls13) || shares.size() == 2) continue;
    if (std::ranges::none_of(shares, [&](Group sent) { return kind(sent) == kind(group); })) shares.push_back(group);
  }
  return shares;
}

HelloFacts plain_offer(const ClientProfile& client) {
  const Version highest = std::ranges::max(client.versions);
  HelloFacts hello;
  hello.legacy_version = std::min(highest, tls::kTls12);
  if (highest == tls::kTls13) {
    hello.versions = client.versions;
    hello.suites = client.suites_tls13;
    hello.key_shares = client.key_shares ? *client.key_shares : shares_of(client);
  }
  hello.suites.insert(hello.suites.end(), client.suites.begin(), client.suites.end());
  if (highest > tls::kSslv3) hello.groups = client.groups;
  if (highest >= tls::kTls12) hello.schemes = client.schemes;
  hello.schemes_cert = client.schemes_cert;
  hello.server_name = client.server_name;
  hello.fallback = client.fallback;
  hello.renegotiation_info = client.renegotiation_info;
  return hello;
}

}  // namespace

tl::expected<HelloFacts, Refusal> offer(const ClientProfile& client, Trace& trace) {
  if (client.versions.empty()) return no_hello(Reason::no_common_version);
  if (traits(client.stack).rules == Rules::openssl) return OpensslOffer(client, trace).make();
  HelloFacts hello = plain_offer(client);
  if (hello.suites.empty()) return no_hello(Reason::no_common_cipher);
  return hello;
}

HelloFacts facts_of(const tls::ClientHello& hello) {
  HelloFacts facts;
  facts.legacy_version = hello.legacy_version;
  facts.versions = hello.versions;
  for (const CipherSuite suite : hello.suites) {
    if (suite == CipherSuite{0x5600}) facts.fallback = true;
    if (suite == CipherSuite{0x00ff}) facts.renegotiation_info = true;
    if (!tls::is_signalling(suite) && !tls::is_grease(suite.value)) facts.suites.push_back(suite);
  }
  facts.groups = hello.groups;
  facts.schemes = hello.schemes;
  facts.schemes_cert = hello.schemes_cert;
  if (hello.has(tls::extension::kKeyShare)) facts.key_shares = hello.key_shares;
  facts.server_name = !hello.server_name.empty();
  facts.renegotiation_info = facts.renegotiation_info || hello.has(tls::extension::kRenegotiationInfo);
  facts.null_compression_only = std::ranges::all_of(hello.compressions, [](std::uint8_t c) { return c == 0; });
  return facts;
}

ClientProfile profile_of(const HelloFacts& hello, Stack stack) {
  ClientProfile client;
  client.stack = stack;
  client.versions =
      hello.versions.empty() ? std::vector<Version>{std::min(hello.legacy_version, tls::kTls12)} : hello.versions;
  std::erase_if(client.versions, [](Version version) { return tls::is_grease(version.value); });
  for (const CipherSuite suite : hello.suites) {
    (is_tls13(suite) ? client.suites_tls13 : client.suites).push_back(suite);
  }
  client.groups = hello.groups;
  client.schemes = hello.schemes;
  client.schemes_cert = hello.schemes_cert;
  client.key_shares = hello.key_shares;
  client.server_name = hello.server_name;
  client.fallback = hello.fallback;
  client.renegotiation_info = hello.renegotiation_info;
  return client;
}

}  // namespace ucready::negotiation
