// The pairs of states in which the two ends of a hop stand while a course is followed.
#pragma once

#include <string>
#include <unordered_map>
#include <vector>

#include "db/forecast_rows.h"
#include "upgrade/forecast/states.h"

namespace ucready::forecast {

class CourseWalk {
 public:
  CourseWalk(const States& states, const std::vector<db::ForecastWave>& waves);

  struct Stand {
    int wave = 0;  // The first in which they stand so.
    int client_state = 0;
    int server_state = 0;
  };
  // In the order of the waves; the last stands for good.
  [[nodiscard]] std::vector<Stand> of(const std::string& client, const std::string& server) const;

 private:
  struct Since {
    int wave;
    int state;
  };
  std::unordered_map<std::string, std::vector<Since>> standing_;
};

}  // namespace ucready::forecast
