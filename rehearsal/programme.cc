#include "rehearsal/programme.h"

#include <algorithm>
#include <unordered_map>

#include "trust/certificate.h"

namespace ucready::rehearsal {
namespace {

using forecast::Estate;
using forecast::Hop;
using forecast::HopEnds;
using negotiation::Ends;

// Before the first twin is made, all who may have signed it must be known.
void introduce(const Estate& estate, Twins& twins) {
  for (const auto& [key, store] : estate.stores()) {
    for (const trust::TrustEntry& entry : store->authorities()) twins.know(entry.certificate);
  }
  for (const auto& [id, chain] : estate.rows().chains) {
    for (const Bytes& der : chain) twins.know(trust::read_certificate(der));
  }
}

class Director {
 public:
  Director(const Estate& estate, const forecast::States& states) : estate_(estate), states_(states) {
    introduce(estate, twins_);
  }

  // So many hops are of one kind with this one.
  void take(const Hop& hop, std::size_t hops) {
    programme_.hops += hops;
    alike_ = hops;
    each_pair_of_states(states_, hop, [&](std::size_t client, std::size_t server) {
      take(hop, states_.find(hop.client)->second[client], states_.find(hop.server)->second[server]);
    });
  }
  Programme finish() && { return std::move(programme_); }
  [[nodiscard]] std::size_t acts() const { return programme_.acts.size(); }

 private:
  void take(const Hop& hop, const forecast::State& client, const forecast::State& server) {
    const std::size_t cell = programme_.cells;
    programme_.cells += alike_;
    const HopEnds made = ends_of(estate_, hop, client, server);
    if (made.upload_refused) {
      programme_.cells_refused_upload += alike_;
      return;
    }
    Scene scene{.server_chains = made.server_chains,
                .client_chains = made.client_chains,
                .server_name = made.checked_name,
                .server_chains_at = made.server_chains_at,
                .client_chains_at = made.client_chains_at};
    const bool followed = negotiation::follow(made.ends, made.doubts, [&](const Ends& ends) {
      scene.ends = ends;
      // A doubt may suppose of a store what it does not hold; then a supposed one takes its place.
      scene.client_holds = supposes(ends.client.trust, made.ends.client.trust) ? nullptr : made.client_holds;
      scene.server_holds = supposes(ends.server.trust, made.ends.server.trust) ? nullptr : made.server_holds;
      check_good_name(scene);
      take(scene, cell, hop, client.release, server.release);
    });
    if (!followed) programme_.cells_too_open += alike_;
  }

  void take(const Scene& scene, std::size_t cell, const Hop& hop, const std::string& client_release,
            const std::string& server_release) {
    const std::string kind = kind_of(scene, digest_of(scene.client_holds), digest_of(scene.server_holds));
    const auto [at, is_new] = by_kind_.try_emplace(kind, programme_.acts.size());
    if (is_new) {
      last_cell_.push_back(cell);
      const negotiation::Outcome forecast = negotiate(scene.ends.client, scene.ends.server);
      programme_.acts.push_back({rehearse(scene, forecast, twins_), alike_, hop, client_release, server_release});
    } else if (last_cell_[at->second] != cell) {
      last_cell_[at->second] = cell;
      programme_.acts[at->second].cells += alike_;
    }
  }

  static bool supposes(const negotiation::Trust& in_this_case, const negotiation::Trust& known) {
    return in_this_case.anchors != known.anchors;
  }

  // A name that all leaves hold is no doubt of the forecast's, but OpenSSL may be asked all the same.
  static void check_good_name(Scene& scene) {
    if (!scene.server_name.empty() && scene.ends.client.trust.wrongly_named.empty())
      scene.ends.client.trust.check_name = true;
  }

  const std::string& digest_of(const trust::TrustStore* store) {
    const auto [at, is_new] = digests_.try_emplace(store);
    if (is_new) at->second = store_digest(store);
    return at->second;
  }

  const Estate& estate_;
  const forecast::States& states_;
  KeyRack keys_;
  Twins twins_{keys_};
  Programme programme_;
  std::size_t alike_ = 0;
  std::unordered_map<std::string, std::size_t> by_kind_;  // Into `acts`.
  std::vector<std::size_t> last_cell_;                    // By act: so that a cell counts once.
  std::unordered_map<const trust::TrustStore*, std::string> digests_;
};

}  // namespace

std::size_t Programme::count(Agreement agreement) const {
  return static_cast<std::size_t>(
      std::ranges::count_if(acts, [&](const Act& act) { return act.rehearsal.agreement == agreement; }));
}

Programme rehearse_all(const Estate& estate, const forecast::States& states, const forecast::Hops& hops,
                       const std::function<void(std::size_t, std::size_t, std::size_t)>& progress) {
  Director director(estate, states);
  const forecast::Kinds kinds = kinds_of(estate, states, hops);
  for (std::size_t kind = 0; kind < kinds.examples.size(); ++kind) {
    director.take(hops[kinds.examples[kind]], kinds.counts[kind]);
    if (progress) progress(kind + 1, kinds.examples.size(), director.acts());
  }
  return std::move(director).finish();
}

}  // namespace ucready::rehearsal
