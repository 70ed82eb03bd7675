#include "upgrade/forecast/renewal.h"

#include <algorithm>
#include <optional>
#include <tuple>

#include "upgrade/forecast/forecast.h"
#include "upgrade/forecast/mend_change.h"

namespace ucready::forecast {
namespace {

using db::HopOutcome;

// Renews it in the estate, for as long as this lives.
class Renewed {
 public:
  Renewed(Estate& estate, const Certificate& certificate) : estate_(estate), leaf_(certificate.sha256) {
    if (certificate.is_ca) {
      const auto stores = estate.stores();
      for (const auto& [place, store] : stores) {
        if (store->holds(certificate)) before_[place] = estate.put_store(place, Estate::without(*store, certificate));
      }
    }
    // Some present a certificate that may sign others.
    if (const auto chain = estate.chain_led_by(leaf_)) estate.put_chain(leaf_, reissued(*chain, "dates", "", nullptr));
  }
  Renewed(const Renewed&) = delete;
  Renewed& operator=(const Renewed&) = delete;
  ~Renewed() {
    estate_.put_chain(leaf_, nullptr);
    for (auto& [place, store] : before_) estate_.put_store(place, store);
  }

 private:
  Estate& estate_;
  std::string leaf_;
  std::map<Estate::StoreKey, std::shared_ptr<trust::TrustStore>> before_;
};

bool is_worse(HopOutcome after, HopOutcome before) {
  if (after == before || after == HopOutcome::works) return false;
  return before == HopOutcome::works || after == HopOutcome::breaks;
}

bool presents(const std::vector<PresentedChain>& chains, const std::string& leaf) {
  return std::ranges::any_of(chains, [&](const PresentedChain& c) { return c.certificates.front()->sha256 == leaf; });
}

// A hop as it is worked out, whatever was seen of it: what was seen is no word on a certificate that is still to come.
struct WorkedOut {
  db::ForecastCell cell;
  bool shows_it = false;  // One end presents the certificate.
};

WorkedOut work_out(const Estate& estate, const States& states, const Hop& hop, const std::string& leaf) {
  const State& client = states.find(hop.client)->second.front();
  const State& server = states.find(hop.server)->second.front();
  const HopEnds ends = ends_of(estate, hop, client, server);
  return {forecast_cell(estate, hop, client, server),
          presents(ends.server_chains, leaf) || presents(ends.client_chains, leaf)};
}

bool is_touched(const WorkedOut& before, const WorkedOut& after) {
  return before.shows_it || before.cell.outcome != after.cell.outcome || before.cell.reason != after.cell.reason ||
         before.cell.explanation != after.cell.explanation;
}

}  // namespace

RenewalEffect effect_of_renewal(Estate& estate, const Certificate& certificate) {
  const States states = states_today(estate);
  const Hops hops(estate);
  const Cells before = forecast_cells(estate, states, hops);
  const Kinds& kinds = before.kinds;
  std::vector<WorkedOut> worked_out;
  for (const std::size_t example : kinds.examples)
    worked_out.push_back(work_out(estate, states, hops[example], certificate.sha256));
  const Renewed renewed(estate, certificate);
  RenewalEffect effect{.of_authority = certificate.is_ca, .hops = hops.size()};
  std::vector<std::optional<db::ForecastCell>> worse(kinds.examples.size());
  for (std::size_t kind = 0; kind < worse.size(); ++kind) {
    WorkedOut after = work_out(estate, states, hops[kinds.examples[kind]], certificate.sha256);
    if (!is_touched(worked_out[kind], after)) continue;
    if (is_worse(after.cell.outcome, before.all[before.firsts[kind]].outcome)) worse[kind] = std::move(after.cell);
  }
  using Face = std::tuple<std::string, std::string, std::string, int, HopOutcome, std::string>;
  std::map<Face, std::size_t> number;
  for (std::size_t at = 0; at < hops.size(); ++at) {
    const std::uint32_t kind = kinds.of_hop[at];
    if (!worse[kind]) continue;
    const db::ForecastCell& cell = *worse[kind];
    const Hop hop = hops[at];
    const auto [place, is_new] = number.try_emplace(
        Face{hop.client, hop.client_service, hop.server, hop.port, cell.outcome, cell.reason}, effect.worse.size());
    if (is_new) effect.worse.push_back({hop, 0, cell.outcome, cell.reason, explanation_for(hop, cell.explanation)});
    ++effect.worse[place->second].pairs;
  }
  std::ranges::stable_sort(effect.worse, {}, [](const RenewalBreak& row) { return row.outcome != HopOutcome::breaks; });
  return effect;
}

}  // namespace ucready::forecast
