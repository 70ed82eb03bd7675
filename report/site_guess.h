// Clusters guessed from what captures saw, each guess with its reason.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "report/seen_estate.h"
#include "upgrade/catalogue.h"

namespace ucready::report {

struct GuessedInterface {
  std::uint16_t port = 0;
  std::string protocol;
  std::string server_name;  // Where clients asked for one, and one only, that may stand in a site file.
};

struct GuessedNode {
  std::string name;
  IpAddress address;
  std::string also;  // Other names seen, for a comment.
};

struct GuessedCluster {
  std::string name;
  std::string product;
  std::string addresses;  // CIDR, of clients; then `count` is how many were seen in it.
  std::size_t count = 0;
  bool serves = false;
  bool endpoint = false;  // A phone or the like, which no scan of a site asks.
  bool lists_interfaces = false;  // The catalogue does not know all of them.
  std::vector<GuessedInterface> interfaces;
  std::vector<GuessedNode> nodes;
  std::vector<std::string> reasons;  // One sentence each; may hold text of servers.
};

struct SiteGuess {
  std::vector<GuessedCluster> clusters;
  std::map<IpAddress, std::size_t> cluster_of;  // Index of every address seen.
};

SiteGuess guess_site(const SeenEstate& estate, const upgrade::Catalogue& catalogue);

}  // namespace ucready::report
