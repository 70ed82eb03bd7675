#include "report/plan.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <map>
#include <ostream>
#include <set>
#include <tuple>

#include "db/sqlite_error.h"
#include "report/hop_figures.h"
#include "report/paragraph.h"
#include "report/plan_summary.h"
#include "report/plan_words.h"

namespace ucready::report {
namespace {

using Parameters = std::vector<std::string>;

constexpr std::size_t kMostMoves = 12;

// "hq-cucm to upgrade to 15SU4a; ..."
std::string moves_text(const WaveFigures& wave) {
  if (wave.wave == 0) return "today";
  std::vector<std::string> told;
  for (std::size_t n = 0; n < wave.moves.size() && n < kMostMoves; ++n) {
    told.push_back(fmt::format("{} to {}", printable(wave.moves[n].cluster), printable(wave.moves[n].change)));
  }
  const std::size_t left = wave.moves.size() - told.size();
  return fmt::format("{}{}", fmt::join(told, "; "), left == 0 ? "" : fmt::format("; and {} more", left));
}

void write_waves(const std::vector<WaveFigures>& waves, std::ostream& out, std::size_t columns) {
  for (const WaveFigures& wave : waves) {
    write_paragraph(
        out, fmt::format("  {:>2}  ", wave.wave),
        fmt::format("{}{}: {} work, {} break, {} unknown{}", wave.date.empty() ? "" : printable(wave.date) + " ",
                    moves_text(wave), wave.hops.works(), wave.hops.breaks, wave.hops.unknown,
                    wave.mixed_breaks == 0 ? ""
                                           : fmt::format("; {} while the wave is under way",
                                                         plural(wave.mixed_breaks, "state breaks", "states break"))),
        columns);
  }
}

// A pair of faces that breaks for one reason from one wave to another, with the nodes of each side that do.
struct BrokenFace {
  std::string client;
  std::string service;
  std::string server;
  std::int64_t port = 0;
  std::int64_t first = 0;
  std::int64_t last = 0;
  std::string reason;
  std::size_t pairs = 0;
  std::size_t of_pairs = 0;
  std::string explanation;
  std::set<std::int64_t> kinds;
  struct Side {
    std::set<std::string> nodes;
    std::set<std::string> all;
  };
  Side clients;
  Side servers;
};

std::vector<BrokenFace> broken_faces(const db::Database& database, const std::string& run_id) {
  Rows kinds(database.handle(),
             "SELECT client, client_service, server, port, kind, reason, pairs, of_pairs, min(first_wave) AS first,"
             " max(last_wave) AS last, min(explanation) AS explanation FROM v_forecast_link WHERE run_id = ? AND"
             " outcome = 'breaks' GROUP BY client, client_service, server, port, protocol, kind, reason"
             " ORDER BY first, client, server, port, client_service, last, reason",
             {run_id});
  std::vector<BrokenFace> faces;
  while (kinds.next()) {
    BrokenFace next{.client = kinds.text("client"),
                    .service = kinds.text("client_service"),
                    .server = kinds.text("server"),
                    .port = kinds.integer("port").value_or(0),
                    .first = kinds.integer("first").value_or(0),
                    .last = kinds.integer("last").value_or(0),
                    .reason = kinds.text("reason")};
    const auto same = [&](const BrokenFace& a) {
      return std::tie(a.client, a.service, a.server, a.port, a.first, a.last, a.reason) ==
             std::tie(next.client, next.service, next.server, next.port, next.first, next.last, next.reason);
    };
    if (faces.empty() || !same(faces.back())) {
      faces.push_back(std::move(next));
      faces.back().of_pairs = count_of(kinds, "of_pairs");
      faces.back().explanation = kinds.text("explanation");
    }
    faces.back().pairs += count_of(kinds, "pairs");
    faces.back().kinds.insert(kinds.integer("kind").value_or(0));
  }
  return faces;
}

// One walk over all hops, whatever the number of faces.
void find_nodes(const db::Database& database, const std::string& run_id, std::vector<BrokenFace>& faces) {
  std::map<std::tuple<std::string, std::string, std::string, std::int64_t>, std::vector<BrokenFace*>> by_face;
  for (BrokenFace& face : faces) by_face[{face.client, face.service, face.server, face.port}].push_back(&face);
  Rows hops(database.handle(),
            "SELECT client, coalesce(client_service, '') AS service, server, port, kind, client_node, server_node FROM"
            " forecast_hop WHERE run_id = ?",
            {run_id});
  while (hops.next()) {
    const auto found = by_face.find(
        {hops.text("client"), hops.text("service"), hops.text("server"), hops.integer("port").value_or(0)});
    if (found == by_face.end()) continue;
    for (BrokenFace* const face : found->second) {
      face->clients.all.insert(hops.text("client_node"));
      face->servers.all.insert(hops.text("server_node"));
      if (!face->kinds.contains(hops.integer("kind").value_or(0))) continue;
      face->clients.nodes.insert(hops.text("client_node"));
      face->servers.nodes.insert(hops.text("server_node"));
    }
  }
}

// "c3 (1 of 3 peers)"
std::string peers_text(const std::string& cluster, const BrokenFace::Side& side) {
  std::vector<std::string> names;
  for (const std::string& node : side.nodes) {
    if (!node.empty() && names.size() < kMostMoves) names.push_back(printable(node));
  }
  if (names.empty()) return printable(cluster);
  return fmt::format("{}{} ({} of {})", fmt::join(names, ","), side.nodes.size() > names.size() ? " and others" : "",
                     side.nodes.size(), plural(side.all.size(), "peer", "peers"));
}

void write_broken(const db::Database& database, const std::string& run_id, std::int64_t last_wave, std::ostream& out,
                  std::size_t columns) {
  std::vector<BrokenFace> faces = broken_faces(database, run_id);
  if (faces.empty()) return;
  out << "\nBreaking hops\n";
  const std::size_t left = faces.size() - std::min(faces.size(), kMostParagraphs);
  faces.resize(faces.size() - left);
  find_nodes(database, run_id, faces);
  for (const BrokenFace& face : faces) {
    write_paragraph(out, "  ",
                    fmt::format("{}{} -> {}:{}: {} of {} {} {}{}: {}. From {} to {}. {}", printable(face.client),
                                face.service.empty() ? "" : " as " + printable(face.service), printable(face.server),
                                face.port, face.pairs, plural(face.of_pairs, "pair of nodes", "pairs of nodes"),
                                face.pairs == 1 ? "breaks" : "break",
                                face.first == 0 ? "today" : fmt::format("from wave {}", face.first),
                                face.last < last_wave ? fmt::format(", heals in wave {}", face.last + 1) : "",
                                printable(face.reason), peers_text(face.client, face.clients),
                                peers_text(face.server, face.servers), printable(face.explanation)),
                    columns);
  }
  write_rest(left, out);
}

void write_mends(const db::Database& database, const std::string& run_id, std::ostream& out, std::size_t columns) {
  Rows mends(database.handle(),
             "SELECT *, sum(impact * chosen) OVER () AS impact_of_chosen FROM v_mend WHERE run_id = ? ORDER BY"
             " chosen DESC, before_wave, saves DESC, breaks, impact, mend_id",
             {run_id});
  std::size_t n = 0;
  std::size_t others = 0;
  while (mends.next()) {
    const bool chosen = count_of(mends, "chosen") == 1;
    if (++n == 1 && chosen)
      out << fmt::format("\nMends: do these, in this order (impact {} in all)\n", count_of(mends, "impact_of_chosen"));
    if (!chosen && ++others == 1) out << (n == 1 ? "\nMends, none of which breaks nothing\n" : "\nOther mends\n");
    if (others > kMostParagraphs) continue;
    const auto wave = mends.integer("before_wave").value_or(0);
    write_paragraph(out, fmt::format("  {}. ", n),
                    fmt::format("{}: {}. Saves {}, breaks {}, impact {}. Path: {}. Restarts: {}. Needs {}. Undo: {};"
                                " it breaks {} after the last wave.",
                                wave == 0 ? "Now" : fmt::format("Before wave {}", wave), text_of(mends, "what"),
                                count_of(mends, "saves"), count_of(mends, "breaks"), count_of(mends, "impact"),
                                text_of(mends, "path"), text_of(mends, "restarts"), text_of(mends, "precondition"),
                                text_of(mends, "undo"), count_of(mends, "undo_breaks")),
                    columns);
  }
  write_rest(others - std::min(others, kMostParagraphs), out);
}

void write_unknown(const db::Database& database, const std::string& run_id, std::ostream& out, std::size_t columns) {
  Rows unknown(
      database.handle(),
      "SELECT reason, client, server, port, sum(pairs) AS pairs, min(explanation) AS explanation FROM (SELECT"
      " reason, client, server, port, kind, pairs, min(explanation) AS explanation FROM v_forecast_link WHERE"
      " run_id = ? AND outcome = 'unknown' GROUP BY reason, client, client_service, server, port, protocol, kind)"
      " GROUP BY reason, client, server, port ORDER BY reason, client, server, port",
      {run_id});
  std::size_t told = 0;
  for (; unknown.next(); ++told) {
    if (told >= kMostParagraphs) continue;
    if (told == 0) out << "\nNot known, and what it turns on\n";
    write_paragraph(
        out, "  ",
        fmt::format("{} -> {}:{} ({}, {}): {}", text_of(unknown, "client"), text_of(unknown, "server"),
                    count_of(unknown, "port"), plural(count_of(unknown, "pairs"), "pair of nodes", "pairs of nodes"),
                    text_of(unknown, "reason"), text_of(unknown, "explanation")),
        columns);
  }
  write_rest(told - std::min(told, kMostParagraphs), out);
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

PlanFigures plan_figures(const RowSource& rows, const std::string& run_id, const std::vector<WaveFigures>& waves) {
  PlanFigures figures;
  if (!waves.empty()) {
    const HopFigures& today = waves.front().hops;
    figures.hops = static_cast<std::size_t>(today.all());
    figures.works_today = static_cast<std::size_t>(today.works());
    figures.breaks_today = static_cast<std::size_t>(today.breaks);
    figures.unknown_today = static_cast<std::size_t>(today.unknown);
  }
  for (const WaveFigures& wave : waves)
    figures.unknown_at_worst = std::max(figures.unknown_at_worst, static_cast<std::size_t>(wave.hops.unknown));
  figures.break_at_some_wave = static_cast<std::size_t>(breaks_later(rows, run_id));
  Rows mends = rows("SELECT sum(chosen) AS n FROM v_mend WHERE run_id = ?", {run_id});
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
  if (figures.unknown_at_worst > 0) {
    return fmt::format("Nothing is known to break, but {} {} not known: that is no yes.",
                       plural(figures.unknown_at_worst, "hop", "hops"), figures.unknown_at_worst == 1 ? "is" : "are");
  }
  return "Ready: every hop works today and after every wave.";
}

Result<PlanFigures> write_plan(const db::Database& database, const std::string& run_id, std::size_t without_tls,
                               const std::vector<std::string>& notes, std::ostream& out, std::size_t columns) {
  return db::guarded(database.path(), database.handle().getHandle(), [&] {
    const RowSource rows{database.handle()};
    const std::vector<WaveFigures> waves = wave_figures(rows, run_id);
    const PlanFigures figures = plan_figures(rows, run_id, waves);
    write_paragraph(out, "", verdict_of(figures), columns);
    write_paragraph(
        out, "",
        fmt::format("{} between nodes with TLS: today {} work, {} break, {} unknown. {} without TLS, unaffected.",
                    plural(figures.hops, "hop", "hops"), figures.works_today, figures.breaks_today,
                    figures.unknown_today, plural(without_tls, "hop", "hops")),
        columns);
    for (const std::string& note : notes) write_paragraph(out, "  ", note, columns);
    out << "\nWaves\n";
    write_waves(waves, out, columns);
    write_broken(database, run_id, waves.empty() ? 0 : waves.back().wave, out, columns);
    write_mends(database, run_id, out, columns);
    write_minimums(database, run_id, out, columns);
    write_rollbacks(database, run_id, out, columns);
    write_evidence(database, run_id, out, columns);
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
        " group_concat(DISTINCT reason) AS reasons FROM v_forecast_link WHERE run_id = ?1"
        " AND last_wave = (SELECT max(wave) FROM forecast_wave WHERE run_id = ?1) GROUP BY client, server, port"
        " ORDER BY 1, 2, 3",
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
