// What settings say of whom they call: that it is a directory, a database, an SRST router.
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "imports/told.h"
#include "scanner/imported_systems.h"

namespace ucready::scanner {

// The name for the cluster of a system that others call and of which no export is there.
std::string stand_in_for(const std::string& host);
bool is_stand_in(const ImportedSystems::Place& place);

class ImportedPeers {
 public:
  explicit ImportedPeers(const std::vector<imports::Told>& exports);

  // By address or host name. "other": nobody says it, or they differ.
  [[nodiscard]] std::string product_of(const std::string& host) const;
  // Empty: nobody says it, or they differ.
  [[nodiscard]] std::string engine_of(const std::string& host) const;

 private:
  using Words = std::map<std::string, std::set<std::string>>;  // By host.

  Words products_;
  Words engines_;
};

}  // namespace ucready::scanner
