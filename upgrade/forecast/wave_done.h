// Which wave of a plan was done last, told from what later runs saw and were told.
#pragma once

#include <string>
#include <vector>

#include "db/wave_evidence.h"
#include "upgrade/catalogue.h"

namespace ucready::forecast {

struct WaveDone {
  int wave = 0;                    // 0: nothing shows that any was.
  std::vector<std::string> signs;  // What shows it, and what of the wave nothing shows; names are as they came.
  std::string since;               // ISO 8601: what was seen before does not tell of the time after this wave.
  std::string scan;                // The scan that counts, its run_id; empty: none since the plan.
};

// A run of the plan's site and what it tells, the oldest first.
struct LaterRun {
  db::RunTold run;
  db::StandTold stand;
};

// `before`: the stand when the plan was made. A cluster shows a step when a run is told the release or the setting that
// the step leads to, or when its listeners accept other versions than before its first step. `said`: the wave that the
// caller names; -1: tell it from the runs.
WaveDone find_wave_done(const db::KeptPlan& plan, const db::StandTold& before, const std::vector<LaterRun>& later,
                        int said = -1);

// A release that was told in another spelling (15.0.1.14901-2 for 15SU4a) becomes the plan's, where it can be but one.
void spell_as_planned(const db::KeptPlan& plan, const upgrade::Catalogue& catalogue, db::StandTold& stand);

int last_wave(const db::KeptPlan& plan);

}  // namespace ucready::forecast
