#include "upgrade/forecast/states.h"

#include <fmt/format.h>

#include <algorithm>

namespace ucready::forecast {
namespace {

std::vector<std::string> split(const std::string& list) {
  std::vector<std::string> items;
  for (std::size_t from = 0; from < list.size();) {
    const std::size_t comma = std::min(list.find(',', from), list.size());
    if (comma > from) items.push_back(list.substr(from, comma - from));
    from = comma + 1;
  }
  return items;
}

std::vector<std::string> stops_of(const Estate& estate, const std::string& cluster) {
  std::vector<std::string> stops = split(estate.fact({cluster, "", "", 0}, "via").value);
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
  Walk(const Estate& estate, Course& course) : estate_(estate), course_(course) {
    for (const db::OrderStep& step : estate.rows().order) left_[step.cluster] += step.kind == "upgrade" ? 1 : 0;
  }

  void take(const db::OrderStep& step) {
    while (static_cast<int>(course_.waves.size()) < step.wave) course_.waves.emplace_back();
    Wave& wave = course_.waves[static_cast<std::size_t>(step.wave - 1)];
    if (!step.date.empty()) wave.date = step.date;
    std::vector<State>& states = course_.states[step.cluster];
    const int before = static_cast<int>(states.size()) - 1;
    if (step.kind == "upgrade") {
      upgrade(step.cluster, states);
    } else {
      states.push_back(changed(states.back(), step.setting, step.value));
    }
    const int after = static_cast<int>(states.size()) - 1;
    if (after == before) return;
    const auto again = std::ranges::find(wave.moves, step.cluster, &Move::cluster);
    if (again != wave.moves.end()) {
      again->after = after;
    } else {
      wave.moves.push_back({step.cluster, before, after});
    }
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

  const Estate& estate_;
  Course& course_;
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

Result<Course> course_of(const Estate& estate, const std::vector<Supposition>& suppositions,
                         std::vector<std::string>& notes) {
  Course course;
  for (const std::string& cluster : estate.clusters()) add_end(estate, cluster, course.states);
  for (const db::DeclaredHop& hop : estate.rows().hops) {
    add_end(estate, hop.client, course.states);
    add_end(estate, hop.server, course.states);
  }
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
