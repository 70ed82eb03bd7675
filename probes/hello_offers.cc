#include "probes/hello_offers.h"

#include <algorithm>
#include <array>

#include "tls/hello_probe.h"

namespace ucready::probes {
namespace {

using tls::Authentication;
using tls::CipherSuite;
using tls::Group;
using tls::HelloOffer;
using tls::KeyExchange;
using tls::SignatureScheme;
using tls::SuiteFacts;
using tls::Version;

constexpr std::size_t kMostSuites = 100;
constexpr std::size_t kMostUnusualSuites = 125;  // Some take 128, and one or two in each hello only signal.

constexpr std::array kTls13Suites = {CipherSuite{0x1301}, CipherSuite{0x1302}, CipherSuite{0x1303}, CipherSuite{0x1304},
                                     CipherSuite{0x1305}};

constexpr std::array kFewSuites = {CipherSuite{0xc02f}, CipherSuite{0xc030}, CipherSuite{0xc02b}, CipherSuite{0xc02c},
                                   CipherSuite{0xc013}, CipherSuite{0xc014}, CipherSuite{0xc009}, CipherSuite{0xc00a},
                                   CipherSuite{0xc027}, CipherSuite{0xc028}, CipherSuite{0x009e}, CipherSuite{0x0033},
                                   CipherSuite{0x0039}, CipherSuite{0x009c}, CipherSuite{0x009d}, CipherSuite{0x003c},
                                   CipherSuite{0x002f}, CipherSuite{0x0035}, CipherSuite{0x000a}, CipherSuite{0x0016}};

constexpr std::array kRsaSchemes = {SignatureScheme{0x0804}, SignatureScheme{0x0805}, SignatureScheme{0x0806},
                                    SignatureScheme{0x0401}, SignatureScheme{0x0501}, SignatureScheme{0x0601}};
constexpr std::array kEcdsaSchemes = {SignatureScheme{0x0403}, SignatureScheme{0x0503}, SignatureScheme{0x0603},
                                      SignatureScheme{0x081a}, SignatureScheme{0x081b}, SignatureScheme{0x081c}};
constexpr std::array kEdwardsSchemes = {SignatureScheme{0x0807}, SignatureScheme{0x0808}};
constexpr std::array kPssKeySchemes = {SignatureScheme{0x0809}, SignatureScheme{0x080a}, SignatureScheme{0x080b}};
constexpr std::array kOldSchemes = {SignatureScheme{0x0201}, SignatureScheme{0x0203}, SignatureScheme{0x0301},
                                    SignatureScheme{0x0303}, SignatureScheme{0x0402}, SignatureScheme{0x0302},
                                    SignatureScheme{0x0202}, SignatureScheme{0x0502}, SignatureScheme{0x0602}};

// Every stack of today has one of these.
constexpr std::array kUsualGroups = {Group{0x001d}, Group{0x0017}, Group{0x0018}};
// Some have been told to take nothing else at TLSv1.3.
constexpr std::array kRareGroups = {Group{0x0019}, Group{0x001e}, Group{0x0100}, Group{0x0101},
                                    Group{0x0102}, Group{0x0103}, Group{0x0104}};
// ECDHE up to TLSv1.2 is read without a secret, and leaf curves must be listed too.
constexpr std::array kMoreCurves = {
    Group{0x0019}, Group{0x001e}, Group{0x0016}, Group{0x001a}, Group{0x001b}, Group{0x001c}, Group{0x0015},
    Group{0x0013}, Group{0x000e}, Group{0x000d}, Group{0x000c}, Group{0x000b}, Group{0x000a}, Group{0x0009},
    Group{0x0008}, Group{0x0007}, Group{0x0006}, Group{0x0014}, Group{0x0012}, Group{0x0011}, Group{0x0010},
    Group{0x000f}, Group{0x0005}, Group{0x0004}, Group{0x0003}, Group{0x0002}, Group{0x0001}};

template <typename Point, std::size_t Count>
void append(std::vector<Point>& list, const std::array<Point, Count>& more) {
  for (const Point point : more) list.push_back(point);
}

bool certificate_suite(const SuiteFacts& facts) {
  const bool exchange = facts.key_exchange == KeyExchange::rsa || facts.key_exchange == KeyExchange::dhe ||
                        facts.key_exchange == KeyExchange::ecdhe || facts.key_exchange == KeyExchange::ecdh ||
                        facts.key_exchange == KeyExchange::dh;
  const bool authenticated = facts.authentication == Authentication::rsa ||
                             facts.authentication == Authentication::ecdsa ||
                             facts.authentication == Authentication::dss;
  return exchange && authenticated;
}

bool flagged(const SuiteFacts& facts) { return facts.null_encryption || facts.export_grade || facts.rc4; }

// Likelier suites first: what is cut at the hundredth are static ECDH, ARIA and the like.
int unlikeliness(const SuiteFacts& facts, std::string_view name) {
  int points = 0;
  if (facts.key_exchange == KeyExchange::dh || facts.key_exchange == KeyExchange::ecdh) points += 16;
  if (facts.authentication == Authentication::dss) points += 8;
  for (const std::string_view rare : {"ARIA", "SEED", "IDEA", "CCM", "CAMELLIA", "_DES_"}) {
    if (name.find(rare) != std::string_view::npos) points += 4;
  }
  if (!facts.forward_secret) points += 2;
  if (facts.key_exchange == KeyExchange::dhe) points += 1;  // Dovecot without DH parameters closes when it picks DHE.
  if (!facts.aead) points += 1;
  return points;
}

std::vector<CipherSuite> choose_suites(Version version, Suites which) {
  if (which == Suites::few && version >= tls::kTls12) return {kFewSuites.begin(), kFewSuites.end()};
  struct Candidate {
    int unlikeliness;
    CipherSuite suite;
  };
  std::vector<Candidate> candidates;
  for (const auto& [suite, name] : tls::all_cipher_suites()) {
    const SuiteFacts facts = tls::facts(suite);
    if (facts.key_exchange == KeyExchange::tls13 || tls::is_signalling(suite)) continue;
    if (facts.tls12_only && version < tls::kTls12) continue;
    const bool anonymous = facts.authentication == Authentication::none &&
                           (facts.key_exchange == KeyExchange::dh || facts.key_exchange == KeyExchange::ecdh ||
                            facts.key_exchange == KeyExchange::dhe || facts.key_exchange == KeyExchange::ecdhe);
    const bool wanted = which == Suites::legacy ? anonymous || (certificate_suite(facts) && flagged(facts))
                                                : certificate_suite(facts) && !flagged(facts);
    if (!wanted) continue;
    if (which == Suites::few && std::ranges::count(kFewSuites, suite) == 0) continue;
    candidates.push_back({unlikeliness(facts, name), suite});
  }
  std::ranges::stable_sort(candidates, {}, &Candidate::unlikeliness);
  candidates.resize(std::min(candidates.size(), kMostSuites));
  std::vector<CipherSuite> suites;
  for (const Candidate& candidate : candidates) suites.push_back(candidate.suite);
  return suites;
}

// The registry is walked once for each version; a run asks the same few hellos a hundred thousand times.
const std::vector<CipherSuite>& suites_for(Version version, Suites which) {
  static const auto table = [] {
    std::array<std::array<std::vector<CipherSuite>, 3>, 4> made;
    for (std::uint16_t minor = 0; minor < 4; ++minor) {
      for (const Suites kind : {Suites::usual, Suites::few, Suites::legacy}) {
        made[minor][static_cast<std::size_t>(kind)] =
            choose_suites(Version{static_cast<std::uint16_t>(0x0300 + minor)}, kind);
      }
    }
    return made;
  }();
  return table[version.value & 3U][static_cast<std::size_t>(which)];
}

const std::vector<SignatureScheme>& every_scheme() {
  static const auto every = [] {
    std::vector<SignatureScheme> schemes;
    append(schemes, kEcdsaSchemes);
    append(schemes, kRsaSchemes);
    append(schemes, kEdwardsSchemes);
    append(schemes, kPssKeySchemes);
    append(schemes, kOldSchemes);
    return schemes;
  }();
  return every;
}

HelloOffer tls13_offer() {
  HelloOffer offer{.versions = {tls::kTls13}};
  append(offer.suites, kTls13Suites);
  append(offer.groups, kUsualGroups);
  append(offer.groups, kRareGroups);
  offer.key_shares = {kUsualGroups[0]};
  offer.schemes = every_scheme();
  return offer;
}

void keep_suites(HelloOffer& offer, std::initializer_list<Authentication> authentications) {
  std::erase_if(offer.suites, [&](CipherSuite suite) {
    return std::ranges::count(authentications, tls::facts(suite).authentication) == 0;
  });
}

template <std::size_t Count>
void drop_schemes(HelloOffer& offer, const std::array<SignatureScheme, Count>& schemes) {
  std::erase_if(offer.schemes, [&](SignatureScheme scheme) { return std::ranges::count(schemes, scheme) > 0; });
}

}  // namespace

LeafKind kind_of(const Certificate& leaf) {
  if (leaf.key_type == "ecdsa") return LeafKind::ecdsa;
  if (leaf.key_type == "ed25519" || leaf.key_type == "ed448") return LeafKind::edwards;
  if (leaf.key_type == "rsa-pss") return LeafKind::rsa_pss;
  return LeafKind::rsa;
}

std::vector<SignatureScheme> schemes_of(LeafKind kind) {
  std::vector<SignatureScheme> schemes;
  if (kind == LeafKind::rsa) append(schemes, kRsaSchemes);
  if (kind == LeafKind::ecdsa) append(schemes, kEcdsaSchemes);
  if (kind == LeafKind::edwards || kind == LeafKind::unusual) append(schemes, kEdwardsSchemes);
  if (kind == LeafKind::rsa_pss || kind == LeafKind::unusual) append(schemes, kPssKeySchemes);
  return schemes;
}

HelloOffer version_offer(Version version, Suites suites) {
  if (version >= tls::kTls13) return tls13_offer();
  HelloOffer offer{.versions = {version}, .suites = suites_for(version, suites)};
  if (version < tls::kTls10) return offer;
  append(offer.groups, kUsualGroups);
  append(offer.groups, kMoreCurves);
  if (version == tls::kTls12) offer.schemes = every_scheme();
  return offer;
}

HelloOffer unreadable_groups_offer() {
  HelloOffer offer = tls13_offer();
  offer.groups.clear();
  for (const auto& [group, name] : tls::all_groups()) {
    const bool readable = tls::KeyShares::supports(group);
    if (!readable && !tls::is_grease(group.value) && group.value < 0xff00) offer.groups.push_back(group);
  }
  offer.key_shares.clear();
  return offer;
}

HelloOffer retry_offer() {
  HelloOffer offer = tls13_offer();
  for (const auto& [group, name] : tls::all_groups()) {
    const bool listed = std::ranges::count(offer.groups, group) > 0;
    if (!listed && !tls::is_grease(group.value) && group.value < 0xff00) offer.groups.push_back(group);
  }
  offer.key_shares.clear();
  return offer;
}

namespace {

SuiteLists list_suites(Version version) {
  SuiteLists lists{.usual = version_offer(version).suites};
  if (version < tls::kTls13) lists.flagged = suites_for(version, Suites::legacy);
  const auto listed = [&](CipherSuite suite) {
    return std::ranges::count(lists.usual, suite) > 0 || std::ranges::count(lists.flagged, suite) > 0;
  };
  for (const auto& [suite, name] : tls::all_cipher_suites()) {
    const SuiteFacts facts = tls::facts(suite);
    if (tls::is_signalling(suite) || tls::is_grease(suite.value) || listed(suite)) continue;
    if ((facts.key_exchange == KeyExchange::tls13) != (version >= tls::kTls13)) continue;
    if (facts.tls12_only && version < tls::kTls12) continue;
    lists.rest.push_back(suite);
  }
  if (version >= tls::kTls13) {  // A dozen in all: one hello, the usual ones first.
    lists.usual.insert(lists.usual.end(), lists.rest.begin(), lists.rest.end());
    lists.rest.clear();
  }
  std::stable_partition(lists.rest.begin(), lists.rest.end(),
                        [](CipherSuite suite) { return certificate_suite(tls::facts(suite)); });
  return lists;
}

}  // namespace

std::vector<HelloOffer> unusual_suite_offers(Version version, Unusual which) {
  const SuiteLists& every = every_suite(version);
  std::vector<CipherSuite> suites = every.flagged;
  if (which == Unusual::all) suites.insert(suites.end(), every.rest.begin(), every.rest.end());
  std::vector<HelloOffer> offers;
  for (std::size_t at = 0; at < suites.size(); at += kMostUnusualSuites) {
    offers.push_back(version_offer(version));
    const auto from = suites.begin() + static_cast<std::ptrdiff_t>(at);
    const std::size_t count = std::min(kMostUnusualSuites, suites.size() - at);
    offers.back().suites.assign(from, from + static_cast<std::ptrdiff_t>(count));
  }
  return offers;
}

const SuiteLists& every_suite(Version version) {
  static const auto table = [] {
    std::array<SuiteLists, 5> made;
    for (std::uint16_t minor = 0; minor < made.size(); ++minor) {
      made[minor] = list_suites(Version{static_cast<std::uint16_t>(0x0300 + minor)});
    }
    return made;
  }();
  return table.at(version.value & 0xffU);
}

HelloOffer modern_client_offer() {
  HelloOffer offer = version_offer(tls::kTls12, Suites::few);
  offer.versions = {tls::kTls13, tls::kTls12};
  offer.suites.insert(offer.suites.begin(), kTls13Suites.begin(), kTls13Suites.begin() + 3);
  offer.groups.assign(kUsualGroups.begin(), kUsualGroups.end());
  offer.key_shares = {kUsualGroups[0]};
  return offer;
}

HelloOffer preference_offer(LedByRsa led_by_rsa) {
  constexpr std::array kRsaSuites = {CipherSuite{0xc030}, CipherSuite{0xc02f}};
  constexpr std::array kEcdsaSuites = {CipherSuite{0xc02c}, CipherSuite{0xc02b}};
  constexpr std::array kRsa = {SignatureScheme{0x0804}, SignatureScheme{0x0805}, SignatureScheme{0x0806}};
  constexpr std::array kEcdsa = {SignatureScheme{0x0403}, SignatureScheme{0x0503}, SignatureScheme{0x0603}};
  const bool by_suites = led_by_rsa == LedByRsa::suites;
  HelloOffer offer = modern_client_offer();
  offer.suites.assign(kTls13Suites.begin(), kTls13Suites.begin() + 3);
  append(offer.suites, by_suites ? kRsaSuites : kEcdsaSuites);
  append(offer.suites, by_suites ? kEcdsaSuites : kRsaSuites);
  offer.schemes.clear();
  append(offer.schemes, by_suites ? kEcdsa : kRsa);
  append(offer.schemes, by_suites ? kRsa : kEcdsa);
  return offer;
}

namespace {

std::optional<HelloOffer> make_leaf_offer(Version version, LeafKind kind) {
  const bool common = kind == LeafKind::rsa || kind == LeafKind::ecdsa;
  if (!common && version < tls::kTls12) return std::nullopt;
  HelloOffer offer = version_offer(version);
  if (version >= tls::kTls13) {
    offer.schemes = schemes_of(kind);
  } else if (kind == LeafKind::rsa) {
    keep_suites(offer, {Authentication::rsa});
    drop_schemes(offer, kPssKeySchemes);
  } else if (kind == LeafKind::ecdsa) {
    if (version < tls::kTls10) return std::nullopt;  // No extensions, hence no curves: SSLv3 has no ECDSA.
    keep_suites(offer, {Authentication::ecdsa});
    drop_schemes(offer, kEdwardsSchemes);
  } else {
    std::erase_if(offer.suites, [](CipherSuite suite) { return tls::facts(suite).key_exchange != KeyExchange::ecdhe; });
    offer.schemes = schemes_of(kind);
  }
  return common ? offer : with_any_chain(std::move(offer));
}

}  // namespace

std::optional<HelloOffer> leaf_offer(Version version, LeafKind kind) {
  static const auto table = [] {
    std::array<std::array<std::optional<HelloOffer>, 5>, 5> made;
    for (std::uint16_t minor = 0; minor < 5; ++minor) {
      for (std::size_t of = 0; of < 5; ++of) {
        made[minor][of] =
            make_leaf_offer(Version{static_cast<std::uint16_t>(0x0300 + minor)}, static_cast<LeafKind>(of));
      }
    }
    return made;
  }();
  return table.at(version.value & 0xffU).at(static_cast<std::size_t>(kind));
}

HelloOffer with_any_chain(HelloOffer offer) {
  offer.schemes_cert = every_scheme();
  return offer;
}

}  // namespace ucready::probes
