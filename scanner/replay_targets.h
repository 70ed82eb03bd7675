// Which recorded offers go to which interfaces: a client's hops, each with the hellos that the client was seen to send
// there, or else to servers of the same kind.
#pragma once

#include <string>
#include <vector>

#include "db/recorded_offers.h"
#include "probes/target.h"
#include "scanner/target_list.h"
#include "upgrade/forecast/hops.h"

namespace ucready::scanner {

struct ReplayTargets {
  std::vector<probes::Target> targets;  // One an interface, with the offers of all nodes of the client.
  std::vector<std::string>
      left_out;          // "hq-expc/expc1 as sip-zone -> hq-cucm:5061: ...": what cannot be asked, and why.
  std::size_t hops = 0;  // Between nodes, of this client, left out or not.

  [[nodiscard]] std::size_t questions() const;
};

// At most 16 offers a hop, those made most often, and 64 an interface.
ReplayTargets targets_of_hops(const forecast::Estate& estate, const forecast::Hops& hops, const db::ClientName& client,
                              const db::RecordedOffers& recorded);

// Hosts that the user names instead of the client's own servers: offers made to the same protocol, or else all. `words`
// are read by read_target(); each names one host.
Result<ReplayTargets> targets_of_words(const std::vector<std::string>& words, const upgrade::Product* product,
                                       const upgrade::Catalogue& catalogue, const db::RecordedOffers& recorded);

// What to capture so that this client's offers are known: a clause with the command.
std::string capture_advice(const forecast::Estate& estate, const forecast::Hops& hops, const db::ClientName& client);

}  // namespace ucready::scanner
