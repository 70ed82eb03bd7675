#include "report/one_page.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/printable.h"
#include "report/plan_summary.h"
#include "report/plural.h"

namespace ucready::report {
namespace {

std::int64_t number(const Rows& rows, const char* column) { return rows.integer(column).value_or(0); }

void tell_mends(const RowSource& rows, OnePage& page) {
  Rows mends = rows(
      "SELECT what, target, before_wave, saves, breaks, impact, coalesce(restarts, '') AS restarts,"
      " coalesce(precondition, '') AS precondition, coalesce(path, '') AS path, coalesce(verify, '') AS verify,"
      " coalesce(undo, '') AS undo, undo_breaks FROM v_mend WHERE run_id = ? AND chosen = 1"
      " ORDER BY before_wave, saves DESC, breaks, impact, mend_id",
      {page.plan_run_id});
  while (mends.next()) {
    page.mends.push_back({mends.text("what"), mends.text("target"), number(mends, "before_wave"),
                          number(mends, "saves"), number(mends, "breaks"), number(mends, "impact"),
                          mends.text("restarts"), mends.text("precondition"), mends.text("path"), mends.text("verify"),
                          mends.text("undo"), number(mends, "undo_breaks")});
    if (page.mends.back().before_wave > 1) continue;
    ++page.mends_first;
    if (page.mends.back().impact == 0) ++page.mends_first_no_outage;
  }
}

// Leaves that end soon, by the clusters that show them and those that hold a copy.
constexpr const char* kRenewals =
    "WITH shown AS MATERIALIZED (SELECT c.sha256, c.subject, c.not_after, count(DISTINCT i.interface_id) AS interfaces,"
    "   group_concat(DISTINCT i.cluster) AS shown_by FROM interface AS i"
    "   JOIN interface_chain AS o ON o.run_id = i.run_id AND o.n = i.n"
    "   JOIN chain AS l ON l.chain_id = o.chain_id AND l.position = 0 JOIN certificate AS c ON c.sha256 = l.sha256"
    "   WHERE i.site = ?1 AND i.run_id IN {newest} AND c.not_after < strftime('%Y-%m-%dT%H:%M:%SZ', 'now', ?2)"
    "   GROUP BY c.sha256),"
    " held AS MATERIALIZED (SELECT e.sha256, group_concat(DISTINCT s.cluster) AS held_by FROM newest_store AS s"
    "   JOIN trust_set AS e ON e.set_id = s.set_id WHERE s.site = ?1 AND e.sha256 IN (SELECT sha256 FROM shown)"
    "   GROUP BY e.sha256)"
    " SELECT n.sha256, n.subject, n.not_after, n.interfaces, replace(n.shown_by, ',', ', ') AS shown_by,"
    "  coalesce(replace(h.held_by, ',', ', '), '') AS held_by, count(*) OVER () AS total"
    " FROM shown AS n LEFT JOIN held AS h ON h.sha256 = n.sha256 ORDER BY n.not_after, n.subject, n.sha256 LIMIT 200";

void tell_renewals(const Document& document, const std::string& run_site, OnePage& page) {
  Rows renewals = document.ask(kRenewals, {run_site, fmt::format("+{} days", kRenewalDays)});
  while (renewals.next()) {
    page.renewals_in_all = number(renewals, "total");
    page.renewals.push_back({renewals.text("subject"), renewals.text("sha256"), renewals.text("not_after"),
                             number(renewals, "interfaces"), renewals.text("shown_by"), renewals.text("held_by")});
  }
}

std::int64_t without_tls(const RowSource& rows, const std::string& run_id) {
  Rows left_out =
      rows("SELECT sum(hops) AS n FROM forecast_left_out WHERE run_id = ? AND reason = 'without_tls'", {run_id});
  return left_out.next() ? number(left_out, "n") : 0;
}

void tell_plan(const Document& document, OnePage& page) {
  const RowSource rows = document.rows();
  page.waves = wave_figures(rows, page.plan_run_id);
  page.figures = plan_figures(rows, page.plan_run_id, page.waves);
  page.verdict = verdict_of(page.figures);
  page.ready = page.figures.hops > 0 && page.figures.unknown_at_worst == 0 && page.figures.breaks_today == 0 &&
               page.figures.break_at_some_wave == 0;
  page.without_tls = without_tls(rows, page.plan_run_id);
  tell_mends(rows, page);
  page.questions = open_questions(rows, page.plan_run_id);
  for (const OpenQuestion& question : page.questions) page.question_minutes += question.minutes;
  page.rollbacks = rollbacks(rows, page.plan_run_id);
  page.minimum = site_minimum(rows, page.plan_run_id);
  Rows notes = rows("SELECT text FROM v_plan_note WHERE run_id = ? ORDER BY n", {page.plan_run_id});
  while (notes.next()) page.not_covered.push_back(printable(notes.text("text")));
}

// What the plan's figures cannot hold, because nobody looked.
void tell_gaps(const Document& document, const std::string& run_site, OnePage& page) {
  Rows states = document.ask(
      "SELECT i.state, count(*) AS n FROM v_interface AS i JOIN v_run AS r ON r.run_id = i.run_id WHERE i.run_id IN"
      " {newest} AND r.kind = 'scan' AND i.site = ? AND i.state <> 'tls' GROUP BY i.state ORDER BY i.state",
      {run_site});
  while (states.next()) {
    page.not_covered.push_back(fmt::format("{} asked without learning its certificates: {}",
                                           plural(number(states, "n"), "interface was", "interfaces were"),
                                           states.text("state")));
  }
  Rows unseen = document.ask(
      "WITH known AS (SELECT DISTINCT cluster FROM v_cluster WHERE run_id IN {newest} AND site = ?1),"
      " seen AS MATERIALIZED (SELECT cluster FROM interface WHERE run_id IN {newest} UNION SELECT client FROM"
      "  session_kind WHERE run_id IN {newest} UNION SELECT server FROM session_kind WHERE run_id IN {newest})"
      " SELECT (SELECT count(*) FROM known) AS known, count(*) AS n,"
      "  coalesce((SELECT group_concat(cluster, ', ') FROM (SELECT cluster FROM known EXCEPT SELECT cluster FROM seen"
      "   ORDER BY 1 LIMIT 8)), '') AS clusters FROM (SELECT cluster FROM known EXCEPT SELECT cluster FROM seen)",
      {run_site});
  if (unseen.next() && number(unseen, "n") > 0) {
    page.not_covered.push_back(fmt::format("{} of {} clusters were seen neither in a scan nor in a capture: {}{}",
                                           number(unseen, "n"), number(unseen, "known"),
                                           printable(unseen.text("clusters")), number(unseen, "n") > 8 ? " ..." : ""));
  }
  Rows kinds = document.ask(
      "SELECT (SELECT count(*) FROM v_run WHERE run_id IN {newest} AND site = ?1 AND kind = 'scan') AS scans,"
      " (SELECT count(*) FROM v_run WHERE run_id IN {newest} AND site = ?1 AND kind = 'capture') AS captures,"
      " (SELECT count(*) FROM newest_store WHERE site = ?1) AS stores",
      {run_site});
  if (!kinds.next()) return;
  if (number(kinds, "scans") == 0) page.not_covered.emplace_back("No scan: what servers negotiate was not seen");
  if (number(kinds, "captures") == 0)
    page.not_covered.emplace_back("No capture: what clients offer, and whom they refuse, was not seen");
  if (number(kinds, "stores") == 0)
    page.not_covered.emplace_back("No trust store is known: whom the systems trust is open");
  page.not_covered.emplace_back(
      "Never asked: revocation, and whatever an upgrade changes besides TLS and certificates");
}

struct Planned {
  std::string site;  // As the database has it; the page's may be a label.
  OnePage page;
};

std::vector<Planned> sites_of(const Document& document) {
  // The same rows twice: for the reader, and for the questions that follow.
  constexpr const char* kSites =
      "SELECT r.site, coalesce((SELECT p.run_id FROM v_run AS p WHERE p.run_id IN {newest} AND p.kind = 'plan'"
      " AND p.site = r.site), '') AS run_id, coalesce((SELECT p.started_at FROM v_run AS p WHERE p.run_id IN {newest}"
      " AND p.kind = 'plan' AND p.site = r.site), '') AS started_at"
      " FROM (SELECT DISTINCT site FROM v_run WHERE run_id IN {newest}) AS r ORDER BY r.site";
  std::vector<Planned> sites;
  Rows shown = document.ask(kSites);
  Rows real = document.ask_unredacted(kSites);
  while (shown.next() && real.next()) {
    Planned& planned = sites.emplace_back();
    planned.site = real.text("site");
    planned.page.site = shown.text("site");
    planned.page.plan_run_id = shown.text("run_id");
    planned.page.planned_at = shown.text("started_at");
  }
  return sites;
}

}  // namespace

std::vector<OnePage> one_pages(const Document& document) {
  std::vector<OnePage> pages;
  for (Planned& planned : sites_of(document)) {
    OnePage& page = planned.page;
    if (page.plan_run_id.empty()) {
      page.verdict = "No plan yet: which hops break is not worked out ('ucready plan' does).";
    } else {
      tell_plan(document, page);
    }
    tell_renewals(document, planned.site, page);
    tell_gaps(document, planned.site, page);
    pages.push_back(std::move(page));
  }
  return pages;
}

}  // namespace ucready::report
