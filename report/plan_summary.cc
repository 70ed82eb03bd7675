#include "report/plan_summary.h"

#include <algorithm>
#include <map>
#include <vector>

#include "report/paragraph.h"
#include "report/plan_words.h"

namespace ucready::report {
namespace {

std::int64_t number_of(const Rows& rows, const char* column) { return rows.integer(column).value_or(0); }

// How high the minimum can be set at one time.
struct Stand {
  std::string highest;  // Empty: none can be set.
  std::size_t unknown = 0;
  std::string next;  // The lowest that breaks something; empty: there is none.
  std::size_t breaks = 0;
  std::string blockers;
};

void tell(const Rows& row, Stand& stand) {
  if (!stand.next.empty()) return;
  if (count_of(row, "breaks") == 0) {
    stand.highest = text_of(row, "version");
    stand.unknown = count_of(row, "unknown");
    return;
  }
  stand.next = text_of(row, "version");
  stand.breaks = count_of(row, "breaks");
  stand.blockers = text_of(row, "blocked_by");
}

std::string text_of(const Stand& stand) {
  if (stand.highest.empty()) return "no minimum";
  if (stand.unknown == 0) return stand.highest;
  return fmt::format("{} as far as is known ({} not)", stand.highest, plural(stand.unknown, "hop is", "hops are"));
}

std::string sentence(const std::map<std::int64_t, Stand>& stands) {
  const Stand& now = stands.begin()->second;  // Of the same time as `last` where there is no wave.
  const Stand& last = stands.rbegin()->second;
  const std::string today = text_of(now);
  const std::string then = text_of(last);
  std::string text = today;
  if (stands.size() > 1)
    text += today == then ? " today and after the last wave" : fmt::format(" today, {} after the last wave", then);
  if (last.next.empty()) return text + "; no higher one can be set.";
  return text + fmt::format("; {} {}breaks {}: {}.", last.next, stands.size() > 1 ? "then " : "",
                            plural(last.breaks, "hop", "hops"), last.blockers);
}

// Pairs of nodes that break when one cluster goes back.
struct Breaks {
  std::size_t pairs = 0;
  std::vector<std::string> hops;
};
constexpr std::size_t kMostHops = 3;

std::string text_of(const Breaks& breaks) {
  const std::size_t told = std::min(breaks.hops.size(), kMostHops);
  return fmt::format("{}: {}{}", plural(breaks.pairs, "hop breaks", "hops break"),
                     fmt::join(breaks.hops.begin(), breaks.hops.begin() + static_cast<std::ptrdiff_t>(told), "; "),
                     told < breaks.hops.size() ? fmt::format("; and {} more", breaks.hops.size() - told) : "");
}

// What breaks at once, and once all waves are done.
std::string text_of(std::map<bool, Breaks>& broken) {
  const Breaks& at_once = broken[false];
  const Breaks& at_last = broken[true];
  if (at_once.pairs == 0 && at_last.pairs == 0) return "nothing breaks";
  if (at_once.hops == at_last.hops) return text_of(at_once);
  const auto told = [](const Breaks& of) { return of.pairs == 0 ? "nothing breaks" : text_of(of); };
  return fmt::format("at once {}; after the last wave {}", told(at_once), told(at_last));
}

}  // namespace

std::vector<OpenQuestion> open_questions(const RowSource& rows, const std::string& run_id) {
  std::vector<OpenQuestion> questions;
  Rows found = rows(
      "SELECT cluster, fact, coalesce(min(path), '') AS path, count(*) AS nodes, coalesce(sum(minutes), 0) AS minutes,"
      " sum(hops) AS hops FROM v_evidence WHERE run_id = ? GROUP BY cluster, fact"
      " ORDER BY hops DESC, minutes, cluster, fact",
      {run_id});
  while (found.next()) {
    questions.push_back({found.text("cluster"), found.text("fact"), found.text("path"), number_of(found, "nodes"),
                         number_of(found, "minutes"), number_of(found, "hops")});
  }
  return questions;
}

std::vector<Rollback> rollbacks(const RowSource& rows, const std::string& run_id) {
  std::vector<Rollback> all;
  Rows found = rows(
      "WITH broken AS MATERIALIZED (SELECT wave, cluster, sum(pairs * (last = 0)) AS at_once,"
      "  sum(pairs * (last = 1)) AS at_last FROM v_rollback WHERE run_id = ?1 AND outcome = 'breaks' GROUP BY 1, 2)"
      " SELECT m.wave, m.cluster, coalesce(a.release, 'an unknown release') AS release,"
      "  coalesce(k.at_once, 0) AS at_once, coalesce(k.at_last, 0) AS at_last FROM forecast_move AS m"
      " JOIN forecast_state AS a ON a.run_id = m.run_id AND a.cluster = m.cluster AND a.state = m.state_before"
      " JOIN forecast_state AS b ON b.run_id = m.run_id AND b.cluster = m.cluster AND b.state = m.state_after"
      " LEFT JOIN broken AS k ON k.wave = m.wave AND k.cluster = m.cluster"
      " WHERE m.run_id = ?1 AND a.release IS NOT b.release ORDER BY 1, 2",
      {run_id});
  while (found.next()) {
    all.push_back({number_of(found, "wave"), found.text("cluster"), found.text("release"), number_of(found, "at_once"),
                   number_of(found, "at_last")});
  }
  return all;
}

std::string site_minimum(const RowSource& rows, const std::string& run_id) {
  Rows minimums = rows(
      "SELECT wave, version, breaks, unknown, blocked_by FROM v_minimum WHERE run_id = ? AND cluster IS NULL ORDER BY"
      " wave, version",
      {run_id});
  std::map<std::int64_t, Stand> stands;
  while (minimums.next()) tell(minimums, stands[minimums.integer("wave").value_or(0)]);
  return stands.empty() ? std::string() : sentence(stands);
}

void write_minimums(const db::Database& database, const std::string& run_id, std::ostream& out, std::size_t columns) {
  Rows rows(database.handle(),
            "SELECT coalesce(cluster, '') AS cluster, wave, version, breaks, unknown, blocked_by FROM v_minimum WHERE"
            " run_id = ? ORDER BY 1, wave, version",
            {run_id});
  std::string cluster;
  std::map<std::int64_t, Stand> stands;
  std::size_t told = 0;
  const auto end = [&] {
    if (stands.empty()) return;
    if (told++ == 0) out << "\nHighest minimum version that breaks nothing\n";
    if (told <= kMostParagraphs)
      write_paragraph(out, fmt::format("  {}: ", cluster.empty() ? "the whole site" : cluster), sentence(stands),
                      columns);
    stands.clear();
  };
  while (rows.next()) {
    if (std::string next = text_of(rows, "cluster"); next != cluster) {
      end();
      cluster = std::move(next);
    }
    tell(rows, stands[rows.integer("wave").value_or(0)]);
  }
  end();
  write_rest(told - std::min(told, kMostParagraphs), out);
}

void write_rollbacks(const db::Database& database, const std::string& run_id, std::ostream& out, std::size_t columns) {
  std::map<std::pair<std::int64_t, std::string>, std::map<bool, Breaks>> broken;
  Rows hops(
      database.handle(),
      "SELECT wave, cluster, last, client, client_service, server, port, reason, sum(pairs) AS pairs FROM v_rollback"
      " WHERE run_id = ? AND outcome = 'breaks' GROUP BY 1, 2, 3, 4, 5, 6, 7, 8 ORDER BY 1, 2, 3, 9 DESC",
      {run_id});
  while (hops.next()) {
    Breaks& of = broken[{hops.integer("wave").value_or(0), hops.text("cluster")}][count_of(hops, "last") == 1];
    of.pairs += count_of(hops, "pairs");
    of.hops.push_back(fmt::format("{} -> {}:{} {}", text_of(hops, "client"), text_of(hops, "server"),
                                  count_of(hops, "port"), text_of(hops, "reason")));
  }
  std::size_t told = 0;
  for (const Rollback& back : rollbacks({database.handle()}, run_id)) {
    if (told++ >= kMostParagraphs) continue;
    if (told == 1) out << "\nRolling back one cluster after its wave\n";
    write_paragraph(out, fmt::format("  {:>2}  ", back.wave),
                    fmt::format("{} back to {}: {}.", printable(back.cluster), printable(back.release),
                                text_of(broken[{back.wave, back.cluster}])),
                    columns);
  }
  write_rest(told - std::min(told, kMostParagraphs), out);
}

void write_evidence(const db::Database& database, const std::string& run_id, std::ostream& out, std::size_t columns) {
  const std::vector<OpenQuestion> questions = open_questions({database.handle()}, run_id);
  if (questions.empty()) return;
  std::int64_t total = 0;
  for (const OpenQuestion& question : questions) total += question.minutes;
  out << fmt::format("\nWhat to find out ({} h {:02} min in all)\n", total / 60, total % 60);
  const std::size_t told = std::min(questions.size(), kMostParagraphs);
  for (std::size_t n = 0; n < told; ++n) {
    const OpenQuestion& question = questions[n];
    write_paragraph(out, fmt::format("  {:>3} min  ", question.minutes),
                    fmt::format("{}{}: {}. {}.", printable(question.fact),
                                question.nodes > 1 ? fmt::format(" ({} nodes)", question.nodes) : "",
                                printable(question.path), plural(question.hops, "hop turns on it", "hops turn on it")),
                    columns);
  }
  write_rest(questions.size() - told, out);
}

}  // namespace ucready::report
