#include "scanner/imported_peers.h"

#include <algorithm>

#include "core/ip_address.h"
#include "scanner/site_reading.h"

namespace ucready::scanner {
namespace {

std::string only_one(const std::map<std::string, std::set<std::string>>& words, const std::string& host) {
  const auto found = words.find(canonical_address(host).value_or(host));
  return found == words.end() || found->second.size() != 1 ? std::string() : *found->second.begin();
}

constexpr std::string_view kStandIn = "peer-";

}  // namespace

std::string stand_in_for(const std::string& host) {
  std::string name = std::string(kStandIn) + host;
  std::ranges::replace(name, ':', '-');
  if (parse_ip_address(host)) std::ranges::replace(name, '.', '-');
  return name;
}

bool is_stand_in(const ImportedSystems::Place& place) {
  return place.cluster.starts_with(kStandIn) && place.cluster == place.node;
}

ImportedPeers::ImportedPeers(const std::vector<imports::Told>& exports) {
  const auto add = [](Words& words, const std::string& host, const std::string& word) {
    if (const auto called = canonical_address(host); called && !word.empty()) words[*called].insert(word);
  };
  for (const imports::Told& told : exports) {
    for (const imports::ToldHop& hop : told.hops) {
      add(products_, hop.host, hop.server_product);
      add(engines_, hop.host, hop.server_engine);
    }
    for (const imports::ToldSrst& srst : told.srsts) {
      for (const std::string& host : {srst.host, srst.sip_host}) add(products_, host, "ios-gateway");
    }
  }
}

std::string ImportedPeers::product_of(const std::string& host) const {
  const std::string product = only_one(products_, host);
  return product.empty() ? "other" : product;
}

std::string ImportedPeers::engine_of(const std::string& host) const { return only_one(engines_, host); }

}  // namespace ucready::scanner
