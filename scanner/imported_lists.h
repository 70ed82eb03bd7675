// CTL and ITL files: what clusters hand out, what single phones hold, and whether that is all of it.
//
// Phones of a cluster in mixed mode hold a CTL beside the ITL; judged by one of the two they would break where they do
// not. So a list alone counts as all only where it is told that the cluster is not in mixed mode.
#pragma once

#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "core/words.h"
#include "db/trust_observation.h"
#include "imports/told.h"
#include "scanner/imported_systems.h"

namespace ucready::scanner {

struct HeldLists {
  std::map<std::string, const imports::ToldList*> by_name;  // itl, ctl
  std::string handed_out_by;  // The cluster whose nodes they name; empty: not known, or several.
  std::string content;        // The same for lists of the same records.
  bool are_all = false;       // Else what these phones trust is not known.

  [[nodiscard]] std::vector<db::TrustedCertificate> entries() const;
};

class ImportedLists {
 public:
  // `known`: facts from before, which may tell a cluster's mode. The exports must outlive it.
  ImportedLists(const std::vector<imports::Told>& exports, const std::vector<Fact>& known,
                const ImportedSystems& systems);

  // Of its nodes, which make lists of their own, one stands for all. nullptr: no list is told.
  [[nodiscard]] const HeldLists* of_cluster(const std::string& cluster) const;
  // nullptr: none is told, or those that the cluster itself hands out.
  [[nodiscard]] std::shared_ptr<const HeldLists> of_phone(const std::string& cluster, const std::string& phone) const;
  [[nodiscard]] const std::map<std::string, HeldLists>& clusters() const { return clusters_; }

 private:
  using Device = std::pair<std::string, std::string>;  // Cluster and phone.

  void take(const imports::Told& told, const std::string& cluster);
  void complete(HeldLists& lists, const std::string& cluster) const;
  [[nodiscard]] bool is_handed_out(const std::string& cluster, const HeldLists& lists) const;

  std::map<std::string, HeldLists> clusters_;
  std::map<Device, std::shared_ptr<HeldLists>> phones_;
  std::map<std::string, std::set<std::string>> handed_out_;  // Names and contents of all lists of a cluster.
  std::map<std::string, std::string> modes_;                 // cluster_security_mode
};

}  // namespace ucready::scanner
