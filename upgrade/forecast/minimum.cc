#include "upgrade/forecast/minimum.h"

#include <algorithm>
#include <array>
#include <unordered_map>

namespace ucready::forecast {
namespace {

using db::ForecastCell;
using db::HopOutcome;
using negotiation::Side;

constexpr std::array kVersions = {tls::kTls10, tls::kTls11, tls::kTls12, tls::kTls13};
constexpr const char* kMinimum = "tls_min";
// CUBE's command names one version alone, or this one and those above (docs/sources.md, CUB).
constexpr const char* kTransport = "transport_tls";

// The setting that makes this version the lowest.
struct Raise {
  std::string setting;
  std::string value;
};
std::optional<Raise> raise_of(const upgrade::Product* product, tls::Version version) {
  if (product == nullptr || product->endpoint) return std::nullopt;
  if (find_setting(*product, kTransport) != nullptr)
    return Raise{kTransport, version == tls::kTls13 ? "v1.3" : "v1.2-minimum"};
  const upgrade::CatalogueSetting* const minimum = find_setting(*product, kMinimum);
  const std::string value = tls::name(version);
  // What all products have in common lists no values: then nobody says that there is such a switch.
  if (minimum == nullptr || std::ranges::find(minimum->values, value) == minimum->values.end()) return std::nullopt;
  return Raise{kMinimum, value};
}

State raised(State state, const Raise& raise) {
  state.changes[raise.setting] = raise.value;
  return state;
}

// Whether no reading of what is known lets the end speak this version or a higher one.
bool lacks(const HopEnds& ends, Side side, tls::Version version) {
  bool speaks = false;
  const auto look = [&](const negotiation::Ends& both) {
    const auto& versions = side == Side::client ? both.client.versions : both.server.versions;
    speaks =
        speaks || std::ranges::any_of(versions, [&](tls::Version spoken) { return spoken.value >= version.value; });
  };
  return negotiation::follow(ends.ends, ends.doubts, look) && !speaks;
}

// What a minimum does to the hops of a kind, whichever of their ends it is set at.
struct Effect {
  HopOutcome outcome = HopOutcome::works;  // works: nothing.
  bool client_lacks = false;
  bool server_lacks = false;
};

class Effects {
 public:
  Effects(const Estate& estate, const CourseOfHops& course) : estate_(estate), course_(course) {}

  Effect of(std::size_t kind, bool at_last, tls::Version version) const {
    const std::size_t example = course_.cells.kinds.examples[kind];
    const Hop hop = course_.hops[example];
    const auto& clients = course_.states.find(hop.client)->second;
    const auto& servers = course_.states.find(hop.server)->second;
    const std::size_t client = at_last ? clients.size() - 1 : 0;
    const std::size_t server = at_last ? servers.size() - 1 : 0;
    const ForecastCell& before = course_.cells.at(example, static_cast<int>(client), static_cast<int>(server));
    const auto agreed = tls::parse_version(before.version);
    if (before.outcome == HopOutcome::works && agreed && agreed->value >= version.value) return {};
    const auto at_server = raise_of(estate_.product(hop.server), version);
    const auto at_client = at_server ? std::nullopt : raise_of(estate_.product(hop.client), version);
    if (!at_server && !at_client) return {};
    const State client_state = at_client ? raised(clients[client], *at_client) : clients[client];
    const State server_state = at_server ? raised(servers[server], *at_server) : servers[server];
    Effect effect{before.outcome == HopOutcome::breaks
                      ? before.outcome
                      : forecast_cell(estate_, hop, client_state, server_state).outcome};
    // What was seen to work against the forecast is beyond it.
    if (effect.outcome == HopOutcome::breaks && before.against_forecast) effect.outcome = HopOutcome::unknown;
    if (effect.outcome == HopOutcome::breaks) {
      const HopEnds ends = ends_of(estate_, hop, clients[client], servers[server]);
      effect.client_lacks = lacks(ends, Side::client, version);
      effect.server_lacks = lacks(ends, Side::server, version);
    }
    // What breaks anyway breaks no more than before, unless a mend would have to reckon with an end that lacks the
    // version.
    if (before.outcome == HopOutcome::breaks && !effect.client_lacks && !effect.server_lacks) return {};
    return effect;
  }

 private:
  const Estate& estate_;
  const CourseOfHops& course_;
};

// Hops of one declaration and one kind: the same two clusters, the same fate.
struct Bundle {
  std::uint32_t kind = 0;
  std::size_t example = 0;
  std::size_t hops = 0;
};
std::vector<Bundle> bundles_of(const CourseOfHops& course) {
  std::unordered_map<std::uint64_t, std::size_t> number;
  std::vector<Bundle> bundles;
  for (std::size_t at = 0; at < course.hops.size(); ++at) {
    const std::uint32_t kind = course.cells.kinds.of_hop[at];
    const auto [place, is_new] =
        number.try_emplace((std::uint64_t{course.hops.ends(at).declared} << 32) | kind, bundles.size());
    if (is_new) bundles.push_back({kind, at, 0});
    ++bundles[place->second].hops;
  }
  return bundles;
}

// The rows of one stand and version, by cluster; the empty name is the site's.
class Rows {
 public:
  void add(const std::string& cluster, const std::string& peer, const Effect& effect, std::size_t hops) {
    Counts& of = clusters_[cluster];
    if (effect.outcome == HopOutcome::unknown) of.unknown += hops;
    if (effect.outcome != HopOutcome::breaks) return;
    of.breaks += hops;
    if (!peer.empty()) of.blockers[peer] += hops;
  }
  void put(int wave, const std::string& version, std::vector<db::ForecastMinimum>& rows) const {
    for (const auto& [cluster, of] : clusters_) {
      db::ForecastMinimum& row = rows.emplace_back(db::ForecastMinimum{
          .cluster = cluster, .wave = wave, .version = version, .breaks = of.breaks, .unknown = of.unknown});
      for (const auto& [peer, hops] : of.blockers) row.blockers.push_back({peer, hops});
    }
  }

 private:
  struct Counts {
    std::size_t breaks = 0;
    std::size_t unknown = 0;
    std::map<std::string, std::size_t> blockers;
  };
  std::map<std::string, Counts> clusters_;
};

// Who has to go, or to change, before the minimum can be set at `own`.
std::string blocker_of(const std::string& own, const db::DeclaredHop& hop, const Effect& effect) {
  const bool own_is_client = own == hop.client;
  const std::string& peer = own_is_client ? hop.server : hop.client;
  const bool own_lacks = own_is_client ? effect.client_lacks : effect.server_lacks;
  const bool peer_lacks = own_is_client ? effect.server_lacks : effect.client_lacks;
  return own_lacks && !peer_lacks ? own : peer;
}

}  // namespace

std::vector<db::ForecastMinimum> find_minimums(const Estate& estate, const CourseOfHops& course) {
  const Effects effects(estate, course);
  const std::vector<Bundle> bundles = bundles_of(course);
  const int last_wave = static_cast<int>(course.waves.size()) - 1;
  std::vector<db::ForecastMinimum> rows;
  for (const bool at_last : {false, true}) {
    if (at_last && last_wave == 0) break;
    for (const tls::Version version : kVersions) {
      std::vector<std::optional<Effect>> known(course.cells.kinds.examples.size());
      Rows of;
      for (const Bundle& bundle : bundles) {
        const db::DeclaredHop& hop = course.hops.declared(bundle.example);
        const bool server = raise_of(estate.product(hop.server), version).has_value();
        const bool client = hop.client != hop.server && raise_of(estate.product(hop.client), version).has_value();
        if (!server && !client) continue;
        if (!known[bundle.kind]) known[bundle.kind] = effects.of(bundle.kind, at_last, version);
        const Effect& effect = *known[bundle.kind];
        if (server) of.add(hop.server, blocker_of(hop.server, hop, effect), effect, bundle.hops);
        if (client) of.add(hop.client, blocker_of(hop.client, hop, effect), effect, bundle.hops);
        const std::string lacking =
            effect.client_lacks == effect.server_lacks || effect.client_lacks ? hop.client : hop.server;
        of.add("", lacking, effect, bundle.hops);
      }
      of.put(at_last ? last_wave : 0, std::string(tls::name(version)), rows);
    }
  }
  return rows;
}

}  // namespace ucready::forecast
