// Remembers what stores make of chains: mends are tried over thousands of pairs of states, and the same few chains meet
// the same few stores in nearly all of them.
#pragma once

#include <string>
#include <unordered_map>

#include "upgrade/forecast/chains.h"

namespace ucready::forecast {

// Not thread-safe.
class Opinions {
 public:
  // As opinion_of(); `seen_elsewhere` must be the same each time.
  StoreOpinion of(const PresentedChain& presented, const StoreQuestion& asked,
                  const std::vector<CertificatePtr>& seen_elsewhere);

 private:
  std::unordered_map<std::string, StoreOpinion> known_;
};

}  // namespace ucready::forecast
