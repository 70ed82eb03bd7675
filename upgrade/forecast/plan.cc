#include "upgrade/forecast/plan.h"

#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <set>

#include "core/printable.h"
#include "upgrade/forecast/evidence.h"
#include "upgrade/forecast/minimum.h"
#include "upgrade/forecast/order.h"

namespace ucready::forecast {
namespace {

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
std::vector<ForbiddenPair> forbidden_pairs(const Course& course, const Hops& hops, const Cells& cells,
                                           const std::map<std::string, std::size_t>& number) {
  std::set<std::tuple<const std::string*, const std::string*, std::uint32_t>> met;
  std::vector<ForbiddenPair> pairs;
  for (std::size_t at = 0; at < hops.size(); ++at) {
    const db::DeclaredHop& hop = hops.declared(at);
    const auto client = number.find(hop.client);
    const auto server = number.find(hop.server);
    if (client == server || !met.emplace(&client->first, &server->first, cells.kinds.of_hop[at]).second) continue;
    if (cells.at(at, 0, 0).outcome == HopOutcome::breaks) continue;
    const int clients = static_cast<int>(course.states.find(hop.client)->second.size());
    const int servers = static_cast<int>(course.states.find(hop.server)->second.size());
    for (int i = 0; i < clients; ++i) {
      for (int j = 0; j < servers; ++j) {
        if (cells.at(at, i, j).outcome == HopOutcome::breaks) pairs.push_back({client->second, i, server->second, j});
      }
    }
  }
  return pairs;
}

std::vector<Wave> computed_waves(const Estate& estate, const Course& course, const Hops& hops, const Cells& cells,
                                 std::vector<std::string>& notes) {
  std::vector<std::string> names;
  std::vector<OrderCluster> clusters;
  std::map<std::string, std::size_t> number;
  for (const auto& [name, states] : course.states) {
    number[name] = names.size();
    names.push_back(name);
    clusters.push_back({static_cast<int>(states.size()) - 1, recommended_rank(estate.product(name))});
  }
  const FoundOrder found = find_order(clusters, forbidden_pairs(course, hops, cells, number));
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

std::vector<db::ForecastWave> rows_of(const std::vector<Wave>& waves) {
  std::vector<db::ForecastWave> rows(1);
  for (const Wave& wave : waves) {
    db::ForecastWave& row = rows.emplace_back();
    row.date = wave.date;
    const int number = static_cast<int>(rows.size()) - 1;
    for (const Move& move : wave.moves) row.moves.push_back({number, move.cluster, move.before, move.after});
  }
  return rows;
}

}  // namespace

Result<Plan> make_plan(Estate& estate, const std::vector<Supposition>& suppositions,
                       const std::function<void(std::size_t, std::size_t)>& progress) {
  Plan plan;
  auto course = course_of(estate, suppositions, plan.notes);
  if (!course) return tl::unexpected<Error>(course.error());
  plan.course = std::move(*course);
  const auto hops = std::make_shared<const Hops>(estate);
  plan.without_tls = hops->without_tls();
  Cells cells = forecast_cells(estate, plan.course.states, *hops, progress);
  if (!plan.course.given) plan.course.waves = computed_waves(estate, plan.course, *hops, cells, plan.notes);
  plan.rows.waves = rows_of(plan.course.waves);
  for (const auto& [cluster, states] : plan.course.states) {
    for (std::size_t i = 0; i < states.size(); ++i) {
      plan.rows.states.push_back({cluster, static_cast<int>(i), states[i].release, states[i].step});
    }
  }
  const CourseOfHops whole{plan.course.states, plan.rows.waves, *hops, cells};
  plan.rows.mends = find_mends(estate, whole);
  plan.rows.minimums = find_minimums(estate, whole);
  plan.rows.evidence = find_evidence(estate, whole);
  plan.rows.hops = hops->size();
  plan.rows.hop = [hops](std::size_t at) { return (*hops)[at]; };
  plan.rows.kinds = std::move(cells.kinds.of_hop);
  plan.rows.cells = std::move(cells.all);
  plan.rows.without_tls = plan.without_tls;
  plan.rows.notes = plan.notes;
  return plan;
}

}  // namespace ucready::forecast
