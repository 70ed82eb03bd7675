#include "report/missing_trust_lists.h"

#include <fmt/format.h>

#include "report/rows.h"

namespace ucready::report {
namespace {

// What was asked inside TLS is kept as a trait; elsewhere TLS itself was not there to ask in.
constexpr const char* kMissing = R"(
SELECT CASE WHEN i.node = '' THEN i.address ELSE i.cluster || '/' || i.node || ' ' || i.address END AS place,
  i.protocol, i.product, i.port,
  coalesce((SELECT t.detail FROM interface_trait t WHERE t.run_id = i.run_id AND t.n = i.n AND t.trait = 'trust_lists'),
           'state ' || i.state || coalesce(': ' || nullif(i.detail, ''), '')) AS reason
FROM interface i
WHERE i.run_id = ? AND NOT EXISTS (SELECT 1 FROM trust_list l WHERE l.run_id = i.run_id AND l.n = i.n)
ORDER BY i.cluster, i.node, i.address, i.port)";

}  // namespace

Result<std::vector<MissingTrustList>> missing_trust_lists(const db::Database& database, const std::string& run_id) {
  std::vector<MissingTrustList> missing;
  try {
    for (Rows rows(database.handle(), kMissing, {run_id}); rows.next();) {
      missing.push_back({rows.text("place"), rows.text("protocol"), rows.text("product"),
                         static_cast<std::uint16_t>(rows.integer("port").value_or(0)), rows.text("reason")});
    }
  } catch (const std::exception& error) {
    return fail(ErrorCode::io, fmt::format("{}: {}", database.path().string(), error.what()));
  }
  return missing;
}

}  // namespace ucready::report
