#include "report/answer_table.h"

#include <fmt/format.h>

#include <ostream>

#include "core/printable.h"
#include "report/rows.h"

namespace ucready::report {
namespace {

constexpr const char* kAnswers = R"(
SELECT a.client, a.client_node, a.client_service, a.cluster, a.node, a.address, a.port, a.protocol, substr(a.offer_id, 1, 12) AS offer,
  a.server_name, a.outcome, a.version, a.cipher, a.group_name, a.alert, a.detail, a.client_certificate_requested AS asks,
  coalesce(a.key_type || coalesce(' ' || nullif(c.curve, ''), ' ' || nullif(c.key_bits, 0), '') || ' ' || a.subject
           || ' sha256 ' || substr(a.certificate_sha256, 1, 16), '') AS leaf
FROM v_offer_answer AS a LEFT JOIN certificate AS c ON c.sha256 = a.certificate_sha256
WHERE a.run_id = ? ORDER BY 1, 2, 3, 4, 5, 6, 7, a.offer_id, a.server_name)";

constexpr const char* kSilent = R"(
SELECT cluster, node, address, port, protocol, state, detail FROM interface AS i
WHERE run_id = ? AND NOT EXISTS (SELECT 1 FROM offer_answer AS a WHERE a.run_id = i.run_id AND a.n = i.n)
ORDER BY 1, 2, 3, 4)";

std::string named(const std::string& cluster, const std::string& node) {
  return printable(node.empty() ? cluster : cluster + "/" + node, 200);
}

std::string server_of(const Rows& row) {
  const std::string owner = named(row.text("cluster"), row.text("node"));
  return fmt::format("{}{}{} port {} {}", owner, owner.empty() ? "" : " ", printable(row.text("address"), 260),
                     row.text("port"), row.text("protocol"));
}

std::string hop_of(const Rows& row) {
  const std::string service = row.text("client_service");
  return fmt::format("{}{} -> {}", named(row.text("client"), row.text("client_node")),
                     service.empty() ? "" : " as " + printable(service, 60), server_of(row));
}

std::string what_came_back(const Rows& row) {
  const std::string outcome = row.text("outcome");
  const std::string detail = printable_once_more(row.text("detail"), 120);
  if (outcome == "answered" || outcome == "retried") {
    std::string text = fmt::format("{} {}", row.text("version"), row.text("cipher"));
    if (const std::string group = row.text("group_name"); !group.empty()) text += " " + group;
    if (const std::string leaf = printable(row.text("leaf"), 300); !leaf.empty()) text += "; " + leaf;
    if (row.text("asks") == "1") text += "; asks for a client certificate";
    return detail.empty() ? text : text + "; " + detail;
  }
  if (outcome == "refused") return fmt::format("refused with {}", row.text("alert"));
  return detail.empty() ? outcome : fmt::format("{}: {}", outcome, detail);
}

}  // namespace

Result<void> write_answer_table(const db::Database& database, const std::string& run_id, std::ostream& out) {
  try {
    std::string last;
    for (Rows row(database.handle(), kAnswers, {run_id}, nullptr); row.next();) {
      if (const std::string hop = hop_of(row); hop != last) out << hop << '\n';
      last = hop_of(row);
      const std::string name = printable(row.text("server_name"), 260);
      out << fmt::format("  offer {}{}: {}\n", row.text("offer"), name.empty() ? "" : " for " + name,
                         what_came_back(row));
    }
    for (Rows row(database.handle(), kSilent, {run_id}, nullptr); row.next();) {
      out << fmt::format("{}\n  {}: {}\n", server_of(row), row.text("state"),
                         printable_once_more(row.text("detail"), 120));
    }
  } catch (const std::exception& error) {
    return fail(ErrorCode::io, fmt::format("{}: {}", database.path().string(), error.what()));
  }
  return {};
}

Result<std::size_t> deciding_answers(const db::Database& database, const std::string& run_id) {
  try {
    Rows row(database.handle(),
             "SELECT count(*) AS answers FROM v_offer_answer WHERE run_id = ?"
             " AND (outcome = 'refused' OR outcome = 'answered' AND certificate_sha256 IS NOT NULL)",
             {run_id});
    return row.next() ? static_cast<std::size_t>(row.integer("answers").value_or(0)) : 0;
  } catch (const std::exception& error) {
    return fail(ErrorCode::io, fmt::format("{}: {}", database.path().string(), error.what()));
  }
}

}  // namespace ucready::report
