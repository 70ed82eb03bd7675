// CTL and ITL files that single phones hold, told apart from those that their cluster hands out.
#pragma once

#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "db/trust_observation.h"
#include "imports/told.h"
#include "scanner/imported_systems.h"

namespace ucready::scanner {

struct HeldList {
  std::vector<db::TrustedCertificate> entries;
  std::string content;        // The same for lists of the same records.
  std::string handed_out_by;  // Another cluster, where it is known whose list this is; else empty.
};

class HeldLists {
 public:
  HeldLists(const std::vector<imports::Told>& exports, const ImportedSystems& systems);

  // nullptr: not told, or one of those that the cluster itself hands out. Lists of one phone count together.
  [[nodiscard]] std::shared_ptr<const HeldList> of_phone(const std::string& cluster, const std::string& phone) const;

 private:
  std::map<std::pair<std::string, std::string>, std::shared_ptr<HeldList>> held_;  // By cluster and phone.
};

}  // namespace ucready::scanner
