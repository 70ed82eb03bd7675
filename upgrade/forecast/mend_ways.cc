#include "upgrade/forecast/mend_ways.h"

#include <algorithm>
#include <map>
#include <set>
#include <unordered_map>

#include "upgrade/forecast/mend_calls.h"

namespace ucready::forecast {
namespace {

constexpr std::size_t kMostCandidates = 1000;
constexpr std::size_t kMostTogether = 4;         // Changes of one way.
constexpr std::size_t kMostWays = 24;            // Of one kind of hop.
constexpr std::size_t kMostCells = 600;          // Forecast for one kind of hop,
constexpr std::size_t kMostCellsInAll = 60'000;  // and for all; then changes are tried alone.

using Stands = std::vector<CourseWalk::Stand>;

// All the ways of one hop, found by mending what ails first, then what ails after that.
class WaysOfHop {
 public:
  WaysOfHop(ChangedSite& site, const Hop& hop, const Stands& stands, std::size_t most_cells)
      : site_(site), hop_(hop), stands_(stands), cells_left_(most_cells) {}

  std::vector<std::vector<Change>> find() {
    for (std::size_t most = 1; most <= kMostTogether && (most == 1 || unfinished_); ++most) {
      unfinished_ = false;
      most_ = most;
      follow();
      if (cells_left_ == 0) break;
    }
    return std::move(ways_);
  }
  [[nodiscard]] std::size_t cells_left() const { return cells_left_; }

 private:
  db::ForecastCell cell(const CourseWalk::Stand& stand) {
    if (cells_left_ > 0) --cells_left_;
    return site_.cell(hop_, stand.client_state, stand.server_state);
  }

  void follow() {
    for (const CourseWalk::Stand& stand : stands_) {
      const db::ForecastCell now = cell(stand);
      if (!ails(now)) continue;
      if (made_.size() == most_) {
        unfinished_ = true;
      } else {
        mend(stand, now);
      }
      return;
    }
    keep();
  }

  void mend(const CourseWalk::Stand& stand, const db::ForecastCell& now) {
    for (const Change& change : calls_of(site_, {hop_, now, stand.client_state, stand.server_state})) {
      if (cells_left_ == 0 || ways_.size() >= kMostWays) return;
      if (std::ranges::any_of(made_, [&](const Change& made) { return made.key() == change.key(); })) continue;
      const auto made = site_.make(change);
      const db::ForecastCell then = cell(stand);
      if (ails(then) && then.reason == now.reason && then.certificate_sha256 == now.certificate_sha256) continue;
      made_.push_back(change);
      follow();
      made_.pop_back();
    }
  }

  // Only those of which no part is a way by itself.
  void keep() {
    if (made_.empty()) return;
    std::set<std::string> keys;
    for (const Change& change : made_) keys.insert(change.key());
    if (std::ranges::any_of(keys_, [&](const auto& way) { return std::ranges::includes(keys, way); })) return;
    keys_.push_back(std::move(keys));
    ways_.push_back(made_);
  }

  ChangedSite& site_;
  const Hop& hop_;
  const Stands& stands_;
  std::size_t cells_left_;
  std::size_t most_ = 1;
  bool unfinished_ = false;
  std::vector<Change> made_;
  std::vector<std::set<std::string>> keys_;
  std::vector<std::vector<Change>> ways_;
};

class Finder {
 public:
  Finder(ChangedSite& site, const CourseOfHops& course, const CourseWalk& walk)
      : site_(site), course_(course), walk_(walk), ways_(course.cells.kinds.examples.size()) {}

  Remedies find() {
    std::map<std::vector<Way>, std::size_t> saved;
    for (std::size_t at = 0; at < course_.hops.size(); ++at) {
      const Ailment& ailment = ailment_of(at);
      if (!ailment.ails) continue;
      auto ways = ways_at(at, ailment);
      if (!ways.empty()) ++saved[std::move(ways)];
    }
    for (auto& [ways, hops] : saved) found_.hops.push_back({ways, hops});
    return std::move(found_);
  }

 private:
  struct Ailment {
    bool ails = false;
    bool at_last = false;
    int first_wave = 0;
    Stands stands;
  };

  const Ailment& ailment_of(std::size_t at) {
    const db::DeclaredHop& declared = course_.hops.declared(at);
    const auto [known, is_new] =
        ailments_.try_emplace({course_.cells.kinds.of_hop[at], &declared.client, &declared.server});
    Ailment& ailment = known->second;
    if (!is_new) return ailment;
    ailment.stands = walk_.of(declared.client, declared.server);
    for (const CourseWalk::Stand& stand : ailment.stands) {
      ailment.at_last = ails(course_.cells.at(at, stand.client_state, stand.server_state));
      if (ailment.at_last && !ailment.ails) ailment.first_wave = stand.wave;
      ailment.ails = ailment.ails || ailment.at_last;
    }
    return ailment;
  }

  std::vector<Way> ways_at(std::size_t at, const Ailment& ailment) {
    const std::uint32_t kind = course_.cells.kinds.of_hop[at];
    const Hop hop = course_.hops[at];
    if (!ways_[kind]) {
      const std::size_t most = std::min(kMostCells, std::max(cells_left_, ailment.stands.size()));
      WaysOfHop search(site_, hop, ailment.stands, most);
      ways_[kind] = search.find();
      cells_left_ -= std::min(cells_left_, most - search.cells_left());
    }
    std::set<Way> ways;
    for (const auto& changes : *ways_[kind]) {
      Way way;
      for (const Change& change : changes) {
        if (const auto number = number_of(change.at(hop))) way.push_back(*number);
      }
      if (way.size() != changes.size()) continue;
      std::ranges::sort(way);
      ways.insert(std::move(way));
    }
    std::set<std::size_t> helping;
    for (const Way& way : ways) {
      helping.insert(way.begin(), way.end());
      if (way.size() == 1) found_.candidates[way.front()].helps_alone = true;
    }
    for (const std::size_t number : helping) {
      Candidate& candidate = found_.candidates[number];
      candidate.before_wave =
          candidate.saves == 0 ? ailment.first_wave : std::min(candidate.before_wave, ailment.first_wave);
      ++candidate.saves;
      candidate.needed_last += ailment.at_last ? 1 : 0;
    }
    return {ways.begin(), ways.end()};
  }

  std::optional<std::size_t> number_of(const Change& change) {
    std::string key = change.key();
    const auto known = numbers_.find(key);
    if (known != numbers_.end()) {
      // One certificate may serve as several, of which the dearest counts.
      upgrade::CatalogueMend& entry = found_.candidates[known->second].change.entry;
      if (change.entry.impact > entry.impact) entry = change.entry;
      return known->second;
    }
    if (found_.candidates.size() == kMostCandidates) return std::nullopt;
    numbers_.emplace(std::move(key), found_.candidates.size());
    found_.candidates.push_back({.change = change});
    return found_.candidates.size() - 1;
  }

  ChangedSite& site_;
  const CourseOfHops& course_;
  const CourseWalk& walk_;
  std::map<std::tuple<std::uint32_t, const std::string*, const std::string*>, Ailment> ailments_;
  std::vector<std::optional<std::vector<std::vector<Change>>>> ways_;  // Of each kind.
  std::unordered_map<std::string, std::size_t> numbers_;
  std::size_t cells_left_ = kMostCellsInAll;
  Remedies found_;
};

}  // namespace

Remedies find_remedies(ChangedSite& site, const CourseOfHops& course, const CourseWalk& walk) {
  return Finder(site, course, walk).find();
}

}  // namespace ucready::forecast
