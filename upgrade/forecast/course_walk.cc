#include "upgrade/forecast/course_walk.h"

#include <algorithm>
#include <limits>

namespace ucready::forecast {

CourseWalk::CourseWalk(const States& states, const std::vector<db::ForecastWave>& waves) {
  for (const auto& [cluster, of] : states) standing_[cluster] = {{0, 0}};
  for (std::size_t wave = 1; wave < waves.size(); ++wave) {
    for (const db::ForecastStep& move : waves[wave].moves)
      standing_[move.cluster].push_back({static_cast<int>(wave), move.after});
  }
}

std::vector<CourseWalk::Stand> CourseWalk::of(const std::string& client, const std::string& server) const {
  std::vector<Stand> stands;
  const auto& clients = standing_.find(client)->second;
  const auto& servers = standing_.find(server)->second;
  const auto next = [](const std::vector<Since>& all, std::size_t at) {
    return at + 1 < all.size() ? all[at + 1].wave : std::numeric_limits<int>::max();
  };
  for (std::size_t i = 0, j = 0; i < clients.size() && j < servers.size();) {
    stands.push_back({std::max(clients[i].wave, servers[j].wave), clients[i].state, servers[j].state});
    const int next_client = next(clients, i);
    const int next_server = next(servers, j);
    i += next_client <= next_server ? 1 : 0;
    j += next_server <= next_client ? 1 : 0;
  }
  return stands;
}

}  // namespace ucready::forecast
