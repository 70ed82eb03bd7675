#include "upgrade/forecast/mends.h"

#include <algorithm>
#include <tuple>

#include "upgrade/forecast/mend_trial.h"
#include "upgrade/forecast/mend_words.h"

namespace ucready::forecast {
namespace {

// Mends that break nothing one by one may do so together; such a set is put aside and another one chosen.
constexpr int kMostSetsTried = 16;

std::vector<std::size_t> choose(const Remedies& remedies, const std::vector<db::Mend>& mends, Trial& trial) {
  MendProblem problem;
  for (const db::Mend& mend : mends) {
    problem.impacts.push_back(mend.impact);
    problem.breaks.push_back(mend.breaks > 0);
  }
  problem.hops = remedies.hops;
  for (int sets = 0; sets < kMostSetsTried; ++sets) {
    auto chosen = cheapest_mends(problem);
    std::vector<const Change*> changes;
    for (const std::size_t mend : chosen) changes.push_back(&remedies.candidates[mend].change);
    if (chosen.empty() || trial.breaks(changes) == 0) return chosen;
    problem.together.push_back(std::move(chosen));
  }
  return {};
}

}  // namespace

std::vector<db::Mend> find_mends(Estate& estate, const CourseOfHops& course) {
  const CourseWalk walk(course.states, course.waves);
  ChangedSite site(estate, course.states);
  const Remedies remedies = find_remedies(site, course, walk);
  std::vector<db::Mend> mends;
  if (remedies.candidates.empty()) return mends;
  Trial trial(site, course, walk);
  for (const Candidate& candidate : remedies.candidates) {
    const Change* const change = &candidate.change;
    mends.push_back(told(candidate));
    mends.back().breaks = trial.breaks({&change, 1});
    if (!candidate.helps_alone) mends.back().precondition += "; another mend besides, for alone it saves none of them";
  }
  for (const std::size_t mend : choose(remedies, mends, trial)) mends[mend].chosen = true;
  std::ranges::sort(mends, {}, [](const db::Mend& mend) {
    return std::tuple(!mend.chosen, mend.before_wave, -mend.saves, mend.breaks, mend.impact, mend.id);
  });
  return mends;
}

}  // namespace ucready::forecast
