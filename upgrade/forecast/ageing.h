// Certificates that end, or begin to count, while an order is carried out.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "upgrade/forecast/estate.h"

namespace ucready::forecast {

// A day from which the certificates of a cluster are judged otherwise than before.
struct AgeingDay {
  std::string day;   // ISO; the first whole day after the moment.
  std::string what;  // For people: "a certificate ends on 2027-01-10".
};

// By cluster, rising; days that are past are left out.
std::map<std::string, std::vector<AgeingDay>> ageing_days(const Estate& estate);

}  // namespace ucready::forecast
