#include "scanner/imported_users.h"

#include <map>

namespace ucready::scanner {
namespace {

constexpr std::uint16_t kCtiTls = 2749;
constexpr std::uint16_t kCti = 2748;

}  // namespace

std::vector<db::DeclaredHop> hops_of_users(const std::vector<imports::Told>& exports, const ImportedSystems& systems) {
  std::map<std::pair<std::string, std::string>, db::DeclaredHop> users;  // By cluster and name.
  for (std::size_t n = 0; n < exports.size(); ++n) {
    const auto* const owner = systems.owner(n);
    if (owner == nullptr) continue;
    for (const imports::ToldUser& user : exports[n].users) {
      db::DeclaredHop& hop = users[{owner->cluster, user.name}];
      if (hop.security == "encrypted") continue;  // Who has to come by TLS is in the other group as well.
      hop.client = "user-" + user.name;
      hop.server = owner->cluster;
      hop.port = user.is_secure ? kCtiTls : kCti;
      hop.protocol = "cti-tls";
      hop.source = "imported";
      hop.security = user.is_secure ? "encrypted" : "nonsecure";
      hop.name = "application user " + user.name;
      hop.origin = exports[n].path;
      hop.line = user.line;
    }
  }
  std::vector<db::DeclaredHop> hops;
  for (auto& [key, hop] : users) hops.push_back(std::move(hop));
  return hops;
}

}  // namespace ucready::scanner
