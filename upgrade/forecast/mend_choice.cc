#include "upgrade/forecast/mend_choice.h"

#include <algorithm>
#include <cstdint>
#include <map>
#include <numeric>

namespace ucready::forecast {
namespace {

struct Cost {
  std::size_t left = 0;  // Hops not saved.
  std::int64_t impact = 0;
  std::size_t mends = 0;

  auto operator<=>(const Cost&) const = default;
};

// Groups of hops that share mends, directly or through others.
std::vector<std::vector<const SavedHops*>> parts_of(const MendProblem& problem, const std::vector<SavedHops>& hops) {
  std::vector<std::size_t> leader(problem.impacts.size());
  std::iota(leader.begin(), leader.end(), std::size_t{0});
  const auto find = [&](std::size_t at) {
    while (leader[at] != at) at = leader[at] = leader[leader[at]];
    return at;
  };
  const auto join = [&](const Way& way, std::size_t with) {
    for (const std::size_t mend : way) leader[find(mend)] = find(with);
  };
  for (const SavedHops& group : hops) {
    for (const Way& way : group.ways) join(way, group.ways.front().front());
  }
  for (const Way& set : problem.together) join(set, set.front());
  std::map<std::size_t, std::vector<const SavedHops*>> parts;
  for (const SavedHops& group : hops) parts[find(group.ways.front().front())].push_back(&group);
  std::vector<std::vector<const SavedHops*>> all;
  for (auto& [first, part] : parts) all.push_back(std::move(part));
  return all;
}

// Takes group by group a way, or leaves it; what costs at least as much as the best so far is not followed.
class Search {
 public:
  Search(const MendProblem& problem, std::vector<const SavedHops*> part, std::size_t most_tries)
      : problem_(problem), part_(std::move(part)), tries_left_(most_tries), taken_(problem.impacts.size(), 0) {
    std::ranges::stable_sort(part_, [](const SavedHops* a, const SavedHops* b) {
      return std::pair(a->ways.size(), b->hops) < std::pair(b->ways.size(), a->hops);
    });
  }

  // The cheapest ways first: the first descent is the greedy answer.
  std::vector<std::size_t> best() {
    follow(0, {});
    return best_set_;
  }

 private:
  [[nodiscard]] bool is_whole(const Way& way) const {
    return std::ranges::all_of(way, [&](std::size_t mend) { return taken_[mend] > 0; });
  }
  [[nodiscard]] Cost with(const Way& way, Cost cost) const {
    for (const std::size_t mend : way) {
      if (taken_[mend] > 0) continue;
      cost.impact += problem_.impacts[mend];
      ++cost.mends;
    }
    return cost;
  }
  [[nodiscard]] bool breaks_together() const {
    return std::ranges::any_of(problem_.together, [&](const Way& set) { return is_whole(set); });
  }

  void follow(std::size_t at, Cost cost) {
    if (has_best_ && cost >= best_cost_) return;
    while (at < part_.size() && std::ranges::any_of(part_[at]->ways, [&](const Way& way) { return is_whole(way); }))
      ++at;
    if (at == part_.size()) {
      has_best_ = true;
      best_cost_ = cost;
      best_set_.clear();
      for (std::size_t mend = 0; mend < taken_.size(); ++mend) {
        if (taken_[mend] > 0) best_set_.push_back(mend);
      }
      return;
    }
    if (has_best_ && tries_left_ == 0) return;
    if (tries_left_ > 0) --tries_left_;
    std::vector<std::pair<Cost, const Way*>> ways;
    for (const Way& way : part_[at]->ways) ways.emplace_back(with(way, cost), &way);
    std::ranges::sort(ways, {}, [](const auto& way) { return std::pair(way.first, *way.second); });
    for (const auto& [price, way] : ways) {
      for (const std::size_t mend : *way) ++taken_[mend];
      if (!breaks_together()) follow(at + 1, price);
      for (const std::size_t mend : *way) --taken_[mend];
    }
    cost.left += part_[at]->hops;
    follow(at + 1, cost);
  }

  const MendProblem& problem_;
  std::vector<const SavedHops*> part_;
  std::size_t tries_left_;
  std::vector<int> taken_;
  bool has_best_ = false;
  Cost best_cost_;
  std::vector<std::size_t> best_set_;
};

}  // namespace

std::vector<std::size_t> cheapest_mends(const MendProblem& problem, std::size_t most_tries) {
  std::vector<SavedHops> hops;
  for (SavedHops group : problem.hops) {
    std::erase_if(group.ways, [&](const Way& way) {
      return way.empty() || std::ranges::any_of(way, [&](std::size_t mend) { return problem.breaks[mend]; });
    });
    if (!group.ways.empty()) hops.push_back(std::move(group));
  }
  std::vector<std::size_t> chosen;
  for (auto& part : parts_of(problem, hops)) {
    const auto best = Search(problem, std::move(part), most_tries).best();
    chosen.insert(chosen.end(), best.begin(), best.end());
  }
  std::ranges::sort(chosen);
  return chosen;
}

}  // namespace ucready::forecast
