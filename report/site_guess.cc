#include "report/site_guess.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <numeric>
#include <set>

#include "report/client_networks.h"
#include "report/seen_names.h"

namespace ucready::report {
namespace {

using upgrade::Catalogue;
using upgrade::CatalogueInterface;
using upgrade::Product;
using Words = std::set<std::string>;

constexpr std::size_t kMany = 16;

const CatalogueInterface* interface_at(const Product& product, std::uint16_t port) {
  const auto found = std::ranges::find_if(product.interfaces, [&](const CatalogueInterface& interface) {
    return !interface.protocol.empty() && interface.port <= port && port <= interface.last_port;
  });
  return found == product.interfaces.end() ? nullptr : &*found;
}

Words products_at(const Catalogue& catalogue, std::uint16_t port) {
  Words products;
  for (const auto& [id, product] : catalogue.products()) {
    if (!product.endpoint && id != "other" && id != "app" && interface_at(product, port) != nullptr)
      products.insert(id);
  }
  return products;
}

Words both(const Words& a, const Words& b) {
  Words common;
  std::ranges::set_intersection(a, b, std::inserter(common, common.end()));
  return common;
}

// The first label, fit for a cluster's name.
std::string short_name(std::string_view host) { return first_label(host).substr(0, 32); }

std::string dashed(std::string text) {
  std::ranges::replace_if(
      text, [](char c) { return c == '.' || c == ':' || c == '/'; }, '-');
  return text;
}

std::string listed(const Words& words, std::size_t most = 6) {
  std::vector<std::string> shown(words.begin(),
                                 std::next(words.begin(), static_cast<std::ptrdiff_t>(std::min(most, words.size()))));
  return fmt::format("{}{}", fmt::join(shown, ", "),
                     words.size() > most ? fmt::format(" and {} more", words.size() - most) : "");
}

class Guesser {
 public:
  Guesser(const SeenEstate& estate, const Catalogue& catalogue) : estate_(estate), catalogue_(catalogue) {}

  SiteGuess guess() {
    group_servers();
    group_clients();
    return std::move(guess_);
  }

 private:
  using ServerRow = std::pair<const IpAddress, SeenServer>;

  std::string unique(std::string name) {
    if (name.empty()) name = "cluster";
    std::string made = name;
    for (int n = 2; !names_.insert(made).second; ++n) made = fmt::format("{}-{}", name, n);
    return made;
  }

  // The products that know all of the ports that any product knows.
  Words candidates(const std::map<std::uint16_t, SeenPort>& ports) const {
    Words fitting;
    bool first = true;
    for (const auto& [port, seen] : ports) {
      const Words here = products_at(catalogue_, port);
      if (here.empty()) continue;
      fitting = first ? here : both(fitting, here);
      first = false;
    }
    return fitting;
  }

  std::size_t root(std::size_t n) {
    while (parents_[n] != n) n = parents_[n] = parents_[parents_[n]];
    return n;
  }

  // Servers of one certificate or name are nodes of one cluster, unless their ports tell different products.
  void join_by(const std::map<std::string, std::vector<std::size_t>>& sharing) {
    for (const auto& [what, members] : sharing) {
      std::vector<std::size_t> leaders;
      for (const std::size_t member : members) {
        const auto leader = std::ranges::find_if(leaders, [&](std::size_t other) {
          return products_[member].empty() ? products_[other].empty()
                                           : !both(products_[member], products_[other]).empty();
        });
        if (leader != leaders.end()) {
          parents_[root(member)] = root(*leader);
        } else if (leaders.size() < 32) {
          leaders.push_back(member);
        }
      }
    }
  }

  static Words hosts_of(const Words& names) {
    Words hosts;
    for (const std::string& name : names) {
      if (std::string host = name_of_host(name); !host.empty()) hosts.insert(std::move(host));
    }
    return hosts;
  }

  // Names that no other server has: what clients ask for tells more than what a certificate may say of others too.
  Words own_names(const SeenServer& server) const {
    for (const Words& names : {server.asked_names, server.certificate_names}) {
      Words own;
      for (const std::string& host : hosts_of(names)) {
        if (servers_named_.at(host) == 1) own.insert(host);
      }
      if (!own.empty()) return own;
    }
    return {};
  }

  void group_servers() {
    std::vector<const ServerRow*> rows;
    for (const ServerRow& row : estate_.servers) rows.push_back(&row);
    std::map<std::string, std::vector<std::size_t>> by_leaf, by_name, by_stem;
    for (std::size_t n = 0; n < rows.size(); ++n) {
      const SeenServer& server = rows[n]->second;
      products_.push_back(candidates(server.ports));
      for (const std::string& leaf : server.leaves) by_leaf[leaf].push_back(n);
      for (const std::string& name : server.asked_names) by_name[name].push_back(n);
      Words hosts = hosts_of(server.certificate_names);
      hosts.merge(hosts_of(server.asked_names));
      for (const std::string& host : hosts) ++servers_named_[host];
    }
    for (std::size_t n = 0; n < rows.size(); ++n) {
      if (products_[n].size() != 1) continue;  // Names that are alike are no proof where the product is not told.
      Words stems;
      for (const std::string& host : own_names(rows[n]->second)) {
        const std::string stem = stem_of(first_label(host)), domain = domain_of(host);
        if (!stem.empty() && !domain.empty()) stems.insert(fmt::format("{}.{}", stem, domain));
      }
      for (const std::string& stem : stems) by_stem[stem].push_back(n);
    }
    parents_.resize(rows.size());
    std::iota(parents_.begin(), parents_.end(), 0U);
    join_by(by_leaf);
    join_by(by_name);
    join_by(by_stem);
    std::map<std::size_t, std::vector<const ServerRow*>> groups;
    for (std::size_t n = 0; n < rows.size(); ++n) groups[root(n)].push_back(rows[n]);
    for (const auto& [leader, members] : groups) add_servers(members);
    propose_joining();
  }

  // Two clusters of one product in one domain may be two, or one of which no two nodes were seen to have a thing in
  // common.
  void propose_joining() {
    for (const auto& [kind, clusters] : alike_) {
      for (const std::size_t cluster : clusters) {
        Words others;
        for (const std::size_t other : clusters) {
          if (other != cluster) others.insert(guess_.clusters[other].name);
        }
        if (others.empty()) continue;
        guess_.clusters[cluster].reasons.push_back(
            fmt::format("perhaps one cluster with {}: the same product in {}; join their nodes if so", listed(others),
                        kind.second));
      }
    }
  }

  GuessedNode node_of(const ServerRow& row, Words& taken) const {
    GuessedNode node{to_text(row.first), row.first, ""};
    Words own, all = row.second.certificate_names;
    all.insert(row.second.asked_names.begin(), row.second.asked_names.end());
    for (const std::string& host : own_names(row.second)) own.insert(short_name(host));
    if (own.size() == 1) node.name = *own.begin();
    if (!taken.insert(node.name).second) node.name = to_text(row.first);
    taken.insert(node.name);
    node.also = listed(all, 3);
    return node;
  }

  void add_servers(const std::vector<const ServerRow*>& members) {
    GuessedCluster cluster;
    cluster.serves = true;
    std::map<std::uint16_t, SeenPort> ports;
    Words taken, leaves, asked, certified;
    for (const ServerRow* row : members) {
      cluster.nodes.push_back(node_of(*row, taken));
      for (const auto& [port, seen] : row->second.ports) {
        SeenPort& all = ports[port];
        if (all.protocol.empty() || all.protocol == "tls") all.protocol = seen.protocol;
        all.sessions += seen.sessions;
      }
      for (const std::string& leaf : row->second.leaves) leaves.insert(leaf.substr(0, 16));
      asked.insert(row->second.asked_names.begin(), row->second.asked_names.end());
      certified.insert(row->second.certificate_names.begin(), row->second.certificate_names.end());
    }
    choose_product(cluster, ports);
    if (members.size() > 1) {
      cluster.reasons.push_back(
          fmt::format("guess: one cluster, for {} addresses share a certificate or a name, or their names differ "
                      "in a number or a role alone",
                      members.size()));
    }
    if (!certified.empty()) cluster.reasons.push_back("names in certificates: " + listed(certified));
    if (!asked.empty()) cluster.reasons.push_back("names that clients asked for: " + listed(asked));
    if (!leaves.empty()) cluster.reasons.push_back("certificates (sha256): " + listed(leaves, 4));
    std::string label, domain;
    for (const Words& names : {asked, certified}) {
      const Words hosts = hosts_of(names);
      if (!label.empty() || hosts.empty()) continue;
      const std::string stem = stem_of(first_label(*hosts.begin()));
      label = members.size() > 1 && !stem.empty() ? short_name(stem) : short_name(*hosts.begin());
      domain = domain_of(*hosts.begin());
    }
    const std::string kind = cluster.product == "other" ? "server" : cluster.product;
    if (label.empty()) label = dashed(to_text(members.front()->first));
    cluster.name = unique(label.starts_with(kind) ? label : fmt::format("{}-{}", kind, label));
    const std::string server_name = asked.size() == 1 && is_host_name(*asked.begin()) ? *asked.begin() : "";
    add_interfaces(cluster, ports, server_name);
    for (const ServerRow* row : members) guess_.cluster_of[row->first] = guess_.clusters.size();
    if (cluster.product != "other" && !domain.empty())
      alike_[{cluster.product, domain}].push_back(guess_.clusters.size());
    guess_.clusters.push_back(std::move(cluster));
  }

  void choose_product(GuessedCluster& cluster, const std::map<std::uint16_t, SeenPort>& ports) const {
    Words seen_ports, telling_ports, telling;
    for (const auto& [port, seen] : ports) {
      seen_ports.insert(std::to_string(port));
      const Words here = products_at(catalogue_, port);
      if (here.size() != 1) continue;
      telling.insert(*here.begin());
      telling_ports.insert(std::to_string(port));
    }
    const Words fitting = candidates(ports);
    cluster.product = "other";
    if (telling.size() == 1) {
      cluster.product = *telling.begin();
      cluster.reasons.push_back(
          fmt::format("guess: product {}, which alone listens on {}", cluster.product, listed(telling_ports)));
    } else if (telling.empty() && fitting.size() == 1) {
      cluster.product = *fitting.begin();
      cluster.reasons.push_back(
          fmt::format("guess: product {}, which alone listens on all of {}", cluster.product, listed(seen_ports)));
    } else if (fitting.empty()) {
      cluster.reasons.push_back(fmt::format("product not told by {}", listed(seen_ports)));
    } else {
      cluster.reasons.push_back(fmt::format("product not told by {}: {}", listed(seen_ports), listed(fitting, 12)));
    }
  }

  void add_interfaces(GuessedCluster& cluster, const std::map<std::uint16_t, SeenPort>& ports,
                      const std::string& server_name) const {
    // Protocols that begin in clear show themselves; a hello at once is none of these.
    static const Words kInClearFirst = {"smtp",        "imap",       "ldap",  "xmpp-client",
                                        "xmpp-server", "postgresql", "mysql", "tds"};
    const Product* const product = catalogue_.find(cluster.product);
    cluster.lists_interfaces = cluster.product == "other";
    for (const auto& [port, seen] : ports) {
      const CatalogueInterface* const known = product == nullptr ? nullptr : interface_at(*product, port);
      if (known == nullptr) cluster.lists_interfaces = true;
      std::string protocol = seen.protocol.empty() ? "tls" : seen.protocol;
      const std::string usual = known != nullptr ? known->protocol : catalogue_.protocol_of_port(port);
      if (protocol == "tls" && !kInClearFirst.contains(usual)) protocol = usual;
      cluster.interfaces.push_back({port, protocol, server_name});
    }
  }

  // Of each client the offer that most clients make: one that it shares with others of its kind.
  std::map<IpAddress, std::string> telling_offers() const {
    std::map<std::string, std::size_t> makers;
    for (const auto& [address, client] : estate_.clients) {
      for (const auto& [offer, sessions] : client.offers) ++makers[offer];
    }
    std::map<IpAddress, std::string> telling;
    for (const auto& [address, client] : estate_.clients) {
      if (guess_.cluster_of.contains(address)) continue;  // It serves too, and has its cluster.
      std::string best;
      for (const auto& [offer, sessions] : client.offers) {
        if (best.empty() || makers[offer] > makers[best]) best = offer;
      }
      telling[address] = best;
    }
    return telling;
  }

  void group_clients() {
    const auto telling = telling_offers();
    std::map<std::string, std::size_t> sizes;
    for (const auto& [address, offer] : telling) ++sizes[offer];
    std::vector<std::pair<std::string, std::size_t>> kinds(sizes.begin(), sizes.end());
    std::ranges::stable_sort(kinds, std::greater<>(), &std::pair<std::string, std::size_t>::second);
    std::map<std::string, std::size_t> numbers;
    for (const auto& [offer, size] : kinds) numbers.emplace(offer, numbers.size());
    std::map<IpAddress, std::size_t> kind_of;
    for (const auto& [address, offer] : telling) kind_of[address] = numbers.at(offer);
    for (const ClientNetwork& network : client_networks(kind_of)) add_clients(network, kinds[network.kind].first);
  }

  void add_clients(const ClientNetwork& network, const std::string& offer) {
    GuessedCluster cluster;
    cluster.addresses = network.network;
    cluster.count = network.addresses.size();
    if (network.network.empty()) {
      for (const IpAddress& address : network.addresses) cluster.nodes.push_back({to_text(address), address, ""});
    }
    if (offer.empty()) {
      cluster.reasons.emplace_back(
          "their hellos were not seen: nothing but their addresses tells that they belong together");
    } else {
      const auto seen = estate_.offers.find(offer);
      const SeenOffer what = seen == estate_.offers.end() ? SeenOffer() : seen->second;
      cluster.reasons.push_back(
          fmt::format("guess: one kind, for they make the same offer ({}, highest {}, {}; offer {})", what.ja4,
                      what.highest, what.ecdsa ? "takes ECDSA" : "no ECDSA", offer.substr(0, 16)));
    }
    choose_client_product(cluster, network.addresses);
    const std::string place = network.network.empty() ? to_text(network.addresses.front()) : network.network;
    const std::string kind = cluster.product == "other" ? "clients" : cluster.product;
    cluster.name = unique(fmt::format("{}-{}", kind, dashed(place)));
    for (const IpAddress& address : network.addresses) guess_.cluster_of[address] = guess_.clusters.size();
    guess_.clusters.push_back(std::move(cluster));
  }

  // What the catalogue says of who connects to the ports that they connect to.
  void choose_client_product(GuessedCluster& cluster, const std::vector<IpAddress>& addresses) const {
    std::set<std::pair<std::string, std::uint16_t>> ends;  // Product and port.
    for (const IpAddress& address : addresses) {
      for (auto talk = estate_.talks.lower_bound({address, Endpoint{}});
           talk != estate_.talks.end() && talk->first.first == address; ++talk) {
        const Endpoint& server = talk->first.second;
        ends.emplace(guess_.clusters[guess_.cluster_of.at(server.address)].product, server.port);
      }
    }
    Words fitting, told_by;
    bool first = true;
    for (const auto& [id, port] : ends) {
      const Product* const product = catalogue_.find(id);
      const CatalogueInterface* const interface = product == nullptr ? nullptr : interface_at(*product, port);
      if (interface == nullptr || interface->clients.empty()) continue;
      const Words here(interface->clients.begin(), interface->clients.end());
      fitting = first ? here : both(fitting, here);
      first = false;
      told_by.insert(fmt::format("{}:{}", id, port));
    }
    Words endpoints;  // A gateway or a server is one or a few; phones come in numbers.
    for (const std::string& id : fitting) {
      const Product* const product = catalogue_.find(id);
      if (product != nullptr && product->endpoint) endpoints.insert(id);
    }
    const bool alone = fitting.size() == 1 && catalogue_.find(*fitting.begin()) != nullptr;
    const bool many = !alone && endpoints.size() == 1 && addresses.size() >= kMany;
    if (!alone && !many) {
      cluster.product = "other";
      if (!fitting.empty()) {
        cluster.reasons.push_back(fmt::format("product not told by {}: {}", listed(told_by), listed(fitting, 12)));
      }
      return;
    }
    cluster.product = alone ? *fitting.begin() : *endpoints.begin();
    cluster.endpoint = !endpoints.empty();
    cluster.reasons.push_back(
        alone ? fmt::format("guess: product {}, which alone connects to {}", cluster.product, listed(told_by))
              : fmt::format("guess: product {}, the only one of {} that connects to {} in such numbers",
                            cluster.product, listed(fitting, 12), listed(told_by)));
  }

  const SeenEstate& estate_;
  const Catalogue& catalogue_;
  SiteGuess guess_;
  std::set<std::string> names_;
  std::vector<Words> products_;       // Candidates of each server.
  std::vector<std::size_t> parents_;  // Of servers that were joined.
  std::map<std::string, std::size_t> servers_named_;
  std::map<std::pair<std::string, std::string>, std::vector<std::size_t>> alike_;  // Clusters by product and domain.
};

}  // namespace

SiteGuess guess_site(const SeenEstate& estate, const Catalogue& catalogue) {
  return Guesser(estate, catalogue).guess();
}

}  // namespace ucready::report
