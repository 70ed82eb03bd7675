#include "upgrade/forecast/states.h"

#include <fmt/format.h>

#include <algorithm>

#include "upgrade/forecast/ageing.h"

namespace ucready::forecast {
namespace {

std::vector<std::string> stops_of(const Estate& estate, const std::string& cluster) {
  std::vector<std::string> stops = split_list(estate.fact({cluster, "", "", 0}, "via").value);
  if (const Known target = estate.fact({cluster, "", "", 0}, "target")) stops.push_back(target.value);
  return stops;
}

State upgraded(const State& from, const std::string& release) {
  State to = from;
  to.path.push_back(from.release);
  to.release = release;
  to.step = "upgrade to " + release;
  to.upgraded = true;
  return to;
}

State changed(const State& from, const std::string& setting, const std::string& value) {
  State to = from;
  to.changes[setting] = value;
  to.step = setting + " = " + value;
  return to;
}

// Follows an order, wave by wave.
class Walk {
 public:
  Walk(const Estate& estate, Course& course) : estate_(estate), course_(course), ageing_(ageing_days(estate)) {
    for (const db::OrderStep& step : estate.rows().order) left_[step.cluster] += step.kind == "upgrade" ? 1 : 0;
  }

  void take(const db::OrderStep& step) {
    while (static_cast<int>(course_.waves.size()) < step.wave) {
      close_wave();
      course_.waves.emplace_back();
    }
    if (!step.date.empty()) course_.waves.back().date = step.date;
    std::vector<State>& states = course_.states[step.cluster];
    const int before = static_cast<int>(states.size()) - 1;
    if (step.kind == "upgrade") {
      upgrade(step.cluster, states);
    } else {
      states.push_back(changed(states.back(), step.setting, step.value));
    }
    move(step.cluster, before);
  }

  // What is dated is judged on that day; a cluster that stays grows older all the same.
  void close_wave() {
    if (course_.waves.empty() || course_.waves.back().date.empty()) return;
    Wave& wave = course_.waves.back();
    for (const Move& moved : wave.moves) {
      auto& states = course_.states[moved.cluster];
      for (int at = moved.before + 1; at <= moved.after; ++at) states[static_cast<std::size_t>(at)].day = wave.date;
    }
    for (const auto& [cluster, days] : ageing_) {
      const auto passed = [&](const AgeingDay& ageing) { return ageing.day > closed_ && ageing.day <= wave.date; };
      const auto first = std::ranges::find_if(days, passed);
      const bool moved = std::ranges::find(wave.moves, cluster, &Move::cluster) != wave.moves.end();
      auto& states = course_.states[cluster];
      if (first == days.end() || moved || states.empty()) continue;
      State older = states.back();
      older.day = wave.date;
      older.step = first->what;
      states.push_back(std::move(older));
      move(cluster, static_cast<int>(states.size()) - 2);
    }
    closed_ = wave.date;
  }

 private:
  // One stop each time the order names the cluster; the last time, all that are left.
  void upgrade(const std::string& cluster, std::vector<State>& states) {
    const std::vector<std::string> stops = stops_of(estate_, cluster);
    std::size_t& done = done_[cluster];
    const bool last = --left_[cluster] == 0;
    do {
      if (done < stops.size()) states.push_back(upgraded(states.back(), stops[done++]));
    } while (last && done < stops.size());
  }

  // From `before` to the state it has now.
  void move(const std::string& cluster, int before) {
    std::vector<Move>& moves = course_.waves.back().moves;
    const int after = static_cast<int>(course_.states[cluster].size()) - 1;
    if (after == before) return;
    const auto again = std::ranges::find(moves, cluster, &Move::cluster);
    if (again != moves.end()) {
      again->after = after;
    } else {
      moves.push_back({cluster, before, after});
    }
  }

  const Estate& estate_;
  Course& course_;
  std::map<std::string, std::vector<AgeingDay>> ageing_;
  std::string closed_;  // Date of the last wave that had one.
  std::map<std::string, int> left_;
  std::map<std::string, std::size_t> done_;
};

void add_end(const Estate& estate, const std::string& cluster, States& states) {
  auto& of = states[cluster];
  if (!of.empty()) return;
  State today;
  today.release = estate.fact({cluster, "", "", 0}, "release").value;
  of.push_back(std::move(today));
}

}  // namespace

States states_today(const Estate& estate) {
  States states;
  for (const std::string& cluster : estate.clusters()) add_end(estate, cluster, states);
  for (const db::DeclaredHop& hop : estate.rows().hops) {
    add_end(estate, hop.client, states);
    add_end(estate, hop.server, states);
  }
  return states;
}

Result<Course> course_of(const Estate& estate, const std::vector<Supposition>& suppositions,
                         std::vector<std::string>& notes) {
  Course course;
  course.states = states_today(estate);
  for (const Supposition& set : suppositions) {
    if (estate.product(set.cluster) == nullptr) {
      return fail(ErrorCode::invalid_input,
                  fmt::format("--set {}.{}: no cluster of that name; name one as the site file does", set.cluster,
                              set.setting));
    }
    course.states[set.cluster].front().changes[set.setting] = set.value;
  }
  const auto& order = estate.rows().order;
  course.given = !order.empty();
  Walk walk(estate, course);
  for (const db::OrderStep& step : order) walk.take(step);
  walk.close_wave();
  for (const std::string& cluster : estate.clusters()) {
    const std::vector<std::string> stops = stops_of(estate, cluster);
    auto& states = course.states[cluster];
    if (stops.empty()) continue;
    if (!course.given) {
      for (const std::string& stop : stops) states.push_back(upgraded(states.back(), stop));
    } else if (!states.back().upgraded) {
      notes.push_back(
          fmt::format("{} has a target, and the order leaves it out: it is forecast as it is today", cluster));
    }
  }
  return course;
}

}  // namespace ucready::forecast
