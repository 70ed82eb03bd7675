// Which nodes of call control a device pool calls from or sends its phones to: the members of its group, in the order
// of their priority.
#pragma once

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "imports/told.h"
#include "scanner/imported_systems.h"

namespace ucready::scanner {

struct CallGroup {
  std::vector<std::string> nodes;  // The first one first; at most kMostMembers.
  bool is_whole = true;            // Else members are missing, and which comes first is not known.
};

class CallGroups {
 public:
  static constexpr std::size_t kMostMembers = 64;  // Call control allows three.

  CallGroups(const std::vector<imports::Told>& exports, const ImportedSystems& systems);

  // nullptr: its group, or who is in it, is not told.
  [[nodiscard]] const CallGroup* of_pool(const std::string& cluster, const std::string& pool) const;
  // The SRST reference of a pool, by name; empty: none, or not told.
  [[nodiscard]] const std::string& srst_of_pool(const std::string& cluster, const std::string& pool) const;

 private:
  using Name = std::pair<std::string, std::string>;  // Cluster, and the thing in it.

  std::map<Name, imports::ToldPool> pools_;
  std::map<Name, CallGroup> groups_;
};

}  // namespace ucready::scanner
