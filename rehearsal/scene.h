// One state of a hop, ready to be performed: both ends, and the real chains and stores that twins are made of.
#pragma once

#include <string>
#include <vector>

#include "upgrade/forecast/estate.h"
#include "upgrade/negotiation/doubt.h"

namespace ucready::rehearsal {

struct Scene {
  negotiation::Ends ends;
  // Of the keys in `ends`, found by their leaf. A key that is none of them was seen by nobody.
  std::vector<forecast::PresentedChain> server_chains;
  std::vector<forecast::PresentedChain> client_chains;
  // What the client judges the server by, and the server the client; nullptr: not known, then the anchors in `ends` say
  // what it is supposed to hold. Not owned.
  const trust::TrustStore* client_holds = nullptr;
  const trust::TrustStore* server_holds = nullptr;
  std::string server_name;  // That the client checks.
  // When these chains are judged.
  Time server_chains_at{};
  Time client_chains_at{};

  [[nodiscard]] const forecast::PresentedChain* presented(negotiation::Side by, const std::string& chain_id) const;
};

std::string_view key_word(negotiation::KeyKind kind);  // As the contract's key_type.

// The profile of one end in full, lists in their order, chains by their kind.
std::string describe(const Scene& scene, negotiation::Side side);

// Scenes of one kind differ in nothing that a handshake could show: names, serial numbers and dates of leaves do not
// count, authorities and stores do. `client_store` and `server_store`: digests of what is held.
std::string kind_of(const Scene& scene, std::string_view client_store, std::string_view server_store);
std::string store_digest(const trust::TrustStore* store);

}  // namespace ucready::rehearsal
