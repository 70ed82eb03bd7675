// Which suites a server takes at one version: the list is offered again without what it chose, until
// it refuses. The refusal must be an alert or another version; where a list ends by silence or a hang-up it is not
// known to be whole.
#pragma once

#include <vector>

#include "probes/asker.h"
#include "probes/hello_offers.h"
#include "probes/lean_lists.h"
#include "probes/suite_order.h"

namespace ucready::probes {

struct FoundSuites {
  std::vector<FoundSuite> suites;  // In the server's order where `server_order`, else as they were found.
  bool server_order = false;       // Proven; false also where there are fewer than two.
  bool complete = true;
};

template <typename Wanted>
std::vector<tls::CipherSuite> suites_of(const FoundSuites& found, Wanted wanted) {
  std::vector<tls::CipherSuite> chosen;
  for (const FoundSuite& each : found.suites) {
    if (wanted(each.suite)) chosen.push_back(each.suite);
  }
  return chosen;
}

class SuiteRemoval {
 public:
  // `base` is a hello that the server accepts; what the server chooses of its groups and schemes is left in `lists`.
  // In TLSv1.3 a HelloRetryRequest counts, save one to a hello that left something out, if the server went no further.
  SuiteRemoval(Asker& asker, tls::HelloOffer base, LeanLists lists, tls::ReadTo read_to);

  // `known`: what `base` was answered already; nullptr: it was not asked.
  asio::awaitable<FoundSuites> run(SuiteLists suites, const tls::ServerAnswer* known = nullptr);

 private:
  using Suites = std::vector<tls::CipherSuite>;
  using Found = std::vector<FoundSuite>;
  enum class Lists { whole, lean };
  enum class End { refused, hung_up, silent, too_long };

  asio::awaitable<std::optional<FoundSuite>> ask(Suites suites, Lists lists, std::size_t picked = 0);
  asio::awaitable<std::optional<FoundSuite>> ask_next(Suites suites, Lists lists, std::size_t picked);
  FoundSuite note(tls::HelloOffer offer, const tls::ServerAnswer& answer, std::size_t picked);
  asio::awaitable<Found> remove(Suites suites, std::optional<FoundSuite> first = {});
  asio::awaitable<Found> remove_until_refused(Suites suites, std::optional<FoundSuite> first, Suites& aside);
  [[nodiscard]] bool set_dhe_aside(Suites& suites, Suites& aside) const;
  asio::awaitable<bool> is_too_long(std::size_t count);
  void put_back(Found& found, std::size_t from, Suites& suites);
  asio::awaitable<bool> is_preferred(FoundSuite first, FoundSuite second);
  asio::awaitable<void> unblock(Found& found);
  Suites take_what_may_join(const Found& found);
  [[nodiscard]] bool looks_at_both_kinds() const;
  asio::awaitable<void> join(Suites more, Suites& suites, Found& found);
  bool part_from_rest(Suites& suites);
  void part(const Suites& suites);
  std::vector<Suites> lists_left();
  asio::awaitable<Found> remove_halves(Suites suites);

  Asker& asker_;
  tls::HelloOffer base_;  // Without its suites.
  Suites base_suites_;
  LeanLists lists_;
  tls::ReadTo read_to_;
  Suites rest_, flagged_;  // To be asked together with the usual ones, where the server takes that.
  Suites joined_;
  bool parted_ = false;     // They are asked for by themselves.
  bool backwards_ = false;  // The next hello lists its suites the other way round.
  std::vector<SuitePick> picks_;
  Suites left_;  // What the last list was refused with.
  End last_end_ = End::refused;
  std::optional<tls::Alert> last_alert_;
  std::optional<tls::CipherSuite> sure_;  // One that it takes.
  std::size_t longest_;                   // Suites in the longest hello that it took.
  bool complete_ = true;                  // No list ended by silence or a hang-up.
  bool orderless_ = false;                // A list had to be cut in two, so that its order is not known as a whole.
};

// Accepted, or with `choice` a HelloRetryRequest for something that was offered.
bool took(const tls::HelloOffer& offer, const Reply& reply);
// Refused: by an alert, with another version, or as this server does it. What ends otherwise tells nothing.
bool refused(const tls::HelloOffer& offer, const Reply& reply);

}  // namespace ucready::probes
