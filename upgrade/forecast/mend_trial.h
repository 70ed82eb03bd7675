// What changes break, tried out over every hop they touch, today and after every wave.
#pragma once

#include <map>
#include <optional>
#include <span>
#include <vector>

#include "upgrade/forecast/mend_ways.h"

namespace ucready::forecast {

class Trial {
 public:
  Trial(ChangedSite& site, const CourseOfHops& course, const CourseWalk& walk);

  // Hops that break in some wave with all of these made and in none without them.
  int breaks(std::span<const Change* const> changes);

 private:
  // Whose hops a change touches: those of a cluster; of a change to one node, that node's alone.
  struct Touched {
    std::string cluster;
    std::optional<std::uint32_t> node;
  };
  static bool is_at(const Touched& place, const std::string& cluster, std::uint32_t node) {
    return place.cluster == cluster && (!place.node || *place.node == node);
  }
  [[nodiscard]] const std::vector<std::size_t>& hops_at(const Touched& place) const;
  [[nodiscard]] std::vector<Touched> touched_by(const Change& change) const;
  [[nodiscard]] bool breaks_in(std::size_t hop, bool changed) const;

  ChangedSite& site_;
  const CourseOfHops& course_;
  const CourseWalk& walk_;
  std::map<std::string, std::vector<std::size_t>> hops_of_;             // By cluster, as client or server.
  std::map<std::pair<std::string, std::string>, std::uint32_t> nodes_;  // Numbers, as hops have them.
  std::vector<std::vector<std::size_t>> hops_of_node_;                  // By number.
  std::map<std::string, std::set<std::string>> clusters_with_;          // By leaf.
};

}  // namespace ucready::forecast
