#include "upgrade/forecast/mend_change.h"

#include <fmt/format.h>

#include <algorithm>

#include "upgrade/forecast/presented.h"
#include "upgrade/forecast/trust_list.h"

namespace ucready::forecast {
namespace {

constexpr const char* kRenewal = "renewal";

bool lists(const std::string& list, const std::string& word) {
  return (',' + list + ',').find(',' + word + ',') != std::string::npos;
}

// What is another in the leaf; false: nothing would be.
bool change_leaf(const std::string& change, Certificate& leaf) {
  constexpr int kSoundBits = 2048;
  if (change == "hash") {
    if (leaf.signature_hash != "sha1" && leaf.signature_hash != "md5") return false;
    leaf.signature_hash = "sha256";
    leaf.signature_algorithm =
        leaf.signature_algorithm.starts_with("ecdsa") ? "ecdsa-with-SHA256" : "sha256WithRSAEncryption";
  } else if (change == "purposes") {
    if (leaf.eku.empty() || (lists(leaf.eku, "serverAuth") && lists(leaf.eku, "clientAuth"))) return false;
    leaf.eku = "serverAuth,clientAuth";
  } else if (change == "key") {
    if (leaf.key_type != "rsa" || leaf.key_bits >= kSoundBits) return false;
    leaf.key_bits = kSoundBits;
  }
  return true;
}

}  // namespace

std::string Change::key() const {
  const std::string kind = fmt::format("{}\n{}\n{}\n", entry.kind, cluster, node);
  if (entry.kind == "trust") return kind + fmt::format("{}\n{}", store, authority->sha256);
  if (entry.kind == "trust-list") return kind + fmt::format("{}\n{}", store, server);
  if (entry.kind == "setting") return kind + fmt::format("{}\n{}\n{}\n{}", service, port, entry.setting, entry.value);
  if (entry.kind == "withdraw") return kind + fmt::format("{}\n{}", setting, state);
  if (entry.kind == "certificate") {
    // Whoever presents the leaf gets the new one, so its place is no part of it.
    return fmt::format("certificate\n{}\n{}\n{}\n{}", leaf, entry.change, instead->reissue->name,
                       authority ? authority->sha256 : std::string());
  }
  return kind + server;
}

Change Change::at(const Hop& hop) const {
  Change moved = *this;
  moved.cluster = at_client ? hop.client : hop.server;
  if (!node.empty()) moved.node = at_client ? hop.client_node : hop.server_node;
  if (!server.empty()) moved.server = hop.server;
  if (!listener.cluster.empty()) moved.listener = {hop.server, hop.server_node, "", hop.port};
  return moved;
}

std::shared_ptr<const PresentedChain> reissued(const PresentedChain& chain, const std::string& change,
                                               const std::string& name, const PresentedChain* signed_like) {
  auto fresh = std::make_shared<PresentedChain>(renewed({chain}, Renewal::same_authority).front());
  auto leaf = std::make_shared<Certificate>(*fresh->certificates.front());
  auto reissue = std::make_shared<Reissue>();
  if (!change_leaf(change, *leaf)) return nullptr;
  if (change == "name") {
    if (name.empty()) return nullptr;
    reissue->name = name;
  }
  if (change == "authority") {
    if (signed_like == nullptr) return nullptr;
    const Certificate& like = *signed_like->certificates.front();
    if (like.self_signed || (like.issuer == leaf->issuer && !leaf->self_signed)) return nullptr;
    leaf->issuer = like.issuer;
    leaf->self_signed = false;
    leaf->signature_algorithm = like.signature_algorithm;
    leaf->signature_hash = like.signature_hash;
    fresh->certificates = signed_like->certificates;
    reissue->signed_like = signed_like->certificates;
  }
  fresh->certificates.front() = std::move(leaf);
  fresh->reissue = std::move(reissue);
  return fresh;
}

const std::string* course_value(const State& state, const std::string& setting) {
  const auto found = state.changes.find(setting);
  return found == state.changes.end() ? nullptr : &found->second;
}

Hop ChangedSite::changed(Hop hop) const {
  if (encrypted_.contains({hop.client, hop.server})) hop.security = "encrypted";
  return hop;
}

db::ForecastCell ChangedSite::cell(const Hop& hop, int client_state, int server_state) const {
  return forecast_cell(estate_, changed(hop), state(hop.client, client_state), state(hop.server, server_state));
}

ChangedSite::Made ChangedSite::make(const Change& change) {
  const std::string& kind = change.entry.kind;
  if (kind == "trust") return Made(trust(change));
  if (kind == "trust-list") return Made(load_list(change));
  if (kind == "setting") return Made(set(change));
  if (kind == "withdraw") return Made(withdraw(change));
  if (kind == "certificate") {
    estate_.put_chain(change.leaf, change.instead);
    return Made([this, leaf = change.leaf] { estate_.put_chain(leaf, nullptr); });
  }
  const auto added = encrypted_.emplace(change.cluster, change.server);
  return Made([this, added] { encrypted_.erase(added); });
}

std::function<void()> ChangedSite::trust(const Change& change) {
  const trust::TrustStore* const held = estate_.store(change.cluster, change.node, change.store);
  if (held == nullptr) return [] {};
  return put_store(change, Estate::with_authority(*held, change.authority));
}

std::function<void()> ChangedSite::load_list(const Change& change) {
  const trust::TrustStore* const held = estate_.store(change.cluster, change.node, change.store);
  auto loaded = held == nullptr ? nullptr : list_loaded_anew(estate_, *held, change.listener);
  if (loaded == nullptr) return [] {};
  return put_store(change, std::move(loaded));
}

std::function<void()> ChangedSite::put_store(const Change& change, std::shared_ptr<trust::TrustStore> store) {
  const Estate::StoreKey place{change.cluster, change.node, change.store};
  auto before = estate_.put_store(place, std::move(store));
  return [this, place, before] { estate_.put_store(place, before); };
}

std::function<void()> ChangedSite::set(const Change& change) {
  const std::string& setting = change.entry.setting;
  if (!change.service.empty() || change.port != 0 || !change.node.empty()) {
    const Place place{change.cluster, change.node, change.service, change.port};
    const Known before = estate_.put_fact(place, setting, {change.entry.value, Confidence::declared});
    return [this, place, setting, before] { estate_.put_fact(place, setting, before); };
  }
  auto& states = states_.find(change.cluster)->second;
  auto before = states;
  for (State& state : states) {
    // Certificates are renewed when the order says so, otherwise than it says.
    if (setting == kRenewal && course_value(state, setting) == nullptr) continue;
    state.changes[setting] = change.entry.value;
  }
  return [this, cluster = change.cluster, before] { states_.find(cluster)->second = before; };
}

// From that state on until another step changes the same setting.
std::function<void()> ChangedSite::withdraw(const Change& change) {
  auto& states = states_.find(change.cluster)->second;
  auto before = states;
  const auto first = static_cast<std::size_t>(change.state);
  const std::string* const earlier = first == 0 ? nullptr : course_value(before[first - 1], change.setting);
  for (std::size_t at = first; at < states.size(); ++at) {
    const std::string* const now = course_value(before[at], change.setting);
    if (now == nullptr || *now != change.value) break;
    if (earlier == nullptr) {
      states[at].changes.erase(change.setting);
    } else {
      states[at].changes[change.setting] = *earlier;
    }
  }
  return [this, cluster = change.cluster, before] { states_.find(cluster)->second = before; };
}

}  // namespace ucready::forecast
