#include "scanner/imported_phone_hops.h"

#include <fmt/format.h>

#include <algorithm>

namespace ucready::scanner {
namespace {

using imports::Told;

constexpr std::uint16_t kSipTls = 5061;
constexpr std::uint16_t kSipOauth = 5090;
constexpr std::uint16_t kSip = 5060;
constexpr std::uint16_t kSccpTls = 2443;
constexpr std::uint16_t kSccp = 2000;
constexpr std::uint16_t kTrustVerification = 2445;
constexpr std::uint16_t kFilesOfPhones = 6971;
constexpr std::uint16_t kFilesOfClients = 6972;
constexpr std::uint16_t kCertificateProxy = 3804;

bool speaks_tls(const PhoneClass& phones) { return phones.oauth || phones.security != "nonsecure"; }

}  // namespace

PhoneRoutes::PhoneRoutes(const std::vector<Told>& exports, const ImportedSystems& systems,
                         const upgrade::Catalogue& catalogue, const CallGroups& groups)
    : catalogue_(catalogue), groups_(groups) {
  for (std::size_t n = 0; n < exports.size(); ++n) {
    const auto* const owner = systems.owner(n);
    for (const imports::ToldFact& fact : exports[n].facts) {
      if (fact.name != "runs") continue;
      const auto* const place = fact.node.empty() ? owner : systems.find(fact.node);
      if (place == nullptr || place->node.empty()) continue;
      auto& nodes = services_[{place->cluster, fact.value}];
      if (nodes.size() < kMostNodes) nodes.insert(place->node);
    }
    if (owner == nullptr) continue;
    for (const imports::ToldSrst& srst : exports[n].srsts) {
      srsts_.try_emplace({owner->cluster, srst.name}, SrstPlace{&srst, &exports[n]});
    }
  }
}

const std::set<std::string>& PhoneRoutes::nodes_running(const std::string& cluster, const std::string& service) const {
  static const std::set<std::string> kNotTold;
  const auto found = services_.find({cluster, service});
  return found == services_.end() ? kNotTold : found->second;
}

PhoneRoutes::Callees PhoneRoutes::callees_of(const PhoneClass& phones) const {
  static const CallGroup kNone;
  Callees callees;
  for (const auto& [place, count] : phones.places) {
    const CallGroup* const told = groups_.of_pool(phones.cluster, place.pool);
    const CallGroup& group = told == nullptr ? kNone : *told;
    // Where it is registered counts before where it should be.
    const bool is_sent = place.node.empty() && group.is_whole && !group.nodes.empty();
    const std::string& first = is_sent ? group.nodes.front() : place.node;
    if (first.empty()) continue;
    callees.first[first] += count;
    for (const std::string& node : group.nodes) {
      if (node != first) callees.standby[node] += count;
    }
  }
  for (const auto& [node, count] : callees.first) callees.standby.erase(node);
  if (callees.first.empty()) callees.first[""] = phones.count;
  return callees;
}

// Whether the catalogue names such phones among those who call that port.
bool PhoneRoutes::may_call(const std::string& product, std::uint16_t port) const {
  const upgrade::Product* const cucm = catalogue_.find("cucm");
  if (cucm == nullptr) return false;
  return std::ranges::any_of(cucm->interfaces, [&](const upgrade::CatalogueInterface& interface) {
    return interface.port == port && std::ranges::find(interface.clients, product) != interface.clients.end();
  });
}

db::DeclaredHop PhoneRoutes::hop_of(const PhoneClass& phones, const std::string& protocol, std::uint16_t port,
                                    int count) const {
  const upgrade::Product* const product = catalogue_.find(phones.product);
  const auto* const usual = product == nullptr ? nullptr : default_client_service(*product, protocol);
  db::DeclaredHop hop;
  hop.client = phones.name;
  hop.client_service = usual == nullptr ? "" : usual->name;
  hop.server = phones.cluster;
  hop.port = port;
  hop.protocol = protocol;
  hop.source = "imported";
  hop.security = "encrypted";
  hop.name = fmt::format("{} phones", count);
  hop.origin = phones.source;
  hop.line = phones.line;
  return hop;
}

void PhoneRoutes::add_nodes(const db::DeclaredHop& pattern, const Callees& callees, std::vector<PhoneHop>& hops) const {
  const auto add = [&](const std::map<std::string, int>& nodes, bool dormant) {
    for (const auto& [node, count] : nodes) {
      PhoneHop made{pattern, ""};
      made.hop.server_node = node;
      made.hop.dormant = dormant;
      made.hop.name = fmt::format("{} phones", count);
      hops.push_back(std::move(made));
    }
  };
  add(callees.first, false);
  add(callees.standby, true);
}

void PhoneRoutes::add_lines(const PhoneClass& phones, const Callees& callees, std::vector<PhoneHop>& hops) const {
  const bool sccp = phones.protocol == "sccp";
  const bool tls = speaks_tls(phones);
  const std::uint16_t port = sccp ? (tls ? kSccpTls : kSccp) : phones.oauth ? kSipOauth : (tls ? kSipTls : kSip);
  db::DeclaredHop line = hop_of(phones, sccp ? "sccp-tls" : "sip-tls", port, phones.count);
  line.security = phones.oauth ? "encrypted" : phones.security;
  add_nodes(line, callees, hops);
}

void PhoneRoutes::add_services(const PhoneClass& phones, const Callees& callees, std::vector<PhoneHop>& hops) const {
  // In any security mode: what their trust list does not hold they ask the node about that they are registered with.
  if (may_call(phones.product, kTrustVerification)) {
    add_nodes(hop_of(phones, "tvs", kTrustVerification, phones.count), callees, hops);
  }
  const auto add = [&](const char* service, const char* protocol, std::uint16_t port, int count, bool dormant) {
    if (count == 0 || !may_call(phones.product, port)) return;
    for (const std::string& node : nodes_running(phones.cluster, service)) {
      PhoneHop made{hop_of(phones, protocol, port, count), ""};
      made.hop.server_node = node;
      made.hop.dormant = dormant;
      hops.push_back(std::move(made));
    }
  };
  if (phones.product == "jabber") {
    add("tftp", "tftp-https", kFilesOfClients, phones.count, false);
  } else {
    add("tftp", "tftp-https", kFilesOfPhones, phones.encrypting, false);
  }
  // Those that have their certificate call again when it is renewed.
  add("capf", "capf", kCertificateProxy, phones.enrolling > 0 ? phones.enrolling : phones.enrolled,
      phones.enrolling == 0);
}

void PhoneRoutes::add_branches(const PhoneClass& phones, std::vector<PhoneHop>& hops) const {
  std::map<std::string, int> references;
  for (const auto& [place, count] : phones.places) {
    const std::string& reference = groups_.srst_of_pool(phones.cluster, place.pool);
    if (!reference.empty()) references[reference] += count;
  }
  const bool sccp = phones.protocol == "sccp";
  for (const auto& [name, count] : references) {
    const auto found = srsts_.find({phones.cluster, name});
    if (found == srsts_.end()) continue;
    const imports::ToldSrst& srst = *found->second.srst;
    // OAuth is call control's; no router knows it.
    const bool tls = srst.is_secure && phones.security != "nonsecure";
    const std::uint16_t told = sccp ? srst.port : srst.sip_port;
    const std::uint16_t port = sccp && tls ? kSccpTls : told != 0 ? told : sccp ? kSccp : tls ? kSipTls : kSip;
    PhoneHop made{hop_of(phones, sccp ? "sccp-tls" : "sip-tls", port, count), sccp ? srst.host : srst.sip_host};
    made.hop.security = tls ? phones.security : "nonsecure";
    made.hop.dormant = true;
    made.hop.name = fmt::format("{} phones, SRST {}", count, name);
    made.hop.origin = found->second.from->path;
    made.hop.line = srst.line;
    hops.push_back(std::move(made));
  }
}

std::vector<PhoneHop> PhoneRoutes::hops_of(const PhoneClass& phones) const {
  std::vector<PhoneHop> hops;
  const Callees callees = callees_of(phones);
  if (!phones.security.empty()) {
    add_lines(phones, callees, hops);
    add_branches(phones, hops);
  }
  add_services(phones, callees, hops);
  return hops;
}

}  // namespace ucready::scanner
