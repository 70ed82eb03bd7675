// Whom phones call: the nodes they register with and those that stand by, the services around them, and the routers
// of their branches for the day when the cluster is not there. docs/import.md says what each rests on.
#pragma once

#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "db/run_writer.h"
#include "imports/told.h"
#include "scanner/imported_groups.h"
#include "scanner/imported_phones.h"
#include "scanner/imported_systems.h"
#include "upgrade/catalogue.h"

namespace ucready::scanner {

struct PhoneHop {
  db::DeclaredHop hop;
  std::string host;  // The server as the export calls it, still to be found; empty: hop.server is it.
};

class PhoneRoutes {
 public:
  static constexpr std::size_t kMostNodes = 64;  // That run a service; a cluster has two dozen at most.

  // All must outlive it.
  PhoneRoutes(const std::vector<imports::Told>& exports, const ImportedSystems& systems,
              const upgrade::Catalogue& catalogue, const CallGroups& groups);

  // At most one for each node and service, and one for each SRST reference. Of a class that no export gives a security
  // profile, only what every phone calls.
  [[nodiscard]] std::vector<PhoneHop> hops_of(const PhoneClass& phones) const;
  // Nodes of the cluster that run the service (imports/vos_services.h), kMostNodes at most; empty: not told.
  [[nodiscard]] const std::set<std::string>& nodes_running(const std::string& cluster,
                                                           const std::string& service) const;

 private:
  using Name = std::pair<std::string, std::string>;  // Cluster, and the thing in it.
  // How many phones call a node; an empty node stands for all of the cluster.
  struct Callees {
    std::map<std::string, int> first;
    std::map<std::string, int> standby;
  };
  struct SrstPlace {
    const imports::ToldSrst* srst;
    const imports::Told* from;
  };

  [[nodiscard]] Callees callees_of(const PhoneClass& phones) const;
  [[nodiscard]] bool may_call(const std::string& product, std::uint16_t port) const;
  [[nodiscard]] db::DeclaredHop hop_of(const PhoneClass& phones, const std::string& protocol, std::uint16_t port,
                                       int count) const;
  void add_lines(const PhoneClass& phones, const Callees& callees, std::vector<PhoneHop>& hops) const;
  void add_nodes(const db::DeclaredHop& pattern, const Callees& callees, std::vector<PhoneHop>& hops) const;
  void add_services(const PhoneClass& phones, const Callees& callees, std::vector<PhoneHop>& hops) const;
  void add_branches(const PhoneClass& phones, std::vector<PhoneHop>& hops) const;

  const upgrade::Catalogue& catalogue_;
  const CallGroups& groups_;
  std::map<Name, SrstPlace> srsts_;
  std::map<Name, std::set<std::string>> services_;
};

}  // namespace ucready::scanner
