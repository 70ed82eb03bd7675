#include "upgrade/forecast/mend_trial.h"

#include <algorithm>

namespace ucready::forecast {

using db::HopOutcome;

Trial::Trial(ChangedSite& site, const CourseOfHops& course, const CourseWalk& walk)
    : site_(site), course_(course), walk_(walk) {
  for (std::size_t at = 0; at < course.hops.size(); ++at) {
    const db::DeclaredHop& hop = course.hops.declared(at);
    hops_of_[hop.client].push_back(at);
    if (hop.client != hop.server) hops_of_[hop.server].push_back(at);
  }
  for (const auto& [cluster, certificates] : site.estate().certificates_by_cluster()) {
    for (const CertificatePtr& certificate : certificates) clusters_with_[certificate->sha256].insert(cluster);
  }
}

std::vector<Trial::Touched> Trial::touched_by(const Change& change) const {
  if (change.entry.kind != "certificate") return {{change.cluster, change.node}};
  std::vector<Touched> all;
  const auto found = clusters_with_.find(change.leaf);
  if (found == clusters_with_.end()) return all;
  for (const std::string& cluster : found->second) all.push_back({cluster, ""});
  return all;
}

// A hop that was seen to work against the forecast is no break of the change's.
bool Trial::breaks_in(std::size_t at, bool changed) const {
  const Hop hop = course_.hops[at];
  const auto stands = walk_.of(hop.client, hop.server);
  return std::ranges::any_of(stands, [&](const CourseWalk::Stand& stand) {
    const db::ForecastCell& before = course_.cells.at(at, stand.client_state, stand.server_state);
    if (!changed) return before.outcome == HopOutcome::breaks;
    const bool proven = before.grade == "proven";
    return site_.cell(hop, stand.client_state, stand.server_state).outcome == HopOutcome::breaks &&
           !(proven && before.explanation.find("against the forecast") != std::string::npos);
  });
}

int Trial::breaks(std::span<const Change* const> changes) {
  std::vector<ChangedSite::Made> made;
  made.reserve(changes.size());
  for (const Change* const change : changes) made.push_back(site_.make(*change));
  // Hops of one kind fare alike where the same of their ends are touched by the same changes.
  std::map<std::pair<std::uint32_t, std::vector<bool>>, bool> tried;
  std::set<std::size_t> counted;
  int breaks = 0;
  std::vector<std::vector<Touched>> touched;
  touched.reserve(changes.size());
  std::set<std::string> clusters;
  for (const Change* const change : changes) {
    touched.push_back(touched_by(*change));
    for (const Touched& place : touched.back()) clusters.insert(place.cluster);
  }
  for (const std::string& cluster : clusters) {
    for (const std::size_t at : hops_of_[cluster]) {
      if (clusters.size() > 1 && !counted.insert(at).second) continue;
      const Hop hop = course_.hops[at];
      std::vector<bool> ends;
      for (std::size_t i = 0; i < changes.size(); ++i) {
        const auto is_at = [&](const std::string& of, const std::string& node) {
          return std::ranges::any_of(touched[i], [&](const Touched& place) {
            return place.cluster == of && (place.node.empty() || place.node == node);
          });
        };
        ends.push_back(is_at(hop.client, hop.client_node));
        ends.push_back(is_at(hop.server, hop.server_node));
        ends.push_back(changes[i]->server.empty() || changes[i]->server == hop.server);
      }
      const auto [known, is_new] = tried.try_emplace({course_.cells.kinds.of_hop[at], std::move(ends)}, false);
      if (is_new) known->second = !breaks_in(at, false) && breaks_in(at, true);
      breaks += known->second ? 1 : 0;
    }
  }
  while (!made.empty()) made.pop_back();
  return breaks;
}

}  // namespace ucready::forecast
