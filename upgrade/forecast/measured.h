// What servers were seen to answer to clients' own hellos, where that still holds today.
#pragma once

#include <map>
#include <set>
#include <string>
#include <tuple>

#include "upgrade/forecast/ends.h"

namespace ucready::forecast {

// Left out is what may hold no longer: answers from when either end ran another release, or of a listener that a later
// scan saw without that certificate or version; and such as two names led to differently. The estate must outlive it.
class MeasuredAnswers {
 public:
  explicit MeasuredAnswers(const Estate& estate);

  [[nodiscard]] bool empty() const { return answers_.empty(); }
  // What the hop's server answered to this offer of its client; nullptr: it was not asked, or that holds no longer.
  [[nodiscard]] const db::SeenAnswer* find(const Hop& hop, const std::string& offer_id) const;
  // All that was answered to the hop's client, in words that are equal where the answers are.
  [[nodiscard]] std::string digest(const Hop& hop) const;

 private:
  using Key = std::tuple<std::string, std::string, std::string, std::string, std::string, int>;
  using ByOffer = std::map<std::string, const db::SeenAnswer*>;

  static Key key_of(const Hop& hop);
  [[nodiscard]] static bool holds(const Estate& estate, const db::SeenAnswer& answer);

  std::map<Key, ByOffer> answers_;
};

// The answer as negotiation takes it, with the chain that came with it; nothing where it was not measured, and in every
// state but today's. The day of `server` judges the chain.
struct MeasuredChoice {
  negotiation::MeasuredAnswer answer;
  std::optional<PresentedChain> shown;
};
std::optional<MeasuredChoice> measured_choice(const Estate& estate, const Hop& hop, const SeenHello& seen,
                                              const State& client, const State& server);

}  // namespace ucready::forecast
