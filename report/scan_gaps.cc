#include "report/scan_gaps.h"

#include <fmt/format.h>

#include "core/printable.h"
#include "report/rows.h"

namespace ucready::report {
namespace {

constexpr std::size_t kMostSamples = 5;

constexpr const char* kNegotiated = R"(
SELECT i.state, (SELECT coalesce(max(v.outcome = 'accepted'), 0) FROM interface_version v
                 WHERE v.run_id = i.run_id AND v.n = i.n) AS accepted, count(*) AS interfaces
FROM interface i
WHERE i.run_id = ? AND i.state IN ('tls', 'not_tls', 'starttls_refused')
GROUP BY 1, 2)";

// One row an interface; rules/incomplete-list.sql tells the same as findings.
constexpr const char* kIncomplete = R"(
WITH lacking AS (
  SELECT run_id, n, version || ' '
    || group_concat(replace(replace(replace(trait, 'ciphers_complete', 'suites'), '_complete', ''), '_', ' '), ', ') AS lists
  FROM interface_trait
  WHERE run_id = ? AND value = 0 AND trait IN ('ciphers_complete', 'groups_complete', 'signature_schemes_complete')
  GROUP BY run_id, n, version
)
SELECT coalesce(nullif(i.cluster || '/' || i.node, '/'), i.address) AS place, i.port, group_concat(l.lists, '; ') AS lists
FROM lacking l
JOIN interface i ON i.run_id = l.run_id AND i.n = l.n
GROUP BY i.run_id, i.n
ORDER BY i.cluster, i.node, i.address, i.port, i.protocol)";

}  // namespace

Result<ScanGaps> find_scan_gaps(const db::Database& database, const std::string& run_id) {
  ScanGaps gaps;
  try {
    for (Rows rows(database.handle(), kNegotiated, {run_id}); rows.next();) {
      const bool fruitless = rows.text("state") == "tls" && rows.integer("accepted") == 0;
      (fruitless ? gaps.fruitless : gaps.learned) += static_cast<std::size_t>(rows.integer("interfaces").value_or(0));
    }
    for (Rows rows(database.handle(), kIncomplete, {run_id}); rows.next();) {
      ++gaps.incomplete;
      if (gaps.samples.size() >= kMostSamples) continue;
      gaps.samples.push_back(
          printable(fmt::format("{} port {}: {}", rows.text("place"), rows.text("port"), rows.text("lists")), 300));
    }
  } catch (const std::exception& error) {
    return fail(ErrorCode::io, fmt::format("{}: {}", database.path().string(), error.what()));
  }
  return gaps;
}

}  // namespace ucready::report
