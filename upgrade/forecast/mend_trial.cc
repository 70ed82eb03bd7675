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
    const Hops::Ends& ends = course.hops.ends(at);
    hops_of_node_.resize(std::max<std::size_t>(hops_of_node_.size(), std::max(ends.client_node, ends.server_node) + 1));
    if (hops_of_node_[ends.client_node].empty()) nodes_[{hop.client, course.hops[at].client_node}] = ends.client_node;
    if (hops_of_node_[ends.server_node].empty()) nodes_[{hop.server, course.hops[at].server_node}] = ends.server_node;
    hops_of_node_[ends.client_node].push_back(at);
    if (ends.client_node != ends.server_node) hops_of_node_[ends.server_node].push_back(at);
  }
  for (const auto& [cluster, certificates] : site.estate().certificates_by_cluster()) {
    for (const CertificatePtr& certificate : certificates) clusters_with_[certificate->sha256].insert(cluster);
  }
}

std::vector<Trial::Touched> Trial::touched_by(const Change& change) const {
  if (change.entry.kind != "certificate") {
    const auto node = nodes_.find({change.cluster, change.node});
    if (change.node.empty() || node == nodes_.end()) return {{change.cluster, std::nullopt}};
    return {{change.cluster, node->second}};
  }
  std::vector<Touched> all;
  const auto found = clusters_with_.find(change.leaf);
  if (found == clusters_with_.end()) return all;
  for (const std::string& cluster : found->second) all.push_back({cluster, std::nullopt});
  return all;
}

const std::vector<std::size_t>& Trial::hops_at(const Touched& place) const {
  static const std::vector<std::size_t> none;
  if (place.node) return hops_of_node_[*place.node];
  const auto found = hops_of_.find(place.cluster);
  return found == hops_of_.end() ? none : found->second;
}

// A hop that was seen to work against the forecast is no break of the change's.
bool Trial::breaks_in(std::size_t at, bool changed) const {
  const Hop hop = course_.hops[at];
  const auto stands = walk_.of(hop.client, hop.server);
  return std::ranges::any_of(stands, [&](const CourseWalk::Stand& stand) {
    const db::ForecastCell& before = course_.cells.at(at, stand.client_state, stand.server_state);
    if (!changed) return before.outcome == HopOutcome::breaks;
    return site_.cell(hop, stand.client_state, stand.server_state).outcome == HopOutcome::breaks &&
           !before.against_forecast;
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
  std::vector<Touched> places;
  for (const Change* const change : changes) {
    touched.push_back(touched_by(*change));
    places.insert(places.end(), touched.back().begin(), touched.back().end());
  }
  for (const Touched& place : places) {
    for (const std::size_t at : hops_at(place)) {
      if (places.size() > 1 && !counted.insert(at).second) continue;
      const db::DeclaredHop& hop = course_.hops.declared(at);
      const Hops::Ends& numbers = course_.hops.ends(at);
      std::vector<bool> ends;
      for (std::size_t i = 0; i < changes.size(); ++i) {
        const auto touches = [&](const std::string& cluster, std::uint32_t node) {
          return std::ranges::any_of(touched[i], [&](const Touched& one) { return is_at(one, cluster, node); });
        };
        ends.push_back(touches(hop.client, numbers.client_node));
        ends.push_back(touches(hop.server, numbers.server_node));
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
