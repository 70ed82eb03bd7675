#include "report/hops.h"

#include <SQLiteCpp/SQLiteCpp.h>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <map>
#include <ostream>
#include <tuple>

#include "core/printable.h"
#include "report/capture_plan.h"
#include "report/paragraph.h"
#include "report/plural.h"
#include "report/rows.h"

namespace ucready::report {
namespace {

constexpr const char* kNewest = R"(
WITH newest AS (SELECT site, kind, max(run_id) AS run_id FROM run GROUP BY site, kind),
     captures AS (SELECT run_id FROM newest WHERE kind = 'capture'),
     declaring AS (SELECT max(r.run_id) AS run_id FROM run AS r
                   WHERE EXISTS (SELECT 1 FROM declared_hop AS h WHERE h.run_id = r.run_id) GROUP BY r.site)
)";

constexpr const char* kObserved = R"(
SELECT k.client, coalesce(k.client_service, '') AS service, k.server, k.server_port AS port, k.protocol, k.server_node AS node,
       k.sessions, k.offer_id, coalesce(o.highest_version, '') AS highest,
       coalesce(o.signature_schemes, '') LIKE '%ecdsa%' OR coalesce(o.ciphers, '') LIKE '%ECDSA%' AS ecdsa,
       coalesce(k.version, '') AS version, coalesce(k.server_key_type, '') AS key_type, coalesce(k.alert_by, '') AS alert_by,
       coalesce(k.alert, '') AS alert, k.established, k.resumed, 0 AS midstream
FROM session_kind AS k
LEFT JOIN client_offer AS o ON o.offer_id = k.offer_id
WHERE k.run_id IN captures
UNION ALL
SELECT client, coalesce(client_service, ''), server, server_port, protocol, server_node, 0, NULL, '', 0, '', '', '', '', NULL, NULL, flows
FROM midstream
WHERE run_id IN captures
)";

constexpr const char* kDeclared = R"(
SELECT client, coalesce(client_service, '') AS service, server, port, protocol, server_node AS node, source, security, dormant
FROM declared_hop
WHERE run_id IN declaring
)";

using Key = std::tuple<std::string, std::string, std::int64_t, std::string>;  // Client, server, port, service.

std::string article_of(std::string_view key_type) {
  if (key_type.empty()) return "";
  static const std::map<std::string_view, std::string_view> kNames = {
      {"rsa", "an RSA"}, {"rsa-pss", "an RSA-PSS"}, {"ecdsa", "an ECDSA"}, {"ed25519", "an Ed25519"}, {"dsa", "a DSA"}};
  const auto name = kNames.find(key_type);
  return name == kNames.end() ? fmt::format("a {}", key_type) : std::string(name->second);
}

std::string failure_text(std::string_view alert_by, std::string_view alert, std::string_view key_type) {
  std::string text = alert_by.empty() ? "broken off" : fmt::format("refused by the {}", alert_by);
  if (!alert.empty()) text += fmt::format(" with {}", alert);
  if (!alert_by.empty() && alert.empty()) text += " (encrypted alert)";
  if (!key_type.empty()) text += fmt::format(" after {} certificate", article_of(key_type));
  return text;
}

// Counts under a text, shown largest first.
using Tally = std::map<std::string, std::int64_t>;
std::vector<std::string> shown(const Tally& tally) {
  std::vector<std::pair<std::string, std::int64_t>> rows(tally.begin(), tally.end());
  std::ranges::stable_sort(rows, std::greater<>(), &std::pair<std::string, std::int64_t>::second);
  std::vector<std::string> texts;
  for (const auto& [text, count] : rows) texts.push_back(fmt::format("{} {}", count, text));
  return texts;
}

struct Gathering {
  HopAccount account;
  std::map<std::string, bool> offers;
  Tally versions;
  Tally leaves;
  Tally failures;
};

void add_once(std::vector<std::string>& list, std::string text) {
  if (!text.empty() && std::ranges::find(list, text) == list.end()) list.push_back(std::move(text));
}

void add_observed(Gathering& hop, const Rows& row) {
  HopAccount& account = hop.account;
  const std::int64_t sessions = row.integer("sessions").value_or(0);
  account.sessions += sessions;
  account.midstream += row.integer("midstream").value_or(0);
  if (sessions == 0) return;
  if (row.integer("established") == 1) account.established += sessions;
  if (row.integer("resumed") == 1) account.resumed += sessions;
  if (const std::string offer = row.text("offer_id"); !offer.empty()) {
    hop.offers[offer] = true;
    account.highest_offered = std::max(account.highest_offered, row.text("highest"));
    account.offers_ecdsa = account.offers_ecdsa || row.integer("ecdsa") == 1;
  }
  const std::string version = row.text("version"), key_type = row.text("key_type"), alert_by = row.text("alert_by");
  if (!version.empty()) hop.versions[version] += sessions;
  if (row.integer("established") == 0 || !alert_by.empty()) {
    hop.failures[failure_text(alert_by, row.text("alert"), key_type)] += sessions;
  } else if (!key_type.empty()) {
    hop.leaves[fmt::format("with {} certificate", article_of(key_type))] += sessions;
  }
}

std::string kinds_of_client(const HopAccount& hop) {
  if (hop.offers == 0) return "";
  return fmt::format(" ({}, highest {}, {})", plural(hop.offers, "kind of client", "kinds of client"),
                     hop.highest_offered, hop.offers_ecdsa ? "takes ECDSA certificates" : "no ECDSA schemes");
}

// Hops by their keys, as rows add to them.
class Accounts {
 public:
  void add_observed_rows(Rows& rows) {
    while (rows.next()) add_observed(hop_of(rows), rows);
  }
  void add_declared_rows(Rows& rows) {
    while (rows.next()) {
      HopAccount& account = hop_of(rows).account;
      account.declared_by = rows.text("source");
      account.security = rows.text("security");
      account.dormant = rows.integer("dormant") == 1;
    }
  }

  std::vector<HopAccount> take() {
    std::vector<HopAccount> accounts;
    for (auto& [key, hop] : hops_) {
      hop.account.offers = static_cast<std::int64_t>(hop.offers.size());
      hop.account.versions = shown(hop.versions);
      hop.account.leaves = shown(hop.leaves);
      hop.account.failures = shown(hop.failures);
      accounts.push_back(std::move(hop.account));
    }
    return accounts;
  }

 private:
  Gathering& hop_of(const Rows& row) {
    const std::int64_t port = row.integer("port").value_or(0);
    Gathering& hop = hops_[{row.text("client"), row.text("server"), port, row.text("service")}];
    hop.account.client = row.text("client");
    hop.account.client_service = row.text("service");
    hop.account.server = row.text("server");
    hop.account.port = port;
    if (hop.account.protocol.empty() || hop.account.protocol == "tls") hop.account.protocol = row.text("protocol");
    add_once(hop.account.server_nodes, row.text("node"));
    return hop;
  }

  std::map<Key, Gathering> hops_;
};

constexpr const char* kSeenKeys = R"(
SELECT client, coalesce(client_service, '') AS service, server, server_port AS port FROM session_kind WHERE run_id IN captures
UNION
SELECT client, coalesce(client_service, ''), server, server_port FROM midstream WHERE run_id IN captures
ORDER BY client, server, port, service
)";

constexpr const char* kUpTo = " WHERE (client, server, port, service) <= (?, ?, CAST(? AS INTEGER), ?)";

Error io_error(const db::Database& database, const SQLite::Exception& trouble) {
  return {ErrorCode::io, fmt::format("{}: {}", database.path().string(), trouble.what())};
}

}  // namespace

Result<std::vector<HopAccount>> hop_accounts(const db::Database& database) {
  Accounts accounts;
  try {
    Rows observed(database.handle(), std::string(kNewest) + kObserved);
    accounts.add_observed_rows(observed);
    Rows declared(database.handle(), std::string(kNewest) + kDeclared);
    accounts.add_declared_rows(declared);
  } catch (const SQLite::Exception& trouble) {
    return tl::unexpected<Error>(io_error(database, trouble));
  }
  return accounts.take();
}

Result<SeenHops> seen_hops(const db::Database& database, std::size_t most) {
  SeenHops seen;
  Accounts accounts;
  try {
    std::vector<std::string> last;
    Rows keys(database.handle(), std::string(kNewest) + kSeenKeys);
    while (keys.next()) {
      if (++seen.total <= most)
        last = {keys.text("client"), keys.text("server"), keys.text("port"), keys.text("service")};
    }
    if (last.empty()) return seen;
    Rows observed(database.handle(), fmt::format("{}SELECT * FROM ({}){}", kNewest, kObserved, kUpTo), last);
    accounts.add_observed_rows(observed);
  } catch (const SQLite::Exception& trouble) {
    return tl::unexpected<Error>(io_error(database, trouble));
  }
  seen.first = accounts.take();
  return seen;
}

std::string sentence(const HopAccount& hop) {
  const std::string service = hop.client_service.empty() ? "" : fmt::format(" as {}", hop.client_service);
  std::string text = fmt::format("{}{}{} -> {}:{}", hop.client, service, kinds_of_client(hop), hop.server, hop.port);
  if (hop.protocol != "tls") text += fmt::format(" {}", hop.protocol);
  std::vector<std::string> parts;
  if (hop.sessions > 0) {
    parts.push_back(plural(hop.sessions, "session", "sessions"));
    if (!hop.versions.empty()) parts.push_back(fmt::format("{}", fmt::join(hop.versions, ", ")));
    parts.insert(parts.end(), hop.leaves.begin(), hop.leaves.end());
    if (hop.resumed > 0) parts.push_back(fmt::format("{} resumed, which shows no certificate", hop.resumed));
    parts.insert(parts.end(), hop.failures.begin(), hop.failures.end());
  }
  if (hop.midstream > 0) {
    parts.push_back(plural(hop.midstream, "connection began before the capture: its hello was not seen",
                           "connections began before the capture: their hellos were not seen"));
  }
  if (hop.sessions == 0 && hop.midstream == 0) parts.emplace_back("not seen in any capture");
  if (!hop.declared_by.empty()) {
    parts.push_back(hop.declared_by + (hop.security.empty() || hop.security == "encrypted" ? "" : ", " + hop.security) +
                    (hop.dormant ? ", dormant" : ""));
  }
  return fmt::format("{}, {}", text, fmt::join(parts, ", "));
}

Result<std::size_t> write_hops(const db::Database& database, std::ostream& out, std::size_t columns) {
  const auto hops = hop_accounts(database);
  if (!hops) return tl::unexpected<Error>(hops.error());
  for (const HopAccount& hop : *hops) write_paragraph(out, "", printable(sentence(hop)), columns);
  write_capture_plan(*hops, products_of_clusters(database), out, columns);
  return hops->size();
}

}  // namespace ucready::report
