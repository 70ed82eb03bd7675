// What the page is made of: one block of rows for each of its parts.
#include <fmt/format.h>

#include <ostream>

#include "core/printable.h"
#include "core/time.h"
#include "report/difference.h"
#include "report/html.h"
#include "report/json_text.h"

namespace ucready::report {
namespace {

constexpr std::size_t kLongestText = 4096;

struct Block {
  const char* name;
  const char* sql;  // {newest}: the ids of the runs that are told.
};

// Ordered so that rows of one thing stand together, for the page's sake and for the size of the file.
constexpr Block kBlocks[] = {
    {"runs",
     "SELECT run_id, kind, site, started_at, finished_at, status, tool_version FROM v_run WHERE run_id IN"
     " {newest} ORDER BY site, started_at, run_id"},
    // What the site file says of a cluster before what exports say.
    {"clusters",
     "SELECT site, cluster, product, model, release, target, count, (SELECT count(DISTINCT f.node) FROM fact AS f WHERE"
     " f.run_id = c.run_id AND f.cluster = c.cluster AND f.node <> '') AS nodes FROM (SELECT d.*, row_number() OVER"
     " (PARTITION BY d.site, d.cluster ORDER BY d.product IS NULL, r.kind = 'import', d.run_id DESC) AS age FROM "
     "v_cluster"
     " AS d JOIN v_run AS r ON r.run_id = d.run_id WHERE d.run_id IN {newest}) AS c WHERE age = 1 ORDER BY site, "
     "product,"
     " cluster"},
    {"links",
     "SELECT r.site, l.client, l.client_service, l.server, l.port, l.protocol, l.kind, l.pairs, l.first_wave,"
     " l.last_wave, l.outcome, l.grade, l.reason, l.version, l.cipher, l.certificate_key_type, l.explanation"
     " FROM v_forecast_link AS l JOIN v_run AS r ON r.run_id = l.run_id WHERE l.run_id IN {newest}"
     " ORDER BY r.site, l.client, l.client_service, l.server, l.port, l.protocol, l.kind, l.first_wave"},
    {"mends",
     "SELECT r.site, m.what, m.target, m.before_wave, m.saves, m.breaks, m.impact, m.chosen, m.restarts,"
     " m.precondition, m.path, m.verify, m.undo, m.undo_breaks, m.source FROM v_mend AS m JOIN v_run AS r ON r.run_id ="
     " m.run_id WHERE m.run_id IN {newest} ORDER BY r.site, m.chosen DESC, m.before_wave, m.saves DESC, m.breaks,"
     " m.impact, m.mend_id"},
    {"interfaces",
     "SELECT i.site, i.cluster, i.node, i.address, i.port, i.protocol, i.product, i.release, i.state, i.detail,"
     " i.identified_release, (SELECT group_concat(v.version || ' ' || v.outcome, ', ') FROM interface_version AS v"
     "  WHERE v.run_id = i.run_id AND v.n = i.n) AS versions,"
     " (SELECT group_concat(DISTINCT l.sha256) FROM interface_chain AS o JOIN chain AS l ON l.chain_id = o.chain_id AND"
     "  l.position = 0 WHERE o.run_id = i.run_id AND o.n = i.n) AS leaves,"
     " (SELECT max(a.requested) FROM interface_client_auth AS a WHERE a.run_id = i.run_id AND a.n = i.n) AS requested,"
     " i.run_id FROM interface AS i JOIN run AS r ON r.run_id = i.run_id WHERE i.run_id IN {newest} AND (r.kind = "
     "'scan'"
     "  OR NOT EXISTS (SELECT 1 FROM interface AS s JOIN run AS q ON q.run_id = s.run_id WHERE s.interface_id ="
     "  i.interface_id AND q.kind = 'scan' AND s.run_id IN {newest})) ORDER BY i.site, i.cluster, i.node, i.address, "
     "i.port"},
    {"certificates",
     "SELECT c.sha256, c.subject, c.issuer, c.not_before, c.not_after, c.key_type, c.key_bits, c.curve,"
     " c.signature_hash, c.san, c.eku, c.self_signed, min(l.position) AS position, count(DISTINCT i.interface_id) AS"
     " interfaces, group_concat(DISTINCT i.cluster) AS shown_by FROM interface AS i JOIN interface_chain AS o ON"
     " o.run_id = i.run_id AND o.n = i.n JOIN chain AS l ON l.chain_id = o.chain_id JOIN certificate AS c ON c.sha256 ="
     " l.sha256 WHERE i.run_id IN {newest} GROUP BY c.sha256 ORDER BY c.not_after, c.sha256"},
    {"stores", "SELECT site, cluster, node, store, set_id FROM newest_store ORDER BY site, cluster, store, node"},
    {"store_sets",
     "SELECT e.set_id, e.kind, e.sha256, coalesce(c.subject, e.subject) AS subject, c.not_after, e.roles FROM"
     " trust_set AS e LEFT JOIN certificate AS c ON c.sha256 = e.sha256 WHERE e.set_id IN (SELECT set_id FROM"
     " newest_store) ORDER BY e.set_id, subject, e.n"},
    {"offers",
     "SELECT o.offer_id, o.versions, o.ciphers, o.groups, o.signature_schemes, o.ja4 FROM client_offer AS o WHERE"
     " o.offer_id IN (SELECT k.offer_id FROM session_kind AS k WHERE k.run_id IN {newest}) ORDER BY o.offer_id"},
    {"offer_clients",
     "SELECT k.offer_id, k.client, k.client_service, sum(k.sessions) AS sessions,"
     " sum(k.sessions * (k.established IS 1)) AS established, sum(k.sessions * (k.established IS 0)) AS failed,"
     " group_concat(DISTINCT k.server || ':' || k.server_port) AS servers FROM session_kind AS k"
     " WHERE k.run_id IN {newest} GROUP BY k.offer_id, k.client, k.client_service ORDER BY sessions DESC"},
};

std::string cell(const Cell& value) {
  const auto* text = std::get_if<std::string>(&value);
  return text ? script_string(printable(*text, kLongestText)) : json_value(value);
}

template <typename Write>
void write_block(const char* name, std::ostream& out, Write write) {
  out << fmt::format("<script type=\"application/json\" id=\"data-{}\">", name);
  write();
  out << "</script>\n";
}

}  // namespace

void write_compact_rows(Rows rows, std::ostream& out) {
  out << "{\"columns\":[";
  for (std::size_t i = 0; i < rows.columns().size(); ++i)
    out << (i == 0 ? "" : ",") << script_string(rows.columns()[i]);
  out << "],\"rows\":[";
  std::vector<Cell> above(rows.columns().size());
  for (bool first = true; rows.next(); first = false) {
    out << (first ? "\n[" : ",\n[");
    for (std::size_t i = 0; i < above.size(); ++i) {
      const Cell& value = rows.cells()[i];
      const bool same = !first && std::holds_alternative<std::string>(value) && value == above[i];
      out << (i == 0 ? "" : ",") << (same ? "true" : cell(value));
      if (!same) above[i] = value;
    }
    out << ']';
  }
  out << "]}";
}

void write_page_data(const Document& document, std::ostream& out) {
  write_block("made", out, [&] { out << script_string(to_iso8601(now())); });
  write_block("pages", out, [&] { write_one_pages(one_pages(document), out); });
  write_block("doubts", out, [&] {
    out << '[';
    const char* separator = "";
    for (const std::string& doubt : document.doubts()) {
      out << separator << script_string(printable(doubt));
      separator = ",";
    }
    out << ']';
  });
  for (const Block& block : kBlocks)
    write_block(block.name, out, [&] { write_compact_rows(document.ask(block.sql), out); });
  write_block("changes", out, [&] {
    const auto comparison = comparison_of(document.database(), "", "");  // An error: there is nothing to compare with.
    write_compact_rows(difference_rows(document.rows(), comparison.value_or(Comparison{})), out);
  });
  write_block("findings", out, [&] { write_compact_rows(document.findings_and_waivers(), out); });
}

}  // namespace ucready::report
