#include "scanner/imported_trunks.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <map>
#include <set>

namespace ucready::scanner {
namespace {

using imports::Told;
using imports::ToldHop;
using imports::ToldProfile;

struct PlacedProfile {
  const Told* from = nullptr;
  const ToldProfile* profile = nullptr;
};
using Profiles = std::map<std::pair<std::string, std::string>, PlacedProfile>;  // By cluster and name.

Profiles profiles_of(const std::vector<Told>& exports, const ImportedSystems& systems) {
  Profiles profiles;
  for (std::size_t n = 0; n < exports.size(); ++n) {
    const auto* const owner = systems.owner(n);
    if (owner == nullptr) continue;
    for (const ToldProfile& profile : exports[n].profiles) {
      profiles[{owner->cluster, profile.name}] = {&exports[n], &profile};
    }
  }
  return profiles;
}

void add_subjects(const std::string& cluster, int port, const std::vector<PlacedProfile>& used,
                  std::vector<Fact>& facts) {
  std::set<std::string> subjects;
  for (const PlacedProfile& one : used) {
    if (one.profile->subjects.empty()) return;
    for (const std::string& subject : split_list(one.profile->subjects)) subjects.insert(subject);
  }
  facts.push_back({cluster, "", "", port, "authorised_subjects", fmt::format("{}", fmt::join(subjects, ",")),
                   Confidence::imported, used.front().from->path, used.front().profile->line});
}

}  // namespace

ImportedTrunks trunks_of(const std::vector<Told>& exports, const ImportedSystems& systems, const CallGroups& groups) {
  const Profiles profiles = profiles_of(exports, systems);
  ImportedTrunks made;
  std::map<std::pair<std::string, int>, std::vector<PlacedProfile>> used;
  std::set<std::string> doubtful;  // Clusters with a trunk that may be of any port.
  for (std::size_t n = 0; n < exports.size(); ++n) {
    const auto* const owner = systems.owner(n);
    if (owner == nullptr) continue;
    for (const ToldHop& hop : exports[n].hops) {
      if (hop.profile.empty()) continue;
      const auto found = profiles.find({owner->cluster, hop.profile});
      if (found == profiles.end() || found->second.profile->security.empty()) {
        doubtful.insert(owner->cluster);
        if (made.without_profile++ == 0) {
          made.example =
              fmt::format("{}:{}: trunk {} has the profile {}", exports[n].path, hop.line, hop.name, hop.profile);
        }
        continue;
      }
      const ToldProfile& profile = *found->second.profile;
      const CallGroup* const group = hop.pool.empty() ? nullptr : groups.of_pool(owner->cluster, hop.pool);
      const bool is_told = group != nullptr && group->is_whole;
      made.trunks.push_back({n, *owner, &hop, profile.security, is_told ? group->nodes : std::vector<std::string>()});
      if (profile.incoming_port != 0) used[{owner->cluster, profile.incoming_port}].push_back(found->second);
    }
  }
  for (const auto& [place, all] : used) {
    if (!doubtful.contains(place.first)) add_subjects(place.first, place.second, all, made.subjects);
  }
  return made;
}

}  // namespace ucready::scanner
