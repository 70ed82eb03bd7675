#include "upgrade/forecast/offer_order.h"

#include <fmt/format.h>

#include <algorithm>

#include "upgrade/forecast/end_facts.h"
#include "upgrade/forecast/measured.h"
#include "upgrade/negotiation/cipher_string.h"

namespace ucready::forecast {
namespace {

using negotiation::CipherSuite;
using negotiation::Doubt;
using negotiation::doubt_over;
using negotiation::Ends;
using negotiation::KeyKind;
using negotiation::Profile;
using negotiation::SignatureScheme;

// What stacks of the last ten years have in common.
constexpr const char* kUsual = "ECDHE+AESGCM:ECDHE+CHACHA20:ECDHE+AES:RSA+AESGCM:RSA+AES:!PSK:!aNULL";

const negotiation::CipherList& usual_ciphers() {
  static const auto usual = negotiation::expand_ciphers(kUsual).value_or(negotiation::CipherList{});
  return usual;
}

bool is_ecdsa_scheme(SignatureScheme scheme) {
  const auto* const facts = negotiation::find_scheme(scheme);
  return facts != nullptr && facts->key == KeyKind::ecdsa;
}

void put_suites_first(Profile& end, bool ecdsa) {
  std::stable_partition(end.suites.begin(), end.suites.end(),
                        [&](CipherSuite suite) { return is_ecdsa(suite) == ecdsa; });
}
void put_schemes_first(Profile& end, bool ecdsa) {
  std::stable_partition(end.schemes.begin(), end.schemes.end(),
                        [&](SignatureScheme scheme) { return is_ecdsa_scheme(scheme) == ecdsa; });
}

void set_suites(const negotiation::CipherList& list, Profile& end) {
  end.suites = list.suites;
  if (!list.suites_tls13.empty()) end.suites_tls13 = list.suites_tls13;
  if (list.security_level) end.security_level = *list.security_level;
}

// Which kind an Expressway's suites begin with where nobody has stated it (docs/sources.md: XRN, CIP): its cipher
// string came with the way to this release.
std::optional<bool> expressway_prefers_ecdsa(const upgrade::Product& product, const State& state) {
  if (!at_least(&product, state.release, "X14.2").value_or(false) || state.path.empty()) return std::nullopt;
  const auto came_late = at_least(&product, state.path.front(), "X14.0");
  if (!came_late) return std::nullopt;
  return !*came_late;
}

constexpr const char* kLowest = "TLSv1.0";

// A hello that lists no versions names its highest alone (RFC 5246 appendix E.1). How far down its client goes is told
// by a setting, where that is known.
std::vector<negotiation::Version> reach_down(std::vector<negotiation::Version> versions, const std::string& lowest) {
  const auto set = tls::parse_version(lowest);
  if (!set || versions.size() != 1 || versions.front().value >= tls::kTls13.value) return versions;
  for (const negotiation::Version lower : {tls::kTls11, tls::kTls10}) {
    if (lower.value < versions.front().value && lower.value >= set->value) versions.push_back(lower);
  }
  return versions;
}

}  // namespace

void set_server_suites(const Known& ciphers, bool ecdsa, Profile& server) {
  const auto stated = ciphers ? negotiation::expand_ciphers(ciphers.value) : usual_ciphers();
  set_suites(stated ? *stated : usual_ciphers(), server);
  if (!ecdsa) std::erase_if(server.suites, is_ecdsa);
}

void add_offer_order(const Estate& estate, const Place& place, const std::string& name, const upgrade::Product* product,
                     const State& state, HopEnds& made) {
  Profile& client = made.ends.client;
  const Known stated = setting_of(estate, place, state, "ciphers");
  const upgrade::CatalogueSetting* const usual = product == nullptr ? nullptr : find_setting(*product, "ciphers");
  const std::string text = stated ? stated.value : (usual == nullptr ? "" : usual->default_value);
  const auto list = text.empty() ? usual_ciphers() : negotiation::expand_ciphers(text).value_or(usual_ciphers());
  set_suites(list, client);
  const bool expressway = is_expressway(product);
  // From X15.2 an Expressway names RSA schemes first, whatever its cipher string says (docs/sources.md: XAG).
  const bool rsa_schemes = expressway && at_least(product, state.release, "X15.2").value_or(false);
  const auto put_first = [rsa_schemes](Profile& end, bool ecdsa) {
    put_suites_first(end, ecdsa);
    put_schemes_first(end, ecdsa && !rsa_schemes);
  };
  const std::string prefer = setting_of(estate, place, state, "prefer").value;
  if (!prefer.empty() && !state.upgraded) {
    put_first(client, prefer == "ecdsa");
    return;
  }
  std::vector values = {false, true};
  bool assumed = false;
  if (!prefer.empty()) {
    assumed = true;  // An upgrade keeps the string that is there.
    values = {prefer == "ecdsa", prefer != "ecdsa"};
  } else if (expressway) {
    const auto ecdsa = expressway_prefers_ecdsa(*product, state);
    assumed = ecdsa.has_value();
    if (ecdsa.value_or(false)) values = {true, false};
  } else if (stated) {
    return;
  } else if (!text.empty()) {
    assumed = true;
    const bool ecdsa = !client.suites.empty() && is_ecdsa(client.suites.front());
    values = {ecdsa, !ecdsa};
  }
  Doubt doubt = doubt_over(fmt::format("whether {} offers RSA or ECDSA first", name), "offer", values,
                           [put_first](Ends& ends, bool ecdsa) { put_first(ends.client, ecdsa); });
  if (assumed) doubt.assumed = 0;
  made.doubts.push_back(std::move(doubt));
}

void add_seen_offers(const Estate& estate, const VersionQuestion& asked, const Hop& hop,
                     const std::vector<SeenHello>& hellos, const StatesOfEnds& states, HopEnds& made) {
  const State& state = states.client;
  struct Offer {
    std::vector<CipherSuite> suites;
    std::vector<SignatureScheme> schemes;
    std::vector<negotiation::Group> groups;
    std::vector<negotiation::Version> versions;
    bool renegotiation_info = true;
    std::optional<negotiation::MeasuredAnswer> answer;
  };
  constexpr std::size_t kMost = 16;
  std::vector<Offer> offers;
  const std::string lowest = setting_of(estate, asked.place, state, "tls_min").value;
  made.measured = true;
  for (const SeenHello& seen : hellos) {
    const auto known = negotiation::profile_of(negotiation::facts_of(seen.hello), made.ends.client.stack);
    offers.push_back(
        {known.suites, known.schemes, known.groups, reach_down(known.versions, lowest), known.renegotiation_info, {}});
    const auto measured = measured_choice(estate, hop, seen, states.client, states.server);
    made.measured = made.measured && measured;
    if (measured) offers.back().answer = measured->answer;
    made.measured_request =
        made.measured_request || (measured && measured->answer.certificate_requested == std::optional(true));
    if (measured && measured->shown) made.measured_chains.push_back(*measured->shown);
    if (!known.suites_tls13.empty()) made.ends.client.suites_tls13 = known.suites_tls13;
    if (offers.size() == kMost) break;
  }
  const bool as_seen = !state.upgraded && !state.changes.contains("tls_min") && !state.changes.contains("tls_max");
  if (!as_seen) add_versions(estate, asked, state, negotiation::Side::client, made);
  made.doubts.push_back(doubt_over(fmt::format("which of {} offers seen {} makes", offers.size(), asked.name), "offer",
                                   offers, [as_seen](Ends& ends, const Offer& offer) {
                                     ends.client.suites = offer.suites;
                                     if (!offer.schemes.empty()) ends.client.schemes = offer.schemes;
                                     if (!offer.groups.empty()) ends.client.groups = offer.groups;
                                     if (as_seen) ends.client.versions = offer.versions;
                                     ends.client.renegotiation_info = offer.renegotiation_info;
                                     ends.server.measured = offer.answer;
                                   }));
  const bool may_go_lower = std::ranges::any_of(
      offers, [](const Offer& offer) { return reach_down(offer.versions, kLowest).size() > offer.versions.size(); });
  if (!as_seen || !lowest.empty() || !may_go_lower) return;
  made.doubts.push_back(doubt_over(
      fmt::format("how far down {} goes (tls_min)", asked.name), "setting", std::vector<std::string>{"", kLowest},
      [](Ends& ends, const std::string& to) { ends.client.versions = reach_down(ends.client.versions, to); }));
}

}  // namespace ucready::forecast
