#include "upgrade/forecast/plan.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/printable.h"
#include "upgrade/forecast/order.h"

namespace ucready::forecast {
namespace {

using db::ForecastCell;
using db::HopOutcome;

// Edge, then emergency and voice mail, then call control, then presence; E before C (white paper, use case 2; XUP;
// CMP).
int recommended_rank(const upgrade::Product* product) {
  constexpr std::pair<std::string_view, int> kRanks[] = {
      {"expressway-e", 0}, {"expressway-c", 1}, {"cube", 2}, {"ios-gateway", 2}, {"cms", 3},
      {"pcd", 4},          {"cer", 4},          {"cuc", 4},  {"cucm", 5},        {"imp", 6}};
  for (const auto& [id, rank] : kRanks) {
    if (product != nullptr && product->id == id) return rank;
  }
  return 7;
}

// A hop that is broken before the first step is no matter of order.
std::vector<ForbiddenPair> forbidden_pairs(const std::vector<Hop>& hops, const std::vector<ForecastCell>& cells,
                                           const std::map<std::string, std::size_t>& number) {
  std::map<std::size_t, bool> broken_today;
  for (const ForecastCell& cell : cells) {
    if (cell.client_state == 0 && cell.server_state == 0) broken_today[cell.hop] = cell.outcome == HopOutcome::breaks;
  }
  std::vector<ForbiddenPair> pairs;
  for (const ForecastCell& cell : cells) {
    const Hop& hop = hops[cell.hop];
    if (cell.outcome != HopOutcome::breaks || broken_today[cell.hop] || hop.client == hop.server) continue;
    pairs.push_back({number.at(hop.client), cell.client_state, number.at(hop.server), cell.server_state});
  }
  return pairs;
}

std::vector<Wave> computed_waves(const Estate& estate, const Course& course, const std::vector<Hop>& hops,
                                 const std::vector<ForecastCell>& cells, std::vector<std::string>& notes) {
  std::vector<std::string> names;
  std::vector<OrderCluster> clusters;
  std::map<std::string, std::size_t> number;
  for (const auto& [name, states] : course.states) {
    number[name] = names.size();
    names.push_back(name);
    clusters.push_back({static_cast<int>(states.size()) - 1, recommended_rank(estate.product(name))});
  }
  const FoundOrder found = find_order(clusters, forbidden_pairs(hops, cells, number));
  std::vector<Wave> waves;
  for (const auto& steps : found.waves) {
    Wave& wave = waves.emplace_back();
    for (const OrderStep& step : steps) {
      const auto again = std::ranges::find(wave.moves, names[step.cluster], &Move::cluster);
      if (again == wave.moves.end()) {
        wave.moves.push_back({names[step.cluster], step.to_state - 1, step.to_state});
      } else {
        again->after = std::max(again->after, step.to_state);
      }
    }
  }
  for (const ForbiddenPair& pair : found.unavoidable) {
    const auto state = [&](std::size_t cluster, int at) {
      const std::string& release = course.states.at(names[cluster])[static_cast<std::size_t>(at)].release;
      return fmt::format("{} at {}", printable(names[cluster]),
                         release.empty() ? "an unknown release" : printable(release));
    };
    notes.push_back(fmt::format("no order avoids {} with {}, between which a hop breaks: mend it first",
                                state(pair.first, pair.first_state), state(pair.second, pair.second_state)));
  }
  return waves;
}

std::vector<db::ForecastStep> steps_of(const Course& course) {
  std::vector<db::ForecastStep> steps;
  std::map<std::string, int> at;
  for (const auto& [cluster, states] : course.states) {
    at[cluster] = 0;
    steps.push_back({0, cluster, 0, 0});
  }
  for (std::size_t w = 0; w < course.waves.size(); ++w) {
    std::map<std::string, const Move*> moves;
    for (const Move& move : course.waves[w].moves) moves[move.cluster] = &move;
    for (auto& [cluster, state] : at) {
      const auto move = moves.find(cluster);
      const int before = state;
      if (move != moves.end()) state = move->second->after;
      steps.push_back({static_cast<int>(w) + 1, cluster, before, state});
    }
  }
  return steps;
}

db::ForecastHop row_of(const Hop& hop) {
  return {hop.client,  hop.client_node, hop.client_service, hop.server, hop.server_node,
          hop.address, hop.port,        hop.protocol,       hop.dormant};
}

}  // namespace

Result<Plan> make_plan(Estate& estate, const std::vector<Supposition>& suppositions,
                       const std::function<void(std::size_t, std::size_t)>& progress) {
  Plan plan;
  auto course = course_of(estate, suppositions, plan.notes);
  if (!course) return tl::unexpected<Error>(course.error());
  plan.course = std::move(*course);
  const std::vector<Hop> hops = hops_between_nodes(estate, plan.without_tls);
  plan.rows.cells = forecast_cells(estate, plan.course.states, hops, [&](std::size_t done) {
    if (progress) progress(done, hops.size());
  });
  if (!plan.course.given) plan.course.waves = computed_waves(estate, plan.course, hops, plan.rows.cells, plan.notes);
  plan.rows.steps = steps_of(plan.course);
  for (const Hop& hop : hops) plan.rows.hops.push_back(row_of(hop));
  for (const auto& [cluster, states] : plan.course.states) {
    for (std::size_t i = 0; i < states.size(); ++i) {
      plan.rows.states.push_back({cluster, static_cast<int>(i), states[i].release, states[i].step});
    }
  }
  plan.rows.mends = find_mends(estate, {plan.course.states, plan.rows.steps, hops, plan.rows.cells});
  return plan;
}

}  // namespace ucready::forecast
