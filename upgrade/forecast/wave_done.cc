#include "upgrade/forecast/wave_done.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <set>

namespace ucready::forecast {
namespace {

using db::ForecastState;
using db::StandTold;

class Signs {
 public:
  Signs(const db::KeptPlan& plan, const StandTold& before) : plan_(plan), before_(before) {}

  // Why this run shows the cluster in that state or a later one; nothing where it does not.
  [[nodiscard]] std::optional<std::string> of(const LaterRun& later, const std::string& cluster, int state) const {
    if (auto release = by_release(later, cluster, state)) return release;
    if (auto setting = by_setting(later, cluster, state)) return setting;
    return by_listeners(later, cluster, state);
  }

 private:
  [[nodiscard]] const ForecastState* find(const std::string& cluster, int state) const {
    const auto found = std::ranges::find_if(
        plan_.states, [&](const ForecastState& row) { return row.cluster == cluster && row.state == state; });
    return found == plan_.states.end() ? nullptr : &*found;
  }

  [[nodiscard]] std::optional<std::string> by_release(const LaterRun& later, const std::string& cluster,
                                                      int state) const {
    const auto told = later.stand.releases.find(cluster);
    const ForecastState* const before = find(cluster, state - 1);
    if (told == later.stand.releases.end() || before == nullptr) return std::nullopt;
    for (const ForecastState* at = find(cluster, state); at != nullptr; at = find(cluster, at->state + 1)) {
      if (at->release.empty() || at->release != told->second || at->release == before->release) continue;
      return fmt::format("{} is at {} by the {} of {}", cluster, at->release, later.run.kind, later.run.began);
    }
    return std::nullopt;
  }

  [[nodiscard]] std::optional<std::string> by_setting(const LaterRun& later, const std::string& cluster,
                                                      int state) const {
    const ForecastState* const at = find(cluster, state);
    if (at == nullptr) return std::nullopt;
    const std::size_t equals = at->change.find(" = ");
    if (equals == std::string::npos) return std::nullopt;
    const std::pair key(cluster, at->change.substr(0, equals));
    const std::string value = at->change.substr(equals + 3);
    const auto told = later.stand.settings.find(key);
    const auto was = before_.settings.find(key);
    if (told == later.stand.settings.end() || told->second != value) return std::nullopt;
    if (was != before_.settings.end() && was->second == value) return std::nullopt;
    return fmt::format("{} has {} by the {} of {}", cluster, at->change, later.run.kind, later.run.began);
  }

  // That something changed tells of the first step alone: what a later one would change is not known.
  [[nodiscard]] std::optional<std::string> by_listeners(const LaterRun& later, const std::string& cluster,
                                                        int state) const {
    const auto then = before_.accepted.find(cluster);
    const auto now = later.stand.accepted.find(cluster);
    if (state != 1 || then == before_.accepted.end() || now == later.stand.accepted.end()) return std::nullopt;
    std::vector<std::string> gained;
    std::ranges::set_difference(now->second, then->second, std::back_inserter(gained));
    if (!gained.empty()) {
      return fmt::format("{} accepts {}, which it did not before the plan ({} of {})", cluster, gained.front(),
                         later.run.kind, later.run.began);
    }
    return std::nullopt;
  }

  const db::KeptPlan& plan_;
  const StandTold& before_;
};

struct Shown {
  int wave = 0;
  std::vector<std::string> signs;
};

Shown shown_by(const db::KeptPlan& plan, const Signs& signs, const LaterRun& later) {
  Shown shown;
  for (const db::ForecastStep& step : plan.steps) {
    if (step.after == step.before || step.wave < shown.wave) continue;
    auto sign = signs.of(later, step.cluster, step.after);
    if (!sign) continue;
    if (step.wave > shown.wave) shown.signs.clear();
    shown.wave = step.wave;
    shown.signs.push_back(std::move(*sign));
  }
  return shown;
}

// Steps up to this wave that no run since the plan shows.
void tell_missing(const db::KeptPlan& plan, const Signs& signs, const std::vector<LaterRun>& later, WaveDone& done) {
  std::vector<std::string> missing;
  for (const db::ForecastStep& step : plan.steps) {
    if (step.after == step.before || step.wave > done.wave) continue;
    const bool shown = std::ranges::any_of(
        later, [&](const LaterRun& run) { return signs.of(run, step.cluster, step.after).has_value(); });
    if (!shown)
      missing.push_back(fmt::format("nothing shows that {} did its step of wave {}", step.cluster, step.wave));
  }
  done.signs.insert(done.signs.end(), missing.begin(), missing.end());
}

}  // namespace

void spell_as_planned(const db::KeptPlan& plan, const upgrade::Catalogue& catalogue, StandTold& stand) {
  for (auto& [cluster, release] : stand.releases) {
    const auto product_id = stand.settings.find({cluster, "product"});
    const upgrade::Product* const product =
        product_id == stand.settings.end() ? nullptr : catalogue.find(product_id->second);
    const auto told = product == nullptr ? std::nullopt : upgrade::parse_release(*product, release);
    if (!told) continue;
    std::set<std::string> spellings;
    bool as_planned = false;
    for (const ForecastState& state : plan.states) {
      if (state.cluster != cluster || state.release.empty()) continue;
      as_planned = as_planned || state.release == release;
      if (upgrade::parse_release(*product, state.release) == told) spellings.insert(state.release);
    }
    if (!as_planned && spellings.size() == 1) release = *spellings.begin();
  }
}

int last_wave(const db::KeptPlan& plan) { return plan.steps.empty() ? 0 : plan.steps.back().wave; }

WaveDone find_wave_done(const db::KeptPlan& plan, const StandTold& before, const std::vector<LaterRun>& later,
                        int said) {
  const Signs signs(plan, before);
  std::vector<Shown> shown;
  shown.reserve(later.size());
  for (const LaterRun& run : later) shown.push_back(shown_by(plan, signs, run));

  WaveDone done;
  done.since = plan.plan.ended;
  for (std::size_t i = 0; i < later.size(); ++i) {
    if (later[i].run.kind == "scan") done.scan = later[i].run.run_id;
    if (said < 0 && shown[i].wave > 0 && shown[i].wave >= done.wave) {
      done.wave = shown[i].wave;
      done.signs = shown[i].signs;
    }
  }
  if (said >= 0) {
    done.wave = said;
    done.signs.emplace_back("the wave was named with --wave");
  }
  for (std::size_t i = 0; i < later.size(); ++i) {
    const db::RunTold& run = later[i].run;
    if (run.kind != "scan") continue;
    // Where the caller names the wave, runs that show nothing may have been told nothing.
    const bool earlier = shown[i].wave < done.wave && (said < 0 || shown[i].wave > 0);
    if (earlier && run.ended > done.since) done.since = run.ended;
    if (earlier && run.run_id == done.scan) {
      done.signs.push_back(fmt::format("the newest scan, of {}, still shows wave {}", run.began, shown[i].wave));
      done.scan.clear();
    }
  }
  tell_missing(plan, signs, later, done);
  return done;
}

}  // namespace ucready::forecast
