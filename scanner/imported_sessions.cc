#include "scanner/imported_sessions.h"

#include <algorithm>
#include <optional>

#include "core/time.h"
#include "tls/code_points.h"
#include "upgrade/negotiation/openssl_suites.h"

namespace ucready::scanner {
namespace {

using imports::ToldSession;
using Place = ImportedSystems::Place;

constexpr std::string_view kProtocol = "sip-tls";  // All that routers list.

std::optional<tls::CipherSuite> suite_of(const std::string& name) {
  if (const auto suite = tls::parse_cipher_suite(name)) return suite;
  const auto suites = negotiation::openssl::suites();
  const auto known = std::ranges::find(suites, name, &negotiation::openssl::Suite::name);
  return known == suites.end() ? std::nullopt : std::optional(known->suite);
}

std::optional<tls::Group> group_of(std::string_view name) {
  if (name == "P-256") return tls::parse_group("secp256r1");
  if (name == "P-384") return tls::parse_group("secp384r1");
  if (name == "P-521") return tls::parse_group("secp521r1");
  return tls::parse_group(name);
}

std::optional<tls::Alert> alert_of(std::string_view name) {
  const auto alerts = tls::all_alerts();
  const auto known = std::ranges::find_if(alerts, [&](const auto& one) { return one.name == name; });
  return known == alerts.end() ? std::nullopt : std::optional(known->point);
}

std::optional<IpAddress> address_of(const Place& place, const std::vector<Fact>& facts) {
  const auto told = std::ranges::find_if(facts, [&](const Fact& fact) {
    return fact.cluster == place.cluster && fact.node == place.node && fact.name == "address";
  });
  return told == facts.end() ? std::nullopt : parse_ip_address(told->value);
}

db::SessionObservation seen_in(const ToldSession& told, const Endpoint& here, const Endpoint& there) {
  db::SessionObservation seen;
  seen.started_ns = std::chrono::duration_cast<std::chrono::nanoseconds>(now().time_since_epoch()).count();
  seen.protocol = kProtocol;
  seen.client = told.outgoing ? here : there;
  seen.server = told.outgoing ? there : here;
  seen.version = tls::parse_version(told.version);
  seen.suite = suite_of(told.cipher);
  seen.group = group_of(told.group);
  if (told.key_type == "rsa") seen.server_key_type = "rsa";
  if (told.key_type == "ecdsa") seen.server_key_type = "ecdsa";
  seen.established = told.established;
  if (!told.established) {
    const bool client_said_it = told.outgoing != told.alert_from_peer;
    seen.alert_by = client_said_it ? db::SessionSide::client : db::SessionSide::server;
    seen.alert = alert_of(told.alert);
  }
  return seen;
}

}  // namespace

std::vector<ImportedSession> sessions_of(const imports::Told& told, const Place& owner, const std::vector<Fact>& facts,
                                         const ImportedSystems& systems, const upgrade::Catalogue& catalogue) {
  std::vector<ImportedSession> sessions;
  const auto usual = told.sessions.empty() ? std::nullopt : address_of(owner, facts);
  for (const ToldSession& session : told.sessions) {
    const auto peer = parse_ip_address(session.peer);
    if (!peer) continue;
    const IpAddress local = parse_ip_address(session.local).value_or(usual.value_or(IpAddress{}));
    ImportedSession made;
    made.source = told.path;
    made.seen = seen_in(session, {local, session.local_port}, {*peer, session.peer_port});
    const Place* const known = systems.find(to_text(*peer));
    const Place other = known != nullptr ? *known : Place{to_text(*peer), ""};
    const Place& client = session.outgoing ? owner : other;
    const Place& server = session.outgoing ? other : owner;
    const upgrade::Product* const product = catalogue.find(systems.product(client.cluster));
    const auto* const service = product == nullptr ? nullptr : default_client_service(*product, kProtocol);
    made.ends = {client.cluster, client.node, service == nullptr ? "" : service->name,
                 server.cluster, server.node, std::string(kProtocol)};
    sessions.push_back(std::move(made));
  }
  return sessions;
}

}  // namespace ucready::scanner
