#include "upgrade/forecast/end_facts.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <functional>

#include "core/ip_address.h"
#include "upgrade/forecast/offer_order.h"
#include "upgrade/forecast/version_range.h"
#include "upgrade/negotiation/cipher_string.h"

namespace ucready::forecast {
namespace {

using negotiation::ClientAuth;
using negotiation::ClientProfile;
using negotiation::Doubt;
using negotiation::doubt_over;
using negotiation::Ends;
using negotiation::Profile;
using negotiation::Side;
using negotiation::Stack;
using upgrade::CatalogueClientService;
using upgrade::CatalogueInterface;

constexpr tls::CipherSuite kNullSuite{0x0002};  // TLS_RSA_WITH_NULL_SHA, of authenticated mode.

// The stack as stated, else as the catalogue assumes it, else all that are met in the field.
void set_stack(const Known& stated, const std::string& assumed, const std::string& name, Side side, HopEnds& made) {
  const auto end = [side](Ends& ends) -> Profile& {
    return side == Side::client ? static_cast<Profile&>(ends.client) : static_cast<Profile&>(ends.server);
  };
  if (const auto stack = negotiation::parse_stack(stated ? stated.value : assumed)) {
    end(made.ends).stack = *stack;
    return;
  }
  made.doubts.push_back(doubt_over(fmt::format("the TLS stack of {}", name), "stack",
                                   std::vector{Stack::openssl_11, Stack::openssl_3, Stack::java_17, Stack::gnutls},
                                   [end](Ends& ends, Stack stack) { end(ends).stack = stack; }));
}

// Stock HAProxy takes ECDSA from everyone who can (docs/negotiation.md). Whether the build in Cisco's voice systems
// does is not confirmed; that RSA suites in front of an Expressway's list mend its logins speaks for the client's order
// (docs/sources.md, ATS).
void doubt_haproxy(const Known& stated, bool vos, const std::string& name, HopEnds& made) {
  auto& server = made.ends.server;
  if (!vos || stated || server.stack != Stack::haproxy) return;
  Doubt doubt = doubt_over(fmt::format("whether the client's order decides at {}", name), "stack",
                           std::vector{Stack::openssl_11, Stack::haproxy}, [](Ends& ends, Stack stack) {
                             ends.server.stack = stack;
                             ends.server.server_preference = stack == Stack::haproxy;
                             ends.server.prioritize_chacha = stack == Stack::haproxy;
                           });
  doubt.assumed = 0;
  made.doubts.push_back(std::move(doubt));
}

void set_level(const Known& stated, Profile& end) {
  end.security_level = stated ? std::clamp(stated.value.front() - '0', 0, 5) : 0;
}

// What both ends have before anything particular is known of them.
void set_usual_lists(Profile& end) {
  end.suites_tls13 = {{0x1302}, {0x1303}, {0x1301}};
  end.groups = {{0x001d}, {0x0017}, {0x0018}, {0x0019}};
  end.schemes = {{0x0403}, {0x0503}, {0x0603}, {0x0804}, {0x0805}, {0x0806},
                 {0x0401}, {0x0501}, {0x0601}, {0x0203}, {0x0201}};
}

Doubt purpose_doubt(const std::string& name, const std::vector<bool>& values) {
  return doubt_over(fmt::format("whether {} asks that a client's certificate be one for clients", name), "setting",
                    values, [](Ends& ends, bool value) { ends.server.trust.check_purpose = value; });
}

// Web, directory, mail and database servers ask for a client certificate only where somebody set them up to.
bool seldom_asks(std::string_view protocol) {
  constexpr std::array<std::string_view, 10> kSeldom = {"https", "ldap",  "ldaps", "smtp",       "smtps",
                                                        "imap",  "imaps", "tds",   "postgresql", "mysql"};
  return std::ranges::find(kSeldom, protocol) != kSeldom.end();
}

void set_client_auth(const Known& stated, std::string_view protocol, const db::SeenInterface* seen,
                     const db::CapturedServer* captured, const CatalogueInterface* interface, ServerFacts& facts,
                     HopEnds& made) {
  using Values = std::vector<ClientAuth>;
  Values values;
  bool assumed = false;
  const char* question = "whether {} asks for a client certificate";
  if (stated.value == "none") {
    values = {ClientAuth::none};
  } else if (stated) {
    values = {stated.value == "require" ? ClientAuth::require : ClientAuth::request};
  } else if (seen != nullptr && !seen->requested) {
    values = {ClientAuth::none};
  } else if (seen != nullptr && seen->required) {
    values = {*seen->required ? ClientAuth::require : ClientAuth::request};
  } else if (captured != nullptr && captured->worked_without) {
    values = {ClientAuth::request};
  } else if (seen != nullptr || (captured != nullptr && captured->requested)) {
    values = {ClientAuth::require, ClientAuth::request};
    question = "whether {} requires the client certificate that it asks for";
  } else if (captured != nullptr && captured->never_requested) {
    values = {ClientAuth::none};
  } else if (interface != nullptr && interface->mtls) {
    values = *interface->mtls ? Values{ClientAuth::require, ClientAuth::none}
                              : Values{ClientAuth::none, ClientAuth::require};
    assumed = true;
  } else {
    values = {ClientAuth::none, ClientAuth::require};
    assumed = seldom_asks(protocol);
  }
  made.ends.server.client_auth = values.front();
  facts.client_auth_doubtful = values.size() > 1;
  Doubt doubt = doubt_over(fmt::format(fmt::runtime(question), facts.name), "client_authentication", values,
                           [](Ends& ends, ClientAuth value) { ends.server.client_auth = value; });
  if (assumed) doubt.assumed = 0;
  made.doubts.push_back(std::move(doubt));
}

// RFC 5746; a server that lacks it is one that nobody has renewed for long, so an upgrade brings it.
void set_renegotiation(const Known& stated, const db::SeenInterface* seen, negotiation::ServerProfile& server) {
  if (stated) {
    server.renegotiation_info = stated.value == "true";
  } else if (seen != nullptr && seen->secure_renegotiation) {
    server.renegotiation_info = *seen->secure_renegotiation;
  }
}

// Whether it minds a client's certificate without client authentication. Stacks do; CUBE does so from 26.1.1, before
// only when told, and an Expressway from X15.5 can be told not to (docs/sources.md: FN74350, D225482).
void set_purpose_check(const ServerFacts& facts, const Hop& hop, const State& state, const upgrade::Product* product,
                       const std::function<Known(const char*)>& setting, HopEnds& made) {
  if (product == nullptr) return;
  std::vector values = {true};
  if (product->id == "cube") {
    const std::string match = setting("match_eku").value;
    const bool told = match == "client-auth" || setting("common_criteria").value == "true";
    const auto enforced = at_least(product, state.release, "26.1.1");
    if (match == "server-auth") {
      values = {false};
    } else if (!told && enforced) {
      values = {*enforced, !*enforced};
    } else if (!told) {
      made.doubts.push_back(purpose_doubt(facts.name, {true, false}));
      return;
    }
  } else if (is_expressway(product) && hop.protocol == "sip-tls" && setting("eku_checking").value == "false") {
    values = {!at_least(product, state.release, "X15.5").value_or(false)};
  }
  Doubt doubt = purpose_doubt(facts.name, values);
  doubt.assumed = 0;
  made.doubts.push_back(std::move(doubt));
}

// The rule of the product for SIP, CTI and XMPP in TLS 1.3 (negotiation.md 8; docs/sources.md, T13).
void set_certificate_preference(const Known& stated, const Hop& hop, const State& state,
                                const upgrade::Product* product, const std::string& name, HopEnds& made) {
  constexpr std::array<std::string_view, 4> kRuled = {"sip-tls", "cti-tls", "xmpp-client", "xmpp-server"};
  const bool product_has_it = product != nullptr && (product->id == "cucm" || product->id == "imp");
  if (!product_has_it || std::ranges::find(kRuled, hop.protocol) == kRuled.end()) return;
  if (!at_least(product, state.release, "15SU2").value_or(false)) return;
  using negotiation::CertificatePreference;
  std::vector values = {CertificatePreference::tls12_ciphers, CertificatePreference::tls13_signature_algorithms};
  if (stated.value == "tls13-signature-algorithms") std::ranges::reverse(values);
  if (stated && stated.confidence > Confidence::assumed) values.resize(1);
  Doubt doubt = doubt_over(fmt::format("certificate_preference of {}", name), "setting", values,
                           [](Ends& ends, CertificatePreference value) { ends.server.certificate_preference = value; });
  doubt.assumed = 0;
  made.doubts.push_back(std::move(doubt));
}

// HAProxy shows another chain to clients that name it (docs/negotiation.md). Clients do so where they know a name; how
// one was told of a server that stands here with an address alone is in its own configuration.
void set_server_name(bool named, const std::string& name, HopEnds& made) {
  std::vector values = {true, false};
  if (named) values.resize(1);
  Doubt doubt = doubt_over(fmt::format("whether {} sends the server's name (SNI)", name), "server_name", values,
                           [](Ends& ends, bool sends) { ends.client.server_name = sends; });
  doubt.assumed = 0;
  made.doubts.push_back(std::move(doubt));
}

// Authenticated mode signs without encrypting: a NULL suite, which TLS 1.3 does not have.
bool is_authenticated(const Hop& hop) { return hop.security == "authenticated"; }

// CUBE has no ECDSA suites in TLS 1.0 (white paper, CUBE 1).
bool knows_no_ecdsa(const std::function<Known(const char*)>& setting) {
  return setting("transport_tls").value == "v1.0";
}

// What the model says stands over what its product does in general.
VersionQuestion question_of(const Estate& estate, const Place& place, const std::string& name,
                            const upgrade::Product* product, const std::string& tls13_from) {
  VersionQuestion question{.place = place, .name = name, .product = product, .tls13_from = tls13_from};
  const std::string model = estate.fact({place.cluster, "", "", 0}, "model").value;
  const auto* const known = product == nullptr || model.empty() ? nullptr : upgrade::find_model(*product, model);
  if (known != nullptr) {
    if (!known->tls13_from.empty()) question.tls13_from = known->tls13_from;
    question.highest = known->highest;
  }
  return question;
}

// Whether the client checks the server's chain, value by value.
struct Verification {
  std::vector<bool> values;  // The assumed one first.
  bool assumed = false;
};
Verification verification_of(const Estate& estate, const Place& place, const State& state,
                             const upgrade::Product* product, const CatalogueClientService* service) {
  const auto stated = [&](const char* name) { return setting_of(estate, place, state, name).value; };
  if (is_expressway(product) && service != nullptr && service->name == "traffic-server") {
    if (const std::string set = stated("verify_origin_server"); !set.empty()) return {{set == "true"}};
    // From X14.0.8 and from X14.2 (docs/sources.md: XRN, ATS).
    const auto since = at_least(product, state.release, "X14.0.8");
    if (!since) return {{true, false}};
    return *since ? Verification{{true, false}, true} : Verification{{false, true}, true};
  }
  if (is_expressway(product) && service != nullptr && service->name == "sip-zone") {
    if (const std::string set = stated("tls_verify"); !set.empty()) return {{set == "true"}};
    return {{true, false}, true};
  }
  if (service != nullptr && service->verifies) return {{*service->verifies}};
  return {{true, false}};
}

}  // namespace

bool is_expressway(const upgrade::Product* product) {
  return product != nullptr && product->id.starts_with("expressway");
}
bool is_vos(const upgrade::Product* product) {
  return product != nullptr && product->rule == upgrade::ReleaseRule::vos;
}

bool is_ecdsa(tls::CipherSuite suite) { return tls::facts(suite).authentication == tls::Authentication::ecdsa; }

std::optional<bool> at_least(const upgrade::Product* product, const std::string& release, const std::string& other) {
  if (product == nullptr) return std::nullopt;
  const auto mine = upgrade::parse_release(*product, release);
  const auto theirs = upgrade::parse_release(*product, other);
  if (!mine || !theirs) return std::nullopt;
  return *mine >= *theirs;
}

const CatalogueInterface* interface_of(const upgrade::Product* product, std::uint16_t port,
                                       const std::string& protocol) {
  if (product == nullptr) return nullptr;
  const CatalogueInterface* same_protocol = nullptr;
  for (const CatalogueInterface& interface : product->interfaces) {
    if (interface.port <= port && port <= interface.last_port) return &interface;
    if (interface.protocol == protocol && same_protocol == nullptr) same_protocol = &interface;
  }
  return same_protocol;
}

const CatalogueClientService* client_service_of(const upgrade::Product* product, const std::string& service,
                                                const std::string& protocol) {
  if (product == nullptr) return nullptr;
  return service.empty() ? default_client_service(*product, protocol) : find_client_service(*product, service);
}

Known setting_of(const Estate& estate, const Place& place, const State& state, const std::string& name) {
  const auto changed = state.changes.find(name);
  if (changed != state.changes.end()) return {changed->second, Confidence::declared};
  return estate.fact_or_fingerprint(place, name);
}

namespace {

// An end that was seen is known by that as long as it stays as it is; else by what is told of its release.
Confidence known_by(const Estate& estate, const std::string& cluster, const State& state, bool seen) {
  if (seen && !state.upgraded && state.changes.empty()) return Confidence::observed;
  const Known release = estate.fact({cluster, "", "", 0}, "release");
  if (release) return release.confidence;
  return std::max(Confidence::assumed, estate.fact({cluster, "", "", 0}, "product").confidence);
}

}  // namespace

ServerFacts server_facts(const Estate& estate, const Hop& hop, const State& state, HopEnds& made) {
  ServerFacts facts;
  facts.place = {hop.server, hop.server_node, "", hop.port};
  facts.name = fmt::format("{} port {}", kServerName, hop.port);
  facts.confidence = known_by(estate, hop.server, state, estate.seen(hop.server, hop.server_node, hop.port) != nullptr);
  const upgrade::Product* const product = estate.product(hop.server);
  const CatalogueInterface* const interface = interface_of(product, hop.port, hop.protocol);
  const db::SeenInterface* const seen = estate.seen(hop.server, hop.server_node, hop.port);
  const auto setting = [&](const char* name) { return setting_of(estate, facts.place, state, name); };
  auto& server = made.ends.server;

  set_usual_lists(server);
  const upgrade::CatalogueSetting* const usual_stack = product == nullptr ? nullptr : find_setting(*product, "stack");
  set_stack(setting("stack"),
            interface != nullptr && !interface->stack.empty()
                ? interface->stack
                : (usual_stack == nullptr ? "" : usual_stack->default_value),
            facts.name, Side::server, made);
  set_level(setting("security_level"), server);
  const auto rules = negotiation::traits(server.stack).rules;
  server.server_preference = rules == negotiation::Rules::jsse || server.stack == Stack::haproxy;
  server.prioritize_chacha = server.stack == Stack::haproxy;
  doubt_haproxy(setting("stack"), is_vos(product), facts.name, made);
  server.dh = negotiation::DhParameters::fixed;
  set_renegotiation(setting("secure_renegotiation"), state.upgraded ? nullptr : seen, server);
  facts.may_present_ecdsa = interface == nullptr || interface->ecdsa;
  facts.client_store = interface == nullptr ? "" : interface->client_store;

  VersionQuestion versions =
      question_of(estate, facts.place, facts.name, product, interface == nullptr ? "" : interface->tls13_from);
  if (interface != nullptr) versions.floor = interface->tls_floor;
  if (seen != nullptr) versions.accepted = seen->accepted;
  add_versions(estate, versions, state, Side::server, made);
  set_server_suites(setting("ciphers"), facts.may_present_ecdsa, server);
  if (knows_no_ecdsa(setting)) std::erase_if(server.suites, is_ecdsa);
  if (is_authenticated(hop)) server.suites.push_back(kNullSuite);
  set_client_auth(setting("client_certificate"), hop.protocol, seen, estate.captured(facts.place), interface, facts,
                  made);
  set_purpose_check(facts, hop, state, product, setting, made);
  set_certificate_preference(setting("certificate_preference"), hop, state, product, facts.name, made);
  const bool web =
      hop.protocol == "https" || hop.protocol == "tftp-https" || hop.protocol == "smtp" || hop.protocol == "smtps";
  if (is_vos(product) && web && at_least(product, state.release, "15SU2").value_or(false)) {
    Known stated = setting("http_certificates");
    if (!stated) stated = {"rsa", Confidence::assumed};
    facts.http_certificates = stated;
  }
  return facts;
}

ClientFacts client_facts(const Estate& estate, const Hop& hop, const State& state, const State& server_state,
                         HopEnds& made) {
  ClientFacts facts;
  facts.place = {hop.client, hop.client_node, hop.client_service, 0};
  facts.confidence =
      known_by(estate, hop.client, state, !estate.offers(hop.client, hop.client_node, hop.client_service).empty());
  facts.name = kClientName + (hop.client_service.empty() ? "" : " as " + hop.client_service);
  const upgrade::Product* const product = estate.product(hop.client);
  const CatalogueClientService* const service = client_service_of(product, hop.client_service, hop.protocol);
  const auto setting = [&](const char* name) { return setting_of(estate, facts.place, state, name); };
  auto& client = made.ends.client;

  set_usual_lists(client);
  const upgrade::CatalogueSetting* const usual_stack = product == nullptr ? nullptr : find_setting(*product, "stack");
  set_stack(setting("stack"),
            service != nullptr && !service->stack.empty() ? service->stack
                                                          : (usual_stack == nullptr ? "" : usual_stack->default_value),
            facts.name, Side::client, made);
  set_level(setting("security_level"), client);
  if (service != nullptr) {
    facts.identity = service->certificate;
    facts.presents_none = service->certificate.empty();
    facts.store = service->store;
    facts.checks_name = service->checks_name;
  }
  // From X15.5, where the upgrade copies the server's (docs/sources.md, D225482).
  facts.own_client_certificate = is_expressway(product) && at_least(product, state.release, "X15.5").value_or(false);
  facts.server_name = estate.fact({hop.server, hop.server_node, "", hop.port}, "server_name").value;
  set_server_name(!facts.server_name.empty() || (!hop.address.empty() && !parse_ip_address(hop.address)), facts.name,
                  made);

  const auto hellos = estate.hellos(hop.client, hop.client_node, hop.client_service);
  VersionQuestion versions =
      question_of(estate, facts.place, facts.name, product, service == nullptr ? "" : service->tls13_from);
  versions.ignores_minimum = service != nullptr && service->ignores_minimum;
  if (is_authenticated(hop)) versions.no_tls13 = negotiation::Reason::authenticated_mode;
  const bool to_mssql = hop.protocol == "tds" || estate.fact({hop.server, "", "", 0}, "engine").value == "mssql";
  if (product != nullptr && product->id == "imp" && to_mssql &&
      !at_least(product, state.release, "15SU3").value_or(true)) {
    versions.no_tls13 = negotiation::Reason::mssql_tls13;
  }
  // Media forking over WebSocket has no TLS 1.3 (white paper, CUBE 2).
  const bool web_socket = hop.protocol == "https" || hop.protocol == "tls";
  if (web_socket && setting("websocket_forking").value == "true")
    versions.no_tls13 = negotiation::Reason::websocket_forking;
  if (hellos.empty()) {
    add_versions(estate, versions, state, Side::client, made);
    add_offer_order(estate, facts.place, facts.name, product, state, made);
  } else {
    add_seen_offers(estate, versions, hop, hellos, {state, server_state}, made);
  }
  if (knows_no_ecdsa(setting)) std::erase_if(client.suites, is_ecdsa);
  if (is_authenticated(hop)) client.suites.insert(client.suites.begin(), kNullSuite);

  const Verification verification = verification_of(estate, facts.place, state, product, service);
  facts.may_verify = std::ranges::find(verification.values, true) != verification.values.end();
  Doubt doubt = doubt_over(fmt::format("whether {} verifies the server's certificate", facts.name), "verification",
                           verification.values, [](Ends& ends, bool value) { ends.client.trust.verify = value; });
  if (verification.assumed) doubt.assumed = 0;
  made.doubts.push_back(std::move(doubt));
  return facts;
}

}  // namespace ucready::forecast
