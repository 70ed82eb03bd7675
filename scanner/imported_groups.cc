#include "scanner/imported_groups.h"

#include <set>

namespace ucready::scanner {

CallGroups::CallGroups(const std::vector<imports::Told>& exports, const ImportedSystems& systems) {
  std::map<Name, std::set<std::pair<int, std::string>>> members;  // Priority and node.
  for (std::size_t n = 0; n < exports.size(); ++n) {
    const auto* const owner = systems.owner(n);
    if (owner == nullptr) continue;
    for (const imports::ToldPool& pool : exports[n].pools) {
      imports::ToldPool& known = pools_[{owner->cluster, pool.name}];
      if (known.group.empty()) known.group = pool.group;
      if (known.srst.empty()) known.srst = pool.srst;
    }
    for (const imports::ToldGroupMember& member : exports[n].members) {
      const Name group{owner->cluster, member.group};
      const auto* const place = systems.find(member.node);
      const bool is_known = place != nullptr && place->cluster == owner->cluster && !place->node.empty();
      if (is_known) members[group].emplace(member.priority, place->node);
      if (!is_known || exports[n].partial) groups_[group].is_whole = false;
    }
  }
  for (const auto& [name, all] : members) {
    CallGroup& group = groups_[name];
    for (const auto& [priority, node] : all) {
      if (group.nodes.size() < kMostMembers) group.nodes.push_back(node);
    }
  }
}

const CallGroup* CallGroups::of_pool(const std::string& cluster, const std::string& pool) const {
  const auto known = pools_.find({cluster, pool});
  if (known == pools_.end()) return nullptr;
  const auto group = groups_.find({cluster, known->second.group});
  return group == groups_.end() || group->second.nodes.empty() ? nullptr : &group->second;
}

const std::string& CallGroups::srst_of_pool(const std::string& cluster, const std::string& pool) const {
  static const std::string kNone;
  const auto known = pools_.find({cluster, pool});
  return known == pools_.end() ? kNone : known->second.srst;
}

}  // namespace ucready::scanner
