#include "report/scan_table.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <ostream>

#include "core/printable.h"
#include "report/plural.h"
#include "report/rows.h"

namespace ucready::report {
namespace {

// One row an interface. A version's mark is its number where accepted, '-' where refused, '?' where nothing tells,
// blank where it was not asked; leaves are named once, however many versions show them.
constexpr const char* kInterfaces = R"(
SELECT i.cluster, i.node, i.address, i.port, i.protocol, i.state, i.detail,
  (SELECT group_concat(v.version || '=' || v.outcome, ' ') FROM interface_version v
   WHERE v.run_id = i.run_id AND v.n = i.n) AS versions,
  (SELECT group_concat(DISTINCT v.alert) FROM interface_version v WHERE v.run_id = i.run_id AND v.n = i.n) AS alerts,
  (SELECT group_concat(leaf, ', ') FROM (
     SELECT DISTINCT coalesce(nullif(c.key_type, ''), 'unreadable')
       || coalesce(' ' || nullif(c.curve, ''), ' ' || nullif(c.key_bits, 0), '') || coalesce(' ' || nullif(c.signature_hash, ''), '')
       || coalesce(' to ' || substr(nullif(c.not_after, ''), 1, 10), '') AS leaf
     FROM interface_chain h JOIN chain p ON p.chain_id = h.chain_id AND p.position = 0 JOIN certificate c ON c.sha256 = p.sha256
     WHERE h.run_id = i.run_id AND h.n = i.n)) AS leaves,
  (SELECT count(DISTINCT s.cipher) FROM interface_cipher s WHERE s.run_id = i.run_id AND s.n = i.n) AS suites,
  EXISTS (SELECT 1 FROM interface_trait t WHERE t.run_id = i.run_id AND t.n = i.n AND t.trait = 'ciphers_complete'
          AND t.value = 0) AS lacks_suites,
  (SELECT max(a.required) FROM interface_client_auth a WHERE a.run_id = i.run_id AND a.n = i.n) AS requires,
  (SELECT max(a.requested) FROM interface_client_auth a
   WHERE a.run_id = i.run_id AND a.n = i.n) AS asks,
  CASE WHEN i.identified_product IS NOT NULL
       THEN replace(i.identified_product, ',', ' or ') || coalesce(' ' || i.identified_release, '') END AS says
FROM interface i
WHERE i.run_id = ? ORDER BY i.cluster, i.node, i.address, i.port, i.protocol)";

struct Column {
  std::string_view version;
  std::string_view mark;
};
constexpr Column kVersions[] = {
    {"SSLv3", "ssl3"}, {"TLSv1.0", "1.0"}, {"TLSv1.1", "1.1"}, {"TLSv1.2", "1.2"}, {"TLSv1.3", "1.3"}};

std::string version_marks(std::string_view versions) {
  std::string marks;
  for (const auto& [version, mark] : kVersions) {
    const std::size_t at = versions.find(version);
    if (at == std::string_view::npos) {
      if (version != "SSLv3") marks += "    ";
      continue;
    }
    const std::string_view outcome = versions.substr(at + version.size() + 1);
    const bool accepted = outcome.starts_with("accepted");
    const bool silent = outcome.starts_with("timeout") || outcome.starts_with("not_tls");
    marks += fmt::format("{:<{}}", accepted ? mark : silent ? "?" : "-", mark.size() + 1);
  }
  return marks;
}

bool not_there(std::string_view state) { return state == "closed" || state == "timeout"; }

// Something spoke there, TLS or not.
bool answers(std::string_view state) { return state == "tls" || state == "not_tls" || state == "starttls_refused"; }

bool negotiated_nothing(const Rows& row) {
  return row.text("state") == "tls" && row.text("versions").find("=accepted") == std::string::npos;
}

std::string counts(std::size_t answered, std::size_t fruitless, const std::map<std::string, int>& silent) {
  std::string text = plural(answered, "interface answered", "interfaces answered");
  if (fruitless > 0) text += fmt::format(", {} of them negotiated nothing", fruitless);
  for (const auto& [state, count] : silent) {
    text += fmt::format(", {} {}", count, state == "timeout" ? "timed out" : state);
  }
  return text;
}

std::string owner(const Rows& row) {
  const std::string cluster = row.text("cluster"), node = row.text("node"), address = row.text("address");
  std::string text = node.empty() ? cluster : cluster.empty() ? node : fmt::format("{}/{}", cluster, node);
  return printable(text.empty() ? address : text + "  " + address);
}

std::string what_was_seen(const Rows& row) {
  if (row.text("state") != "tls") {
    return fmt::format("{}: {}", row.text("state"), printable_once_more(row.text("detail"), 80));
  }
  std::string text = fmt::format("{} {}", version_marks(row.text("versions")), printable(row.text("leaves"), 200));
  if (negotiated_nothing(row)) {
    const std::string alerts = row.text("alerts");
    text += fmt::format("nothing was negotiated{}{}", alerts.empty() ? "" : ": ", alerts);
  }
  if (row.text("suites") != "0") {
    text += fmt::format("; {} suites{}", row.text("suites"), row.text("lacks_suites") == "1" ? ", not all" : "");
  }
  if (row.text("requires") == "1") {
    text += "; requires a client certificate";
  } else if (row.text("asks") == "1") {
    text += "; asks for a client certificate";
  }
  if (const std::string detail = printable_once_more(row.text("detail"), 80); !detail.empty()) text += "; " + detail;
  return text;
}

// At a character's first byte, never inside one.
void cut(std::string& line, std::size_t size) {
  while (size > 0 && (static_cast<unsigned char>(line[size]) & 0xc0U) == 0x80U) --size;
  line.resize(size);
  line += "...";
}

}  // namespace

Result<void> write_scan_table(const db::Database& database, const std::string& run_id, std::ostream& out, int columns) {
  std::map<std::string, int> silent;
  std::string last_owner;
  std::size_t answered = 0, fruitless = 0;
  try {
    Rows rows(database.handle(), kInterfaces, {run_id}, nullptr);
    while (rows.next()) {
      const std::string state = rows.text("state");
      if (answers(state)) {
        ++answered;
        if (negotiated_nothing(rows)) ++fruitless;
      } else {
        ++silent[state];
      }
      if (not_there(state)) continue;
      if (const std::string now = owner(rows); now != last_owner) {
        out << now << '\n';
        last_owner = now;
      }
      // Of a database that somebody made by hand no column is what it should be.
      std::string line = printable_once_more(
          fmt::format("  {:>5} {:<11} {}", rows.text("port"), rows.text("protocol"), what_was_seen(rows)));
      if (columns > 20 && line.size() > static_cast<std::size_t>(columns)) {
        cut(line, static_cast<std::size_t>(columns) - 3);
      }
      out << line << '\n';
      // On a line of its own: the one above is mostly as wide as a terminal.
      if (const std::string says = printable(rows.text("says"), 60); !says.empty()) {
        out << fmt::format("{:20}says it is {}\n", "", says);
      }
    }
  } catch (const std::exception& error) {
    return fail(ErrorCode::io, fmt::format("{}: {}", database.path().string(), error.what()));
  }
  out << '\n' << printable_once_more(counts(answered, fruitless, silent)) << '\n';
  return {};
}

}  // namespace ucready::report
