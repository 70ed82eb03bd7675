#include "report/plan.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <map>
#include <ostream>

#include "core/printable.h"
#include "db/sqlite_error.h"
#include "report/paragraph.h"
#include "report/rows.h"

namespace ucready::report {
namespace {

using Parameters = std::vector<std::string>;

std::string text_of(const Rows& rows, const char* column) { return printable(rows.text(column)); }
std::size_t count_of(const Rows& rows, const char* column) {
  return static_cast<std::size_t>(rows.integer(column).value_or(0));
}

std::string plural(std::size_t count, const char* one, const char* many) {
  return fmt::format("{} {}", count, count == 1 ? one : many);
}

PlanFigures figures_of(const db::Database& database, const std::string& run_id) {
  PlanFigures figures;
  Rows today(database.handle(),
             "SELECT count(*) AS hops, sum(outcome = 'works') AS works, sum(outcome = 'breaks') AS breaks,"
             " sum(outcome = 'unknown') AS unknown FROM v_forecast WHERE run_id = ? AND wave = 0 AND transient = 0",
             {run_id});
  if (today.next()) {
    figures.hops = count_of(today, "hops");
    figures.works_today = count_of(today, "works");
    figures.breaks_today = count_of(today, "breaks");
    figures.unknown_today = count_of(today, "unknown");
  }
  Rows later(
      database.handle(),
      "SELECT count(*) AS n FROM (SELECT min(wave) AS first FROM v_forecast WHERE run_id = ? AND outcome = 'breaks'"
      " AND transient = 0 GROUP BY client, client_node, client_service, server, server_node, port) WHERE first > 0",
      {run_id});
  if (later.next()) figures.break_at_some_wave = count_of(later, "n");
  Rows mends(database.handle(), "SELECT count(*) AS n FROM v_mend WHERE run_id = ?", {run_id});
  if (mends.next()) figures.mends = count_of(mends, "n");
  return figures;
}

std::string verdict_of(const PlanFigures& figures) {
  if (figures.hops == 0) return "Nothing to forecast: no hop with TLS is declared, imported or seen.";
  if (figures.breaks_today + figures.break_at_some_wave > 0) {
    return fmt::format("Not ready: {} today and {} more in the course; {} would mend what mends can.",
                       plural(figures.breaks_today, "hop breaks", "hops break"), figures.break_at_some_wave,
                       plural(figures.mends, "change", "changes"));
  }
  if (figures.unknown_today > 0) {
    return fmt::format("Nothing is known to break, but {} {} not known: that is no yes.",
                       plural(figures.unknown_today, "hop", "hops"), figures.unknown_today == 1 ? "is" : "are");
  }
  return "Ready: every hop works today and after every wave.";
}

void write_waves(const db::Database& database, const std::string& run_id, std::ostream& out, std::size_t columns) {
  Rows waves(database.handle(),
             "SELECT s.wave, (SELECT group_concat(t.cluster || ' to ' || coalesce(f.change, '?'), '; ') FROM "
             "forecast_step AS t"
             "   JOIN forecast_state AS f ON f.run_id = t.run_id AND f.cluster = t.cluster AND f.state = t.state_after"
             "   WHERE t.run_id = ?1 AND t.wave = s.wave AND t.state_after <> t.state_before) AS moves,"
             " (SELECT max(o.date) FROM v_order AS o WHERE o.run_id = ?1 AND o.wave = s.wave) AS date"
             " FROM (SELECT DISTINCT wave FROM forecast_step WHERE run_id = ?1) AS s ORDER BY s.wave",
             {run_id});
  Rows counts(
      database.handle(),
      "SELECT wave, sum(transient = 0 AND outcome = 'works') AS works, sum(transient = 0 AND outcome = 'breaks') AS "
      "breaks,"
      " sum(transient = 0 AND outcome = 'unknown') AS unknown, sum(transient = 1 AND outcome = 'breaks') AS mixed"
      " FROM v_forecast WHERE run_id = ? GROUP BY wave",
      {run_id});
  std::map<std::int64_t, std::string> by_wave;
  while (counts.next()) {
    const std::size_t mixed = count_of(counts, "mixed");
    by_wave[*counts.integer("wave")] = fmt::format(
        "{} work, {} break, {} unknown{}", count_of(counts, "works"), count_of(counts, "breaks"),
        count_of(counts, "unknown"),
        mixed == 0 ? ""
                   : fmt::format("; {} while the wave is under way", plural(mixed, "state breaks", "states break")));
  }
  while (waves.next()) {
    const auto wave = waves.integer("wave").value_or(0);
    const std::string date = text_of(waves, "date");
    const std::string what = wave == 0 ? "today" : text_of(waves, "moves");
    write_paragraph(out, fmt::format("  {:>2}  ", wave),
                    fmt::format("{}{}: {}", date.empty() ? "" : date + " ", what, by_wave[wave]), columns);
  }
}

// "c3 (1 of 3 peers)"
std::string peers_text(const Rows& rows, const std::string& side) {
  const std::string nodes = text_of(rows, (side + "_nodes").c_str());
  if (nodes.empty()) return text_of(rows, side.c_str());
  return fmt::format("{} ({} of {})", nodes, count_of(rows, (side + "_peers").c_str()),
                     plural(count_of(rows, (side + "_all").c_str()), "peer", "peers"));
}

void write_broken(const db::Database& database, const std::string& run_id, std::ostream& out, std::size_t columns) {
  Rows broken(
      database.handle(),
      "WITH pair AS (SELECT client, coalesce(client_service, '') AS service, server, port, client_node, server_node,"
      "   min(CASE WHEN outcome = 'breaks' THEN wave END) AS first, max(CASE WHEN outcome = 'breaks' THEN wave END) AS "
      "last,"
      "   max(wave) AS end FROM v_forecast WHERE run_id = ?1 AND transient = 0 GROUP BY 1, 2, 3, 4, 5, 6)"
      " SELECT p.client, p.service, p.server, p.port, p.first, p.last, p.end, count(*) AS pairs,"
      "  (SELECT count(*) FROM pair AS q WHERE q.client = p.client AND q.service = p.service AND q.server = p.server"
      "    AND q.port = p.port) AS of_all,"
      "  group_concat(DISTINCT nullif(p.client_node, '')) AS client_nodes, count(DISTINCT p.client_node) AS "
      "client_peers,"
      "  group_concat(DISTINCT nullif(p.server_node, '')) AS server_nodes, count(DISTINCT p.server_node) AS "
      "server_peers,"
      "  (SELECT count(DISTINCT q.client_node) FROM pair AS q WHERE q.client = p.client AND q.server = p.server"
      "    AND q.port = p.port) AS client_all,"
      "  (SELECT count(DISTINCT q.server_node) FROM pair AS q WHERE q.client = p.client AND q.server = p.server"
      "    AND q.port = p.port) AS server_all,"
      "  f.reason, min(f.explanation) AS explanation"
      " FROM pair AS p JOIN v_forecast AS f ON f.run_id = ?1 AND f.wave = p.first AND f.transient = 0 AND f.client = "
      "p.client"
      "  AND f.client_node = p.client_node AND coalesce(f.client_service, '') = p.service AND f.server = p.server"
      "  AND f.server_node = p.server_node AND f.port = p.port"
      " WHERE p.first IS NOT NULL GROUP BY p.client, p.service, p.server, p.port, p.first, p.last, f.reason"
      " ORDER BY p.first, p.client, p.server, p.port",
      {run_id});
  bool first = true;
  while (broken.next()) {
    if (std::exchange(first, false)) out << "\nBreaking hops\n";
    const auto wave = broken.integer("first").value_or(0);
    const auto last = broken.integer("last").value_or(0);
    const std::string service = text_of(broken, "service");
    const std::string heals =
        last < broken.integer("end").value_or(0) ? fmt::format(", heals in wave {}", last + 1) : "";
    write_paragraph(
        out, "  ",
        fmt::format("{}{} -> {}:{}: {} of {} {} {}{}: {}. From {} to {}. {}", text_of(broken, "client"),
                    service.empty() ? "" : " as " + service, text_of(broken, "server"), count_of(broken, "port"),
                    count_of(broken, "pairs"), plural(count_of(broken, "of_all"), "pair of nodes", "pairs of nodes"),
                    count_of(broken, "pairs") == 1 ? "breaks" : "break",
                    wave == 0 ? "today" : fmt::format("from wave {}", wave), heals, text_of(broken, "reason"),
                    peers_text(broken, "client"), peers_text(broken, "server"), text_of(broken, "explanation")),
        columns);
  }
}

void write_mends(const db::Database& database, const std::string& run_id, std::ostream& out, std::size_t columns) {
  Rows mends(database.handle(),
             "SELECT * FROM v_mend WHERE run_id = ? ORDER BY before_wave, saves DESC, breaks, mend_id", {run_id});
  int n = 0;
  while (mends.next()) {
    if (n++ == 0) out << "\nMends, in this order\n";
    const auto wave = mends.integer("before_wave").value_or(0);
    write_paragraph(out, fmt::format("  {}. ", n),
                    fmt::format("{}: {}. Saves {}, breaks {}. Path: {}. Restarts: {}. Needs {}. Undo: {}.",
                                wave == 0 ? "Now" : fmt::format("Before wave {}", wave), text_of(mends, "what"),
                                count_of(mends, "saves"), count_of(mends, "breaks"), text_of(mends, "path"),
                                text_of(mends, "restarts"), text_of(mends, "precondition"), text_of(mends, "undo")),
                    columns);
  }
}

void write_unknown(const db::Database& database, const std::string& run_id, std::ostream& out, std::size_t columns) {
  Rows unknown(
      database.handle(),
      "SELECT reason, client, server, port, count(DISTINCT client_node || '>' || server_node) AS pairs, min(wave) AS "
      "first,"
      " min(explanation) AS explanation FROM v_forecast WHERE run_id = ? AND outcome = 'unknown' AND transient = 0"
      " GROUP BY reason, client, server, port ORDER BY reason, client, server, port",
      {run_id});
  bool first = true;
  while (unknown.next()) {
    if (std::exchange(first, false)) out << "\nNot known, and what would settle it\n";
    write_paragraph(
        out, "  ",
        fmt::format("{} -> {}:{} ({}, {}): {}", text_of(unknown, "client"), text_of(unknown, "server"),
                    count_of(unknown, "port"), plural(count_of(unknown, "pairs"), "pair of nodes", "pairs of nodes"),
                    text_of(unknown, "reason"), text_of(unknown, "explanation")),
        columns);
  }
}

// Graphviz reads backslashes and quotes inside quotes.
std::string quoted(const std::string& name) {
  std::string all = "\"";
  for (const char c : printable(name)) {
    if (c == '"' || c == '\\') all += '\\';
    all += c;
  }
  return all + '"';
}

}  // namespace

Result<PlanFigures> write_plan(const db::Database& database, const std::string& run_id, std::size_t without_tls,
                               const std::vector<std::string>& notes, std::ostream& out, std::size_t columns) {
  return db::guarded(database.path(), database.handle().getHandle(), [&] {
    const PlanFigures figures = figures_of(database, run_id);
    write_paragraph(out, "", verdict_of(figures), columns);
    write_paragraph(
        out, "",
        fmt::format("{} between nodes with TLS: today {} work, {} break, {} unknown. {} without TLS, unaffected.",
                    plural(figures.hops, "hop", "hops"), figures.works_today, figures.breaks_today,
                    figures.unknown_today, plural(without_tls, "hop", "hops")),
        columns);
    for (const std::string& note : notes) write_paragraph(out, "  ", note, columns);
    out << "\nWaves\n";
    write_waves(database, run_id, out, columns);
    write_broken(database, run_id, out, columns);
    write_mends(database, run_id, out, columns);
    write_unknown(database, run_id, out, columns);
    return figures;
  });
}

Result<void> write_plan_dot(const db::Database& database, const std::string& run_id, std::ostream& out) {
  return db::guarded(database.path(), database.handle().getHandle(), [&] {
    out << "digraph plan {\n  rankdir=LR;\n  node [shape=box];\n";
    Rows hops(
        database.handle(),
        "SELECT client, server, port, max(CASE outcome WHEN 'breaks' THEN 2 WHEN 'unknown' THEN 1 ELSE 0 END) AS worst,"
        " group_concat(DISTINCT reason) AS reasons FROM v_forecast WHERE run_id = ?1 AND transient = 0"
        " AND wave = (SELECT max(wave) FROM forecast_step WHERE run_id = ?1) GROUP BY client, server, port ORDER BY 1, "
        "2, 3",
        {run_id});
    while (hops.next()) {
      constexpr const char* kStyles[] = {"color=\"#1b7837\"", "color=\"#777777\", style=dashed",
                                         "color=\"#b2182b\", penwidth=3"};
      const std::string reasons = hops.text("reasons");
      out << fmt::format("  {} -> {} [label={}, {}];\n", quoted(hops.text("client")), quoted(hops.text("server")),
                         quoted(fmt::format("{}{}{}", count_of(hops, "port"), reasons.empty() ? "" : " ", reasons)),
                         kStyles[std::min<std::size_t>(count_of(hops, "worst"), 2)]);
    }
    out << "}\n";
  });
}

}  // namespace ucready::report
