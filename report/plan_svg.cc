#include "report/plan_svg.h"

#include <fmt/format.h>

#include <algorithm>
#include <ostream>
#include <string_view>
#include <vector>

#include "core/printable.h"
#include "db/sqlite_error.h"
#include "report/paragraph.h"
#include "report/rows.h"

namespace ucready::report {
namespace {

// In pixels.
constexpr int kMargin = 16;
constexpr int kRow = 24;
constexpr int kLabel = 460;
constexpr int kCell = 84;
constexpr int kHead = 112;                 // Title, legend and the waves' names.
constexpr std::size_t kLongestLabel = 62;  // Characters that kLabel has room for.

// For text and for attributes in quotes. printable() has turned control characters into escapes; of what is left
// XML 1.0 allows all but two.
std::string escaped(std::string_view text) {
  std::string all;
  const std::string safe = printable(text, 1024);
  for (std::size_t i = 0; i < safe.size(); ++i) {
    const char c = safe[i];
    if (safe.compare(i, 3, "\xEF\xBF\xBE") == 0 || safe.compare(i, 3, "\xEF\xBF\xBF") == 0) {
      all += '?';
      i += 2;
    } else if (c == '&') {
      all += "&amp;";
    } else if (c == '<') {
      all += "&lt;";
    } else if (c == '>') {
      all += "&gt;";
    } else if (c == '"') {
      all += "&quot;";
    } else {
      all += c;
    }
  }
  return all;
}

// Characters, not bytes: the end of a cut may not fall into one.
std::string shortened(const std::string& text) {
  if (width(text) <= kLongestLabel) return text;
  std::string cut;
  std::size_t characters = 0;
  for (const char c : text) {
    const bool begins = (static_cast<unsigned char>(c) & 0xc0) != 0x80;
    if (begins && ++characters > kLongestLabel - 3) break;
    cut += c;
  }
  return cut + "...";
}

std::int64_t number(const Rows& rows, const char* column) { return rows.integer(column).value_or(0); }

struct Wave {
  std::string name;  // "today", "wave 1"
  std::string date;
  std::vector<std::string> moves;  // "hq-cucm: upgrade to 15SU4a"
};

std::vector<Wave> waves_of(const db::Database& database, const std::string& run_id) {
  std::vector<Wave> waves;
  Rows steps(database.handle(),
             "SELECT t.wave, t.cluster, t.state_after <> t.state_before AS moves, coalesce(f.change, '') AS change,"
             " coalesce((SELECT max(o.date) FROM v_order AS o WHERE o.run_id = ?1 AND o.wave = t.wave), '') AS date"
             " FROM forecast_step AS t JOIN forecast_state AS f"
             "  ON f.run_id = t.run_id AND f.cluster = t.cluster AND f.state = t.state_after"
             " WHERE t.run_id = ?1 ORDER BY t.wave, t.cluster",
             {run_id});
  while (steps.next()) {
    const auto wave = static_cast<std::size_t>(number(steps, "wave"));
    if (wave >= waves.size()) {
      waves.resize(wave + 1);
      waves.back().name = wave == 0 ? "today" : fmt::format("wave {}", wave);
      waves.back().date = steps.text("date");
    }
    if (number(steps, "moves") != 0) {
      waves[wave].moves.push_back(fmt::format("{}: {}", steps.text("cluster"), steps.text("change")));
    }
  }
  return waves;
}

struct Cell {
  std::int64_t pairs = 0;
  std::int64_t breaks = 0;
  std::int64_t unknown = 0;
  std::int64_t mixed = 0;  // States inside the wave that break.
  std::string reasons;
};

// "B 1/3": in one of three pairs of nodes. "W*": works, but not while the wave is under way.
std::string letter_of(const Cell& cell) {
  const char* const letter = cell.breaks > 0 ? "B" : cell.unknown > 0 ? "U" : "W";
  const std::int64_t of = cell.breaks > 0 ? cell.breaks : cell.unknown;
  const std::string part = of > 0 && of < cell.pairs ? fmt::format(" {}/{}", of, cell.pairs) : "";
  return fmt::format("{}{}{}", letter, part, cell.mixed > 0 ? "*" : "");
}

const char* class_of(const Cell& cell) { return cell.breaks > 0 ? "b" : cell.unknown > 0 ? "u" : "w"; }

std::string tooltip_of(const Cell& cell) {
  return fmt::format(
      "{} of {} pairs of nodes break, {} unknown{}{}", cell.breaks, cell.pairs, cell.unknown,
      cell.mixed > 0 ? fmt::format("; {} mixed states break while the wave is under way", cell.mixed) : "",
      cell.reasons.empty() ? "" : "; " + cell.reasons);
}

void write_text(std::ostream& out, int x, int y, std::string_view style, std::string_view text) {
  out << fmt::format("<text x=\"{}\" y=\"{}\" class=\"{}\">{}</text>\n", x, y, style, escaped(text));
}

void write_head(std::ostream& out, int wide, int high, const std::string& title, const std::vector<Wave>& waves) {
  out << fmt::format(
      "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{0}\" height=\"{1}\" viewBox=\"0 0 {0} {1}\" role=\"img\">\n",
      wide, high);
  out << "<title>" << escaped(title) << "</title>\n"
      << "<style>text{font:12px sans-serif;fill:#111}.h{font-weight:bold}.t{font-size:16px;font-weight:bold}"
         ".c{text-anchor:middle}rect{stroke:#555;stroke-width:1}.w{fill:#d9f0d3}"
         ".b{fill:#f4a582;stroke:#b2182b;stroke-width:3}.u{fill:#eeeeee;stroke-dasharray:4 3}</style>\n"
      << "<rect x=\"0\" y=\"0\" width=\"100%\" height=\"100%\" style=\"fill:#fff;stroke:none\"/>\n";
  write_text(out, kMargin, 28, "t", title);
  write_text(out, kMargin, 52, "",
             "W works, B breaks (thick border), U unknown (dashed border), B 1/3 breaks in 1 of 3 pairs of nodes, "
             "* breaks while the wave is under way");
  for (std::size_t wave = 0; wave < waves.size(); ++wave) {
    const int x = kMargin + kLabel + static_cast<int>(wave) * kCell + kCell / 2;
    write_text(out, x, kHead - 22, "h c", waves[wave].name);
    if (!waves[wave].date.empty()) write_text(out, x, kHead - 8, "c", waves[wave].date);
  }
}

void write_cell(std::ostream& out, int x, int y, const Cell& cell) {
  out << fmt::format(
      "<g><title>{}</title><rect x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\" class=\"{}\"/><text x=\"{}\" y=\"{}\" "
      "class=\"h c\">{}</text></g>\n",
      escaped(tooltip_of(cell)), x + 2, y + 2, kCell - 4, kRow - 4, class_of(cell), x + kCell / 2, y + kRow - 8,
      escaped(letter_of(cell)));
}

// Hops that break first, the earliest first; then those not known; then the others.
constexpr const char* kCells =
    "WITH cell AS (SELECT client, coalesce(client_service, '') AS service, server, port, wave,"
    "   sum(transient = 0) AS pairs, sum(transient = 0 AND outcome = 'breaks') AS breaks,"
    "   sum(transient = 0 AND outcome = 'unknown') AS unknown, sum(transient = 1 AND outcome = 'breaks') AS mixed,"
    "   coalesce(group_concat(DISTINCT CASE transient WHEN 0 THEN reason END), '') AS reasons"
    "   FROM v_forecast WHERE run_id = ?1 GROUP BY 1, 2, 3, 4, 5)"
    " SELECT *, min(CASE WHEN breaks > 0 THEN wave END) OVER hop AS first, max(unknown > 0) OVER hop AS doubtful"
    " FROM cell WINDOW hop AS (PARTITION BY client, service, server, port)"
    " ORDER BY first IS NULL, first, doubtful DESC, client, service, server, port, wave";

int count(const db::Database& database, const char* sql, const std::string& run_id) {
  Rows rows(database.handle(), sql, {run_id});
  return rows.next() ? static_cast<int>(number(rows, "n")) : 0;
}

void draw(const db::Database& database, const std::string& run_id, std::ostream& out) {
  const std::vector<Wave> waves = waves_of(database, run_id);
  const int hops = count(database,
                         "SELECT count(*) AS n FROM (SELECT DISTINCT client, coalesce(client_service, ''), server, port"
                         " FROM forecast_hop WHERE run_id = ?)",
                         run_id);
  int lines = 0;
  for (const Wave& wave : waves) lines += static_cast<int>(wave.moves.size());
  const int wide = 2 * kMargin + std::max(kLabel + static_cast<int>(waves.size()) * kCell, 840);
  const int high = kHead + hops * kRow + (lines + 2) * kRow + kMargin;

  Rows run(database.handle(), "SELECT site, started_at FROM v_run WHERE run_id = ?", {run_id});
  const std::string title =
      run.next() ? fmt::format("Plan of {}, {}", run.text("site"), run.text("started_at")) : "Plan";
  write_head(out, wide, high, title, waves);

  int y = kHead - kRow;
  for (Rows cells(database.handle(), kCells, {run_id}); cells.next();) {
    const std::string service = cells.text("service");
    const std::string hop = fmt::format("{}{} -> {}:{}", cells.text("client"), service.empty() ? "" : " as " + service,
                                        cells.text("server"), number(cells, "port"));
    if (number(cells, "wave") == 0) {
      y += kRow;
      out << fmt::format("<g><title>{}</title>", escaped(hop));
      write_text(out, kMargin, y + kRow - 8, "", shortened(hop));
      out << "</g>\n";
    }
    write_cell(out, kMargin + kLabel + static_cast<int>(number(cells, "wave")) * kCell, y,
               {number(cells, "pairs"), number(cells, "breaks"), number(cells, "unknown"), number(cells, "mixed"),
                cells.text("reasons")});
  }
  y += 2 * kRow;
  if (hops == 0) write_text(out, kMargin, y - kRow, "", "No hop with TLS is known.");
  for (const Wave& wave : waves) {
    for (const std::string& move : wave.moves) {
      y += kRow;
      write_text(out, kMargin, y - 8, "",
                 fmt::format("{}{}  {}", wave.name, wave.date.empty() ? "" : " " + wave.date, move));
    }
  }
  out << "</svg>\n";
}

}  // namespace

Result<void> write_plan_svg(const db::Database& database, const std::string& run_id, std::ostream& out) {
  return db::guarded(database.path(), database.handle().getHandle(), [&] { draw(database, run_id, out); });
}

}  // namespace ucready::report
