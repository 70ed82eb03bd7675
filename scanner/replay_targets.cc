#include "scanner/replay_targets.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <map>
#include <set>

#include "core/ip_address.h"
#include "core/printable.h"
#include "db/interface_observation.h"
#include "probes/dialect.h"
#include "tls/recorded_hello.h"

namespace ucready::scanner {
namespace {

constexpr std::size_t kMostOffersOfHop = 16;
constexpr std::size_t kMostOffersOfInterface = 64;

using db::MetOffer;
using forecast::Hop;

std::string node_text(const std::string& cluster, const std::string& node) {
  return node.empty() ? cluster : cluster + "/" + node;
}

std::string hop_text(const Hop& hop) {
  return fmt::format("{}{} -> {}:{}", node_text(hop.client, hop.client_node),
                     hop.client_service.empty() ? "" : " as " + hop.client_service,
                     node_text(hop.server, hop.server_node), hop.port);
}

bool is_of(const Hop& hop, const db::ClientName& client, const forecast::Estate& estate,
           const db::RecordedOffers& recorded) {
  if (client.address.empty()) {
    return hop.client == client.cluster && (client.node.empty() || hop.client_node == client.node);
  }
  if (hop.client == client.address) return true;
  if (estate.fact({hop.client, hop.client_node, "", 0}, "address").value == client.address) return true;
  return std::ranges::any_of(recorded.offers, [&](const MetOffer& met) {
    return met.client == hop.client && met.client_node == hop.client_node;
  });
}

bool is_by(const MetOffer& met, const Hop& hop) {
  return met.client == hop.client && (met.client_node == hop.client_node || met.client_node.empty());
}
bool was_made_there(const MetOffer& met, const Hop& hop) {
  return met.server == hop.server && met.server_node == hop.server_node && met.port == hop.port;
}
// The same face of the client; where nobody told which, the same protocol.
bool is_of_the_kind(const MetOffer& met, const Hop& hop) {
  if (met.client_service.empty() || hop.client_service.empty()) return met.protocol == hop.protocol;
  return met.client_service == hop.client_service;
}

// Those made to this very server, else those made to others in the same way.
std::vector<const MetOffer*> offers_for(const Hop& hop, const db::RecordedOffers& recorded) {
  std::vector<const MetOffer*> there;
  std::vector<const MetOffer*> alike;
  for (const MetOffer& met : recorded.offers) {
    if (!is_by(met, hop)) continue;
    if (was_made_there(met, hop)) there.push_back(&met);
    if (is_of_the_kind(met, hop)) alike.push_back(&met);
  }
  return there.empty() ? alike : there;
}

// By what name a client that says one would call this server.
std::string name_of_server(const forecast::Estate& estate, const Hop& hop) {
  const std::string named = estate.fact({hop.server, hop.server_node, "", hop.port}, "server_name").value;
  if (!named.empty()) return named;
  return parse_ip_address(hop.address) ? std::string() : hop.address;
}

class Gathering {
 public:
  explicit Gathering(const db::RecordedOffers& recorded) : recorded_(recorded) {}

  void leave_out(std::string what, std::string_view why) { made_.left_out.push_back(what.append(": ").append(why)); }

  // False where the interface has offers enough.
  bool add(const probes::Target& at, const MetOffer& met, const std::string& server_name,
           const db::OfferingClient& client) {
    Place& place = places_[{at.site, at.cluster, at.node, at.host, at.port, at.protocol}];
    const auto known = place.numbers.find({met.offer_id, server_name});
    if (known != place.numbers.end()) {
      add_client(place.offers[known->second], client);
      return true;
    }
    if (place.offers.size() == kMostOffersOfInterface) return false;
    const auto bytes = recorded_.hellos.find(met.offer_id);
    if (bytes == recorded_.hellos.end()) return true;
    auto hello = tls::offer_of_recording(bytes->second, server_name);
    if (!hello) {
      if (broken_.insert(met.offer_id).second) {
        leave_out(fmt::format("offer {}", met.offer_id.substr(0, 12)), hello.error().message);
      }
      return true;
    }
    // One that names nobody is the same hello by whatever name.
    const auto number = place.numbers.emplace(std::pair(met.offer_id, server_name), place.offers.size()).first;
    place.target = at;
    place.offers.push_back({met.offer_id, std::move(*hello), {}});
    add_client(place.offers[number->second], client);
    return true;
  }

  ReplayTargets finish(std::size_t hops) {
    made_.hops = hops;
    for (auto& [key, place] : places_) {
      if (place.offers.empty()) continue;
      place.target.offers = std::make_shared<const std::vector<probes::RecordedOffer>>(std::move(place.offers));
      made_.targets.push_back(std::move(place.target));
    }
    return std::move(made_);
  }

 private:
  struct Place {
    probes::Target target;
    std::vector<probes::RecordedOffer> offers;
    std::map<std::pair<std::string, std::string>, std::size_t> numbers;
  };

  static void add_client(probes::RecordedOffer& offer, const db::OfferingClient& client) {
    if (offer.clients.empty() || offer.clients.back() != client) offer.clients.push_back(client);
  }

  const db::RecordedOffers& recorded_;
  ReplayTargets made_;
  std::map<db::InterfaceKey, Place> places_;
  std::set<std::string> broken_;
};

probes::Target interface_of(const forecast::Estate& estate, const Hop& hop) {
  probes::Target target;
  target.site = estate.rows().site;
  const bool declared = !estate.nodes(hop.server).empty() || estate.product(hop.server) != nullptr;
  if (declared) {  // Else the name is an address.
    target.cluster = hop.server;
    target.node = hop.server_node;
  }
  target.host = hop.address.empty() && parse_ip_address(hop.server) ? hop.server : hop.address;
  target.port = hop.port;
  target.protocol = hop.protocol;
  target.product = estate.fact({hop.server, "", "", 0}, "product").value;
  target.release = estate.fact({hop.server, hop.server_node, "", 0}, "release").value;
  target.domain = estate.fact({hop.server, hop.server_node, "", hop.port}, "domain").value;
  target.declared = true;
  return target;
}

}  // namespace

std::size_t ReplayTargets::questions() const {
  std::size_t count = 0;
  for (const probes::Target& target : targets) count += target.offers->size();
  return count;
}

ReplayTargets targets_of_hops(const forecast::Estate& estate, const forecast::Hops& hops, const db::ClientName& client,
                              const db::RecordedOffers& recorded) {
  Gathering gathering(recorded);
  std::size_t count = 0;
  for (std::size_t at = 0; at < hops.size(); ++at) {
    const Hop hop = hops[at];
    if (!is_of(hop, client, estate, recorded)) continue;
    ++count;
    const probes::Target target = interface_of(estate, hop);
    if (target.host.empty()) {
      gathering.leave_out(hop_text(hop), "the server has no address");
    } else if (probes::find_dialect(hop.protocol) == nullptr) {
      gathering.leave_out(hop_text(hop), fmt::format("{} cannot be started from here", hop.protocol));
    } else {
      const auto offers = offers_for(hop, recorded);
      if (offers.empty()) gathering.leave_out(hop_text(hop), "no offer of this kind is recorded");
      const db::OfferingClient face{hop.client, hop.client_node, hop.client_service,
                                    estate.fact({hop.client, hop.client_node, "", 0}, "release").value};
      std::size_t taken = 0;
      for (const MetOffer* const met : offers) {
        const std::string name = was_made_there(*met, hop) ? met->server_name : name_of_server(estate, hop);
        if (taken == kMostOffersOfHop || !gathering.add(target, *met, name, face)) {
          gathering.leave_out(hop_text(hop),
                              fmt::format("{} of {} offers, the rarer ones", offers.size() - taken, offers.size()));
          break;
        }
        ++taken;
      }
    }
  }
  return gathering.finish(count);
}

Result<ReplayTargets> targets_of_words(const std::vector<std::string>& words, const upgrade::Product* product,
                                       const upgrade::Catalogue& catalogue, const db::RecordedOffers& recorded) {
  Gathering gathering(recorded);
  for (const std::string& word : words) {
    const auto group = read_target(word, product, catalogue);
    if (!group) return tl::unexpected<Error>(group.error());
    if (group->hosts.size() != 1) {
      return fail(ErrorCode::invalid_input, fmt::format("{}: --as asks single hosts; name them one by one", word));
    }
    for (const TargetGroup::Interface& asked : group->interfaces) {
      probes::Target target;
      target.host = group->hosts.at(0);
      target.port = asked.port;
      target.protocol = asked.protocol;
      target.product = group->product;
      target.server_name = asked.server_name;
      target.declared = asked.declared;
      const bool any_of_protocol = std::ranges::count(recorded.offers, asked.protocol, &MetOffer::protocol) > 0;
      for (const MetOffer& met : recorded.offers) {
        if (any_of_protocol && met.protocol != asked.protocol) continue;
        const db::OfferingClient face{met.client, met.client_node, met.client_service, ""};
        if (gathering.add(target, met, asked.server_name, face)) continue;
        gathering.leave_out(word, fmt::format("offers above {}, the rarer ones", kMostOffersOfInterface));
        break;
      }
    }
  }
  return gathering.finish(0);
}

std::string capture_advice(const forecast::Estate& estate, const forecast::Hops& hops, const db::ClientName& client) {
  constexpr std::size_t kMost = 6;
  std::set<std::string> hosts;
  std::set<std::uint16_t> ports;
  if (!client.address.empty()) hosts.insert(client.address);
  for (std::size_t at = 0; at < hops.size(); ++at) {
    const Hop hop = hops[at];
    if (!is_of(hop, client, estate, {})) continue;
    const std::string address = estate.fact({hop.client, hop.client_node, "", 0}, "address").value;
    if (!address.empty() && hosts.size() < kMost) hosts.insert(address);
    if (ports.size() < kMost) ports.insert(hop.port);
  }
  std::string filter;
  if (!hosts.empty()) filter = fmt::format("host {}", fmt::join(hosts, " or host "));
  if (!ports.empty()) {
    const std::string wanted = fmt::format("tcp port {}", fmt::join(ports, " or tcp port "));
    filter = filter.empty() ? wanted : fmt::format("({}) and ({})", filter, wanted);
  }
  return fmt::format(
      "capture while it connects anew, as with 'tcpdump -s 0 -w client.pcap{}', and read that with "
      "'ucready capture -r client.pcap'",
      filter.empty() ? "" : fmt::format(" \"{}\"", printable(filter)));
}

}  // namespace ucready::scanner
