#include "upgrade/forecast/faces.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <set>

#include "core/ip_address.h"
#include "upgrade/forecast/chains.h"
#include "upgrade/forecast/end_facts.h"
#include "upgrade/forecast/trust_list.h"

namespace ucready::forecast {
namespace {

// What is part of a name or of the course, and is looked at on its own.
bool is_told_elsewhere(const std::string& fact) {
  constexpr std::array<std::string_view, 8> kElsewhere = {"address", "role", "count",       "release",
                                                          "target",  "via",  "server_name", "domain"};
  return std::ranges::find(kElsewhere, fact) != kElsewhere.end();
}

void add(std::string& text, std::string_view part) {
  text += part;
  text += '\n';
}

void add_facts(const Estate& estate, const Place& place, std::string& text) {
  estate.each_fact(place, [&](const std::string& name, const Known& known) {
    if (!is_told_elsewhere(name)) add(text, fmt::format("{}={}/{}", name, known.value, to_text(known.confidence)));
  });
}

void add_chains(const std::vector<PresentedChain>& chains, std::string& text) {
  for (const PresentedChain& chain : chains) add(text, fmt::format("chain {}/{}", chain.id, to_text(chain.confidence)));
}

}  // namespace

std::uint32_t Faces::number(std::string text) {
  return numbers_.emplace(std::move(text), static_cast<std::uint32_t>(numbers_.size())).first->second;
}

std::uint32_t Faces::of_cluster(const std::string& cluster) {
  if (const auto known = clusters_.find(cluster); known != clusters_.end()) return known->second;
  std::string text;
  for (const State& state : states_.find(cluster)->second) {
    add(text, fmt::format("state {} {} {}", state.release, state.day, state.upgraded));
    for (const std::string& release : state.path) add(text, release);
    for (const auto& [name, value] : state.changes) add(text, fmt::format("{}={}", name, value));
  }
  add_facts(estate_, {cluster, "", "", 0}, text);
  return clusters_[cluster] = number(std::move(text));
}

std::uint32_t Faces::content_of(const trust::TrustStore* store) {
  if (const auto known = stores_.find(store); known != stores_.end()) return known->second;
  std::set<std::string> held;
  if (store != nullptr) {
    held.insert("complete");
    for (const trust::TrustEntry& entry : store->authorities()) held.insert(entry.certificate->sha256);
    for (const trust::Pin& pin : store->pins()) {
      const std::string named = pin.certificate ? pin.certificate->sha256 : pin.hash ? pin.hash->value : pin.subject;
      held.insert(fmt::format("pin {} {}", named, pin.roles));
    }
  }
  std::string text = "store\n";
  for (const std::string& one : held) add(text, one);
  return stores_[store] = number(std::move(text));
}

std::uint32_t Faces::of_client(const std::string& cluster, const std::string& node, const std::string& service,
                               const std::string& protocol) {
  const Place place{cluster, node, service, 0};
  std::string text = fmt::format("client {} {}\n", of_cluster(cluster), service);
  if (!node.empty()) add_facts(estate_, {cluster, node, "", 0}, text);
  if (!service.empty()) {
    add_facts(estate_, {cluster, "", service, 0}, text);
    add_facts(estate_, place, text);
  }
  const auto* const known = client_service_of(estate_.product(cluster), service, protocol);
  const std::string store = known == nullptr ? "" : known->store;
  add_chains(estate_.chains_of_service(place, known == nullptr ? "" : known->certificate,
                                       known != nullptr && known->certificate.empty()),
             text);
  add(text, fmt::format("store {} {}", store, content_of(estate_.store(cluster, node, store))));
  for (const std::string& offer : estate_.offers(cluster, node, service)) add(text, "offer " + offer);
  return number(std::move(text));
}

std::uint32_t Faces::of_server(const std::string& cluster, const std::string& node, int port,
                               const std::string& protocol, const std::string& address) {
  const Place place{cluster, node, "", port};
  std::string text = fmt::format("server {} {} {}\n", of_cluster(cluster), port, protocol);
  if (!node.empty()) add_facts(estate_, {cluster, node, "", 0}, text);
  add_facts(estate_, {cluster, "", "", port}, text);
  if (!node.empty()) add_facts(estate_, place, text);
  if (const db::SeenInterface* const seen = estate_.seen(cluster, node, port)) {
    for (const std::string& version : seen->accepted) add(text, version);
    add(text, fmt::format("asks {} {}", seen->requested, seen->required ? (*seen->required ? "must" : "may") : "?"));
  }
  const auto* const interface = interface_of(estate_.product(cluster), static_cast<std::uint16_t>(port), protocol);
  const std::string store = interface == nullptr ? "" : interface->client_store;
  add(text, fmt::format("store {} {}", store, content_of(estate_.store(cluster, node, store))));
  if (const auto* const list = list_served_by(estate_, cluster, node))
    add(text, fmt::format("serves {}", content_of(list)));
  const std::string named = estate_.fact(place, "server_name").value;
  const bool by_address = parse_ip_address(address).has_value();
  add(text, fmt::format("called {} {} {}", named.empty(), address.empty(), by_address));
  const auto chains = estate_.chains_of_listener(place);
  add_chains(chains, text);
  if (estate_.may_have_more_chains(place)) add(text, "or more");
  if (const db::CapturedServer* const met = estate_.captured(place))
    add(text, fmt::format("captured {} {} {}", met->requested, met->never_requested, met->worked_without));
  for (const PresentedChain& chain : chains)
    add(text, holds_name(chain, named.empty() ? address : named) ? "so" : "not so");
  return number(std::move(text));
}

}  // namespace ucready::forecast
