// By which changes the hops that break can be saved, and by which of them together.
#pragma once

#include <vector>

#include "upgrade/forecast/course_walk.h"
#include "upgrade/forecast/mend_change.h"
#include "upgrade/forecast/mend_choice.h"

namespace ucready::forecast {

struct CourseOfHops {
  const States& states;
  const std::vector<db::ForecastWave>& waves;
  const Hops& hops;
  const Cells& cells;
};

struct Candidate {
  Change change;
  int before_wave = 0;  // The first in which a hop ails that it helps to save.
  int saves = 0;        // Hops with a way of which it is part.
  int needed_last = 0;  // Those of them that ail after the last wave without it.
  bool helps_alone = false;
};

struct Remedies {
  std::vector<Candidate> candidates;
  std::vector<SavedHops> hops;  // Ways are numbers of candidates.
};

// Of each kind of hop one is followed; the others of the kind have the same ways at their own ends.
Remedies find_remedies(ChangedSite& site, const CourseOfHops& course, const CourseWalk& walk);

}  // namespace ucready::forecast
