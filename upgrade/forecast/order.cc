#include "upgrade/forecast/order.h"

#include <algorithm>
#include <queue>
#include <set>

namespace ucready::forecast {
namespace {

// Steps are numbered through: step s of cluster c, that leads to state s + 1, is first_step[c] + s.
using Step = std::size_t;

struct Precedence {
  Step earlier;  // Or in the same wave.
  Step later;
};

class Steps {
 public:
  explicit Steps(const std::vector<OrderCluster>& clusters) {
    for (std::size_t c = 0; c < clusters.size(); ++c) {
      first_.push_back(cluster_.size());
      for (int state = 1; state <= clusters[c].last_state; ++state) {
        cluster_.push_back(c);
        to_state_.push_back(state);
        rank_.push_back(clusters[c].rank);
      }
    }
  }
  [[nodiscard]] std::size_t count() const { return cluster_.size(); }
  [[nodiscard]] Step into(std::size_t cluster, int state) const {
    return first_[cluster] + static_cast<std::size_t>(state - 1);
  }
  [[nodiscard]] std::size_t cluster(Step step) const { return cluster_[step]; }
  [[nodiscard]] int to_state(Step step) const { return to_state_[step]; }
  [[nodiscard]] int rank(Step step) const { return rank_[step]; }

 private:
  std::vector<std::size_t> first_;
  std::vector<std::size_t> cluster_;
  std::vector<int> to_state_;
  std::vector<int> rank_;
};

// Groups of steps that demand each other, by Tarjan's algorithm without recursion; groups come in reverse of
// precedence.
std::vector<std::vector<Step>> strong_groups(std::size_t count, const std::vector<std::vector<Step>>& followers) {
  constexpr std::size_t kNone = static_cast<std::size_t>(-1);
  std::vector<std::size_t> index(count, kNone);
  std::vector<std::size_t> low(count, 0);
  std::vector<bool> open(count, false);
  std::vector<Step> stack;
  std::vector<std::vector<Step>> groups;
  std::size_t next_index = 0;
  struct Frame {
    Step step;
    std::size_t edge;
  };
  for (Step root = 0; root < count; ++root) {
    if (index[root] != kNone) continue;
    std::vector<Frame> frames = {{root, 0}};
    while (!frames.empty()) {
      auto& [step, edge] = frames.back();
      if (edge == 0) {
        index[step] = low[step] = next_index++;
        stack.push_back(step);
        open[step] = true;
      }
      if (edge < followers[step].size()) {
        const Step to = followers[step][edge++];
        if (index[to] == kNone) {
          frames.push_back({to, 0});
        } else if (open[to]) {
          low[step] = std::min(low[step], index[to]);
        }
        continue;
      }
      const Step done = step;
      frames.pop_back();
      if (!frames.empty()) low[frames.back().step] = std::min(low[frames.back().step], low[done]);
      if (low[done] != index[done]) continue;
      groups.emplace_back();
      for (Step member = kNone; member != done;) {
        member = stack.back();
        stack.pop_back();
        open[member] = false;
        groups.back().push_back(member);
      }
    }
  }
  return groups;
}

// Waves by precedence: the group with the lowest rank among those that may go.
std::vector<std::vector<Step>> sort_groups(const Steps& steps, const std::vector<std::vector<Step>>& groups,
                                           const std::vector<std::vector<Step>>& followers) {
  std::vector<std::size_t> group_of(steps.count());
  std::vector<int> rank(groups.size(), 0);
  for (std::size_t g = 0; g < groups.size(); ++g) {
    rank[g] = steps.rank(groups[g].front());
    for (const Step step : groups[g]) {
      group_of[step] = g;
      rank[g] = std::max(rank[g], steps.rank(step));
    }
  }
  std::vector<std::set<std::size_t>> after(groups.size());
  std::vector<std::size_t> waits(groups.size(), 0);
  for (Step step = 0; step < steps.count(); ++step) {
    for (const Step to : followers[step]) {
      if (group_of[step] != group_of[to] && after[group_of[step]].insert(group_of[to]).second) ++waits[group_of[to]];
    }
  }
  const auto later = [&](std::size_t a, std::size_t b) {
    return std::pair(rank[a], groups[a].back()) > std::pair(rank[b], groups[b].back());
  };
  std::priority_queue<std::size_t, std::vector<std::size_t>, decltype(later)> ready(later);
  for (std::size_t g = 0; g < groups.size(); ++g) {
    if (waits[g] == 0) ready.push(g);
  }
  std::vector<std::vector<Step>> waves;
  while (!ready.empty()) {
    const std::size_t g = ready.top();
    ready.pop();
    waves.push_back(groups[g]);
    for (const std::size_t to : after[g]) {
      if (--waits[to] == 0) ready.push(to);
    }
  }
  return waves;
}

// The pairs that stand together after some wave of the order.
std::vector<ForbiddenPair> met(const Steps& steps, const std::vector<std::vector<Step>>& waves,
                               const std::vector<OrderCluster>& clusters, const std::vector<ForbiddenPair>& forbidden) {
  // The wave after which a cluster is in a state; state 0 from the start, and each until the next.
  std::vector<std::vector<int>> entered(clusters.size());
  for (std::size_t c = 0; c < clusters.size(); ++c)
    entered[c].assign(static_cast<std::size_t>(clusters[c].last_state) + 2, 0);
  const int end = static_cast<int>(waves.size()) + 1;
  for (auto& of : entered) of.back() = end;
  for (std::size_t w = 0; w < waves.size(); ++w) {
    for (const Step step : waves[w])
      entered[steps.cluster(step)][static_cast<std::size_t>(steps.to_state(step))] = static_cast<int>(w) + 1;
  }
  std::vector<ForbiddenPair> found;
  for (const ForbiddenPair& pair : forbidden) {
    const auto from = [&](std::size_t c, int state) { return entered[c][static_cast<std::size_t>(state)]; };
    const int start = std::max(from(pair.first, pair.first_state), from(pair.second, pair.second_state));
    const int stop = std::min(from(pair.first, pair.first_state + 1), from(pair.second, pair.second_state + 1));
    if (start < stop) found.push_back(pair);
  }
  return found;
}

// The ways out of a forbidden pair: one leaves before the other comes, or one passes that state inside a wave.
std::vector<Precedence> ways_out(const ForbiddenPair& pair, const Steps& steps,
                                 const std::vector<OrderCluster>& clusters) {
  std::vector<Precedence> ways;
  const auto leave_before = [&](std::size_t leaver, int state, std::size_t comer, int coming) {
    if (state < clusters[leaver].last_state && coming > 0)
      ways.push_back({steps.into(leaver, state + 1), steps.into(comer, coming)});
  };
  leave_before(pair.first, pair.first_state, pair.second, pair.second_state);
  leave_before(pair.second, pair.second_state, pair.first, pair.first_state);
  const auto pass = [&](std::size_t cluster, int state) {
    if (state > 0 && state < clusters[cluster].last_state)
      ways.push_back({steps.into(cluster, state + 1), steps.into(cluster, state)});
  };
  pass(pair.first, pair.first_state);
  pass(pair.second, pair.second_state);
  return ways;
}

class Search {
 public:
  Search(const std::vector<OrderCluster>& clusters, const std::vector<ForbiddenPair>& forbidden, std::size_t most_tries)
      : clusters_(clusters), forbidden_(forbidden), steps_(clusters), tries_(most_tries) {
    for (Step step = 1; step < steps_.count(); ++step) {
      if (steps_.cluster(step) == steps_.cluster(step - 1)) fixed_.push_back({step - 1, step});
    }
    for (const ForbiddenPair& pair : forbidden_) {
      const auto ways = ways_out(pair, steps_, clusters_);
      if (ways.size() == 1) fixed_.push_back(ways.front());
      if (ways.size() < 2) continue;
      // Beyond these the first way is taken and not questioned.
      constexpr std::size_t kMostChoices = 512;
      choices_.size() < kMostChoices ? choices_.push_back(ways) : fixed_.push_back(ways[0]);
    }
  }

  FoundOrder run() {
    choose(0);
    return best_;
  }

 private:
  // Takes one way after the other; stops at an order that could not be finer.
  bool choose(std::size_t at) {
    if (at == choices_.size()) return try_out();
    for (const Precedence& way : choices_[at]) {
      taken_.push_back(way);
      const bool done = choose(at + 1);
      taken_.pop_back();
      if (done) return true;
      if (tries_ == 0) return true;
    }
    return false;
  }

  bool try_out() {
    if (tries_ > 0) --tries_;
    std::vector<std::vector<Step>> followers(steps_.count());
    for (const auto* const edges : {&fixed_, &taken_}) {
      for (const Precedence& edge : *edges) followers[edge.earlier].push_back(edge.later);
    }
    const auto waves = sort_groups(steps_, strong_groups(steps_.count(), followers), followers);
    auto met_pairs = met(steps_, waves, clusters_, forbidden_);
    const auto hopeless = static_cast<std::size_t>(std::ranges::count_if(
        met_pairs, [&](const ForbiddenPair& pair) { return ways_out(pair, steps_, clusters_).empty(); }));
    if (!found_ || met_pairs.size() < best_.unavoidable.size() ||
        (met_pairs.size() == best_.unavoidable.size() && waves.size() > best_.waves.size())) {
      found_ = true;
      best_.waves.clear();
      for (const auto& wave : waves) {
        auto& steps = best_.waves.emplace_back();
        for (const Step step : wave) steps.push_back({steps_.cluster(step), steps_.to_state(step)});
        std::ranges::sort(steps, {}, [](const OrderStep& step) { return std::pair(step.cluster, step.to_state); });
      }
      best_.unavoidable = std::move(met_pairs);
    }
    return best_.unavoidable.size() == hopeless && best_.waves.size() == steps_.count();
  }

  const std::vector<OrderCluster>& clusters_;
  const std::vector<ForbiddenPair>& forbidden_;
  Steps steps_;
  std::vector<Precedence> fixed_;
  std::vector<std::vector<Precedence>> choices_;
  std::vector<Precedence> taken_;
  FoundOrder best_;
  bool found_ = false;
  std::size_t tries_;
};

}  // namespace

FoundOrder find_order(const std::vector<OrderCluster>& clusters, const std::vector<ForbiddenPair>& forbidden,
                      std::size_t most_tries) {
  std::vector<ForbiddenPair> pairs = forbidden;
  std::ranges::sort(pairs);
  pairs.erase(std::unique(pairs.begin(), pairs.end()), pairs.end());
  return Search(clusters, pairs, most_tries).run();
}

}  // namespace ucready::forecast
