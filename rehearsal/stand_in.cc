#include "rehearsal/stand_in.h"

#include <fmt/format.h>

#include <algorithm>

#include "rehearsal/endpoint.h"
#include "rehearsal/keys.h"
#include "rehearsal/openssl_names.h"
#include "upgrade/forecast/chains.h"

namespace ucready::rehearsal {
namespace {

using negotiation::Anchor;
using negotiation::CertificatePreference;
using negotiation::Chain;
using negotiation::Ends;
using negotiation::KeyKind;
using negotiation::Outcome;
using negotiation::Profile;
using negotiation::Rules;
using negotiation::Stack;

using Notes = std::vector<std::string>;

tl::unexpected<Error> impossible(std::string why) { return fail(ErrorCode::unsupported, std::move(why)); }

// Leaves out what OpenSSL has no word for; false: nothing is left.
template <typename Point>
void keep_what_can_be_said(std::vector<Point>& points, std::string_view what, std::string_view side, Notes& notes) {
  const std::size_t left_out = std::erase_if(points, [](Point point) { return !openssl_name(point); });
  if (left_out > 0) notes.push_back(fmt::format("{} {} of the {} left out", left_out, what, side));
}

void keep_what_can_be_said(Profile& end, std::string_view side, Notes& notes) {
  if (std::erase(end.versions, tls::kSslv3) > 0) notes.push_back(fmt::format("SSLv3 of the {} left out", side));
  keep_what_can_be_said(end.suites, "suites", side, notes);
  keep_what_can_be_said(end.suites_tls13, "TLSv1.3 suites", side, notes);
  keep_what_can_be_said(end.groups, "groups", side, notes);
  keep_what_can_be_said(end.schemes, "signature schemes", side, notes);
}

// OpenSSL in the place of another stack: the others weigh nothing by a level, and take what a store holds without a
// root above it.
void take_the_place(Profile& end, std::string_view side, Notes& notes) {
  if (end.stack == Stack::openssl_3) return;
  notes.push_back(fmt::format("OpenSSL 3 stands in for the {}'s {}", side, to_text(end.stack)));
  if (traits(end.stack).rules != Rules::openssl) {
    end.security_level = 0;
    end.trust.partial_chains = true;
  }
  end.stack = Stack::openssl_3;
}

// Whether it objects to what OpenSSL 3 does: at level 0 all of this family do.
bool judges_alike(const Profile& end) {
  const bool family = end.stack == Stack::openssl_11 || end.stack == Stack::haproxy;
  return end.stack == Stack::openssl_3 || (family && end.security_level == 0);
}

// What OpenSSL has against a chain where the store is known; the stack it stands in for may have had something else.
void judge_as_openssl(const Scene& scene, negotiation::Side judge, Profile& end) {
  const bool client = judge == negotiation::Side::client;
  const trust::TrustStore* const store = client ? scene.client_holds : scene.server_holds;
  if (store == nullptr) return;
  const auto presenter = client ? trust::Presenter::server : trust::Presenter::client;
  const Time at = client ? scene.server_chains_at : scene.client_chains_at;
  const forecast::StoreQuestion asked{store, presenter, to_text(end.stack), end.security_level, at};
  end.trust.objections.clear();
  for (const forecast::PresentedChain& chain : client ? scene.server_chains : scene.client_chains) {
    if (const auto opinion = opinion_of(chain, asked, {}); opinion.objection) {
      end.trust.objections.emplace(chain.certificates.front()->sha256, *opinion.objection);
    }
  }
}

template <typename Point>
void put_first(std::vector<Point>& points, Point first) {
  std::erase(points, first);
  points.insert(points.begin(), first);
}

void keep_only(std::vector<Chain>& keys, const std::string& id) {
  std::erase_if(keys, [&](const Chain& chain) { return chain.id != id; });
}

// The answer that the model says this server gives is the only one left to it.
void pin_answer(const Outcome& forecast, Ends& ends) {
  auto& server = ends.server;
  const bool tls13 = *forecast.version == tls::kTls13;
  server.versions = {*forecast.version};
  (tls13 ? server.suites_tls13 : server.suites) = {*forecast.suite};
  server.server_preference = true;
  server.prioritize_chacha = false;
  if (!forecast.server_leaf.empty()) keep_only(server.keys, forecast.server_leaf);
  if (forecast.scheme) put_first(server.schemes, *forecast.scheme);
  // In TLSv1.3 the client's first share would win over the order; up to TLSv1.2 the list judges curves as well.
  if (forecast.group && tls13) server.groups = {*forecast.group};
  if (forecast.group && !tls13) put_first(server.groups, *forecast.group);
  if (forecast.certificate_requested) keep_only(ends.client.keys, forecast.client_leaf);
}

bool same_selection(const Outcome& one, const Outcome& other) {
  return one.version == other.version && one.suite == other.suite && one.group == other.group &&
         one.scheme == other.scheme && one.server_leaf == other.server_leaf && one.client_leaf == other.client_leaf;
}

bool same_verdict(const Outcome& one, const Outcome& other) {
  if (one.works() != other.works()) return false;
  if (one.works()) return true;
  return one.refusal->by == other.refusal->by && one.refusal->phase == other.refusal->phase &&
         one.refusal->reason == other.refusal->reason;
}

std::string verdict_text(const Outcome& outcome) {
  if (outcome.works()) return "works";
  return fmt::format("breaks ({})", to_text(outcome.refusal->reason));
}

bool is_openssl(Stack stack) { return traits(stack).rules == Rules::openssl && stack != Stack::haproxy; }

// Where OpenSSL itself picks, what it picks is rehearsed too.
bool openssl_picks(const Ends& ends) {
  return is_openssl(ends.client.stack) && is_openssl(ends.server.stack) &&
         ends.server.certificate_preference == CertificatePreference::stack && !ends.server.measured;
}

std::string whose_rule(const Ends& ends) {
  if (ends.server.measured) return "what the server was seen to answer";
  if (ends.server.certificate_preference != CertificatePreference::stack) return "certificate_preference";
  const Stack stack = ends.server.stack == Stack::openssl_3 ? ends.client.stack : ends.server.stack;
  return fmt::format("{}'s own rule", to_text(stack));
}

// What no certificate or endpoint can be made for.
Result<void> check(const Profile& end, std::string_view side) {
  if (end.versions.empty()) return impossible(fmt::format("the {} has no TLS version left", side));
  if (end.groups.empty()) return impossible(fmt::format("the {}'s groups are none that can be said", side));
  if (end.schemes.empty()) return impossible(fmt::format("the {}'s schemes are none that can be said", side));
  for (const Chain& chain : end.keys) {
    const bool on_curve = chain.key == KeyKind::ecdsa;
    if (chain.key == KeyKind::dsa) return impossible(fmt::format("the {} has a DSA key", side));
    if (on_curve && !openssl_name(chain.curve)) {
      return impossible(fmt::format("the {} has a key on a curve without a name", side));
    }
    constexpr int kLevelOfLongKeys = 4;
    if (chain.key_bits > kMostRsaBits && end.security_level >= kLevelOfLongKeys) {
      return impossible(fmt::format("the {}'s key is too long to be made here", side));
    }
  }
  return {};
}

}  // namespace

Result<StandIn> stand_in_for(const Scene& scene, const Outcome& forecast) {
  const Ends& ends = scene.ends;
  StandIn made{ends, forecast, openssl_picks(ends) ? Scope::whole : Scope::acceptance, {}};
  auto& [client, server] = made.ends;
  keep_what_can_be_said(client, "client", made.notes);
  keep_what_can_be_said(server, "server", made.notes);
  take_the_place(client, "client", made.notes);
  take_the_place(server, "server", made.notes);
  if (!judges_alike(ends.client)) judge_as_openssl(scene, negotiation::Side::client, client);
  if (!judges_alike(ends.server)) judge_as_openssl(scene, negotiation::Side::server, server);
  if (!client.schemes_cert.empty() || client.key_shares) {
    made.notes.emplace_back("the client's key shares and schemes of certificates are OpenSSL's own");
    client.schemes_cert.clear();
    client.key_shares.reset();
  }
  server.certificate_preference = CertificatePreference::stack;
  server.renegotiation_info = true;
  server.measured.reset();
  for (const auto& [end, side] : {std::pair<const Profile*, const char*>{&client, "client"}, {&server, "server"}}) {
    if (auto fine = check(*end, side); !fine) return tl::unexpected<Error>(fine.error());
  }
  if (server.dh == negotiation::DhParameters::fixed && !has_dh_prime(server.dh_bits)) {
    return impossible(fmt::format("there is no Diffie-Hellman prime of {} bits here", server.dh_bits));
  }
  if (client == ends.client && server == ends.server) return made;

  made.expected = negotiate(client, server);
  if (!same_selection(made.expected, forecast) && forecast.version && forecast.suite) {
    pin_answer(forecast, made.ends);
    made.scope = Scope::acceptance;
    made.notes.push_back(fmt::format("the server is left no other answer: {} decides", whose_rule(ends)));
    made.expected = negotiate(client, server);
  }
  const auto foretold_alike = [&] {
    return same_verdict(made.expected, forecast) && same_selection(made.expected, forecast);
  };
  if (foretold_alike()) return made;
  // A refusal because of the one certificate that the rule puts forward.
  const std::vector<Chain> keys = server.keys;
  for (const Chain& key : keys) {
    if (keys.size() == 1) break;
    server.keys = {key};
    made.expected = negotiate(client, server);
    if (!foretold_alike()) continue;
    made.scope = Scope::acceptance;
    made.notes.push_back(
        fmt::format("the server is left its {} certificate alone: {} decides", key_word(key.key), whose_rule(ends)));
    return made;
  }
  return impossible(fmt::format("{} decides: {}, where OpenSSL 3 does not", whose_rule(ends), verdict_text(forecast)));
}

}  // namespace ucready::rehearsal
