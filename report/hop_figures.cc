#include "report/hop_figures.h"

#include <algorithm>

namespace ucready::report {
namespace {

std::int64_t number(const Rows& rows, const char* column) { return rows.integer(column).value_or(0); }

WaveFigures* find(std::vector<WaveFigures>& waves, std::int64_t wave) {
  const auto found = std::ranges::find(waves, wave, &WaveFigures::wave);
  return found == waves.end() ? nullptr : &*found;
}

void tell_waves(const RowSource& rows, const std::string& run_id, std::vector<WaveFigures>& waves) {
  Rows told = rows("SELECT wave, date FROM forecast_wave WHERE run_id = ? ORDER BY wave", {run_id});
  while (told.next()) waves.push_back({.wave = number(told, "wave"), .date = told.text("date")});
}

void count(HopFigures& hops, const std::string& outcome, const std::string& grade, std::int64_t pairs) {
  if (outcome == "breaks") {
    hops.breaks += pairs;
  } else if (outcome == "unknown") {
    hops.unknown += pairs;
  } else {
    (grade == "proven" ? hops.proven : grade == "robust" ? hops.robust : hops.derived) += pairs;
  }
}

// A hop of one kind has one row for each pair of states, and stands in it for a span of waves.
void count_hops(const RowSource& rows, const std::string& run_id, std::vector<WaveFigures>& waves) {
  Rows spans = rows(
      "SELECT first_wave, last_wave, outcome, grade, sum(pairs) AS pairs FROM v_forecast_link WHERE run_id = ?"
      " GROUP BY 1, 2, 3, 4",
      {run_id});
  while (spans.next()) {
    for (WaveFigures& wave : waves) {
      if (wave.wave < number(spans, "first_wave") || wave.wave > number(spans, "last_wave")) continue;
      count(wave.hops, spans.text("outcome"), spans.text("grade"), number(spans, "pairs"));
    }
  }
}

void tell_moves(const RowSource& rows, const std::string& run_id, std::vector<WaveFigures>& waves) {
  Rows moves = rows(
      "SELECT m.wave, m.cluster, coalesce(f.change, '?') AS change FROM forecast_move AS m JOIN forecast_state AS f"
      " ON f.run_id = m.run_id AND f.cluster = m.cluster AND f.state = m.state_after WHERE m.run_id = ?"
      " ORDER BY m.wave, m.cluster",
      {run_id});
  while (moves.next()) {
    if (WaveFigures* const wave = find(waves, number(moves, "wave")))
      wave->moves.push_back({moves.text("cluster"), moves.text("change")});
  }
}

void count_mixed(const RowSource& rows, const std::string& run_id, std::vector<WaveFigures>& waves) {
  Rows mixed = rows(
      "WITH moving AS (SELECT l.client, l.server, l.kind, l.pairs, m.wave FROM forecast_move AS m JOIN"
      "   forecast_link AS l ON l.run_id = m.run_id AND (l.client = m.cluster OR l.server = m.cluster) WHERE"
      "   m.run_id = ?1 GROUP BY l.client, l.client_service, l.server, l.port, l.protocol, l.kind, m.wave)"
      " SELECT v.wave, sum(v.pairs) AS n FROM moving AS v"
      " JOIN forecast_step AS a ON a.run_id = ?1 AND a.cluster = v.client AND a.wave = v.wave"
      " JOIN forecast_step AS b ON b.run_id = ?1 AND b.cluster = v.server AND b.wave = v.wave"
      " JOIN forecast_cell AS c ON c.run_id = ?1 AND c.kind = v.kind AND c.client_state BETWEEN a.state_before AND"
      "   a.state_after AND c.server_state BETWEEN b.state_before AND b.state_after"
      " WHERE c.outcome = 'breaks' AND NOT (c.client_state = a.state_after AND c.server_state = b.state_after)"
      "   AND NOT (c.client_state = a.state_before AND c.server_state = b.state_before) GROUP BY v.wave",
      {run_id});
  while (mixed.next()) {
    if (WaveFigures* const wave = find(waves, number(mixed, "wave"))) wave->mixed_breaks = number(mixed, "n");
  }
}

}  // namespace

std::vector<WaveFigures> wave_figures(const RowSource& rows, const std::string& plan_run_id) {
  std::vector<WaveFigures> waves;
  tell_waves(rows, plan_run_id, waves);
  count_hops(rows, plan_run_id, waves);
  tell_moves(rows, plan_run_id, waves);
  count_mixed(rows, plan_run_id, waves);
  return waves;
}

std::int64_t breaks_later(const RowSource& rows, const std::string& plan_run_id) {
  Rows later = rows(
      "SELECT sum(pairs) AS n FROM (SELECT min(first_wave) AS first, pairs FROM v_forecast_link WHERE run_id = ?"
      " AND outcome = 'breaks' GROUP BY client, client_service, server, port, protocol, kind) WHERE first > 0",
      {plan_run_id});
  return later.next() ? number(later, "n") : 0;
}

}  // namespace ucready::report
