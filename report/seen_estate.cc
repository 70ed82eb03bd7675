#include "report/seen_estate.h"

#include <fmt/format.h>

#include <optional>

#include "report/rows.h"

namespace ucready::report {
namespace {

constexpr std::size_t kMostServers = 10'000;
constexpr std::size_t kMostClients = 100'000;
constexpr std::size_t kMostTalks = 500'000;
constexpr std::size_t kMostNames = 20;  // Of one server.
constexpr std::size_t kMostOffersOfOne = 32;

constexpr const char* kRuns = "SELECT count(*) AS runs FROM run WHERE kind = 'capture'";
constexpr const char* kSites =
    "SELECT DISTINCT site FROM run WHERE kind = 'capture' AND site <> '' ORDER BY site LIMIT 8";
constexpr const char* kSessions = R"(
SELECT k.client_address, k.server_address, k.server_port, k.protocol, coalesce(k.server_name, '') AS server_name,
       coalesce(k.offer_id, '') AS offer_id, coalesce(k.version, '') AS version, coalesce(k.server_key_type, '') AS key_type,
       coalesce(k.alert_by, '') AS alert_by, coalesce(k.alert, '') AS alert, k.established, k.sessions, 0 AS midstream
FROM session_kind AS k
UNION ALL
SELECT client, server_address, server_port, protocol, '', '', '', '', '', '', NULL, 0, flows FROM midstream
)";
constexpr const char* kLeaves = R"(
SELECT DISTINCT c.address, c.sha256, c.subject, coalesce(c.san, '') AS san
FROM v_interface_certificate AS c
JOIN run AS r ON r.run_id = c.run_id
WHERE r.kind = 'capture' AND c.position = 0
)";
constexpr const char* kOffers = R"(
SELECT offer_id, coalesce(highest_version, '') AS highest, coalesce(ja4, '') AS ja4,
       coalesce(signature_schemes, '') LIKE '%ecdsa%' OR coalesce(ciphers, '') LIKE '%ECDSA%' AS ecdsa
FROM client_offer
WHERE offer_id IN (SELECT offer_id FROM session_kind)
)";

void add_name(std::set<std::string>& names, std::string name) {
  if (!name.empty() && names.size() < kMostNames) names.insert(std::move(name));
}

// "CN=a,O=b" and "DNS:a,DNS:b": the names in them, whatever stands around.
void add_certificate_names(SeenServer& server, std::string_view subject, std::string_view alternatives) {
  const auto each = [](std::string_view list, std::string_view label, auto&& take) {
    while (!list.empty()) {
      const std::size_t comma = list.find(',');
      std::string_view item = list.substr(0, comma);
      if (item.starts_with(label)) take(std::string(item.substr(label.size())));
      list = comma == std::string_view::npos ? std::string_view() : list.substr(comma + 1);
    }
  };
  each(subject, "CN=", [&](std::string name) { add_name(server.certificate_names, std::move(name)); });
  each(alternatives, "DNS:", [&](std::string name) { add_name(server.certificate_names, std::move(name)); });
}

void add_row(SeenEstate& estate, const Rows& row) {
  const auto client = parse_ip_address(row.text("client_address"));
  const auto server = parse_ip_address(row.text("server_address"));
  const auto port = row.integer("server_port").value_or(0);
  const bool room = client && server && port > 0 && port <= 0xffff &&
                    (estate.servers.size() < kMostServers || estate.servers.contains(*server)) &&
                    (estate.clients.size() < kMostClients || estate.clients.contains(*client)) &&
                    estate.talks.size() < kMostTalks;
  if (!room) {
    ++estate.left_out;
    return;
  }
  const std::int64_t sessions = row.integer("sessions").value_or(0);
  const Endpoint end{*server, static_cast<std::uint16_t>(port)};
  SeenServer& seen = estate.servers[*server];
  SeenPort& at = seen.ports[end.port];
  if (at.protocol.empty() || at.protocol == "tls") at.protocol = row.text("protocol");
  at.sessions += sessions + row.integer("midstream").value_or(0);
  add_name(seen.asked_names, row.text("server_name"));

  auto& offers = estate.clients[*client].offers;
  if (const std::string offer = row.text("offer_id"); !offer.empty() && offers.size() < kMostOffersOfOne) {
    offers[offer] += sessions;
  }
  SeenTalk& talk = estate.talks[{*client, end}];
  talk.sessions += sessions;
  talk.midstream += row.integer("midstream").value_or(0);
  const std::string alert_by = row.text("alert_by"), alert = row.text("alert");
  if (row.integer("established") == 0 || !alert_by.empty()) talk.failures += sessions;
  if (const std::string version = row.text("version"); !version.empty()) talk.versions.insert(version);
  if (const std::string key_type = row.text("key_type"); !key_type.empty()) talk.key_types.insert(key_type);
  if (!alert_by.empty())
    talk.refusals.insert(fmt::format("{}: {}", alert_by, alert.empty() ? "encrypted alert" : alert));
}

}  // namespace

Result<SeenEstate> seen_estate(const db::Database& database) {
  SeenEstate estate;
  try {
    Rows runs(database.handle(), kRuns);
    if (runs.next()) estate.runs = runs.integer("runs").value_or(0);
    Rows sites(database.handle(), kSites);
    while (sites.next()) estate.sites.push_back(sites.text("site"));
    Rows sessions(database.handle(), kSessions);
    while (sessions.next()) add_row(estate, sessions);
    Rows leaves(database.handle(), kLeaves);
    while (leaves.next()) {
      const auto address = parse_ip_address(leaves.text("address"));
      if (!address) continue;
      const auto server = estate.servers.find(*address);
      if (server == estate.servers.end()) continue;
      add_name(server->second.leaves, leaves.text("sha256"));
      add_certificate_names(server->second, leaves.text("subject"), leaves.text("san"));
    }
    Rows offers(database.handle(), kOffers);
    while (offers.next()) {
      estate.offers[offers.text("offer_id")] = {offers.text("highest"), offers.text("ja4"),
                                                offers.integer("ecdsa") == 1};
    }
  } catch (const SQLite::Exception& error) {
    return fail(ErrorCode::io, fmt::format("{}: {}", database.path().string(), error.what()));
  }
  return estate;
}

}  // namespace ucready::report
