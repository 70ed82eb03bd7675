// Which suites a server takes at one version and in whose order: the list is offered again without what it chose, until
// it refuses. The refusal must be an alert or another version; where a list ends by silence or a hang-up it is not
// known to be whole.
#pragma once

#include <functional>
#include <vector>

#include "probes/asker.h"
#include "probes/turn_list.h"

namespace ucready::probes {

struct FoundSuite {
  tls::CipherSuite suite;
  std::optional<int> dh_bits;
};

struct FoundSuites {
  std::vector<FoundSuite> suites;  // In the server's order where `server_order`, else as they were found.
  bool server_order = false;       // Proven; false also where there are fewer than two.
  bool complete = true;
};

class SuiteRemoval {
 public:
  // `base` is a hello that the server accepts; its groups and schemes are offered in turns, and what the server chose
  // of them is left in the two lists. `read_to` choice: HelloRetryRequests count (TLSv1.3).
  SuiteRemoval(Asker& asker, tls::HelloOffer base, TurnList<tls::Group>& groups,
               TurnList<tls::SignatureScheme>& schemes, tls::ReadTo read_to);

  // Each list is a hello of its own; the first is the one that `base` offers. `known`: what that was answered already;
  // nullptr: it was not asked.
  asio::awaitable<FoundSuites> run(std::vector<std::vector<tls::CipherSuite>> lists,
                                   const tls::ServerAnswer* known = nullptr);

 private:
  using Suites = std::vector<FoundSuite>;

  asio::awaitable<std::optional<FoundSuite>> ask(std::vector<tls::CipherSuite> suites);
  asio::awaitable<Suites> remove(std::vector<tls::CipherSuite> suites, std::optional<FoundSuite> first = {});
  FoundSuite note(const tls::ServerAnswer& answer);
  asio::awaitable<bool> follows_own_order(const Suites& found);
  asio::awaitable<bool> first_in_reverse(const Suites& found, std::size_t skip);
  asio::awaitable<Suites> merge(Suites one, Suites other);

  Asker& asker_;
  tls::HelloOffer base_;
  TurnList<tls::Group>& groups_;
  TurnList<tls::SignatureScheme>& schemes_;
  tls::ReadTo read_to_;
  bool complete_ = true;    // No list ended by silence or a hang-up.
  bool hung_up_ = false;    // The last refusal was a hang-up.
  bool orderless_ = false;  // A list had to be cut in two, so that its order is not known as a whole.
};

// Accepted, or with `choice` a HelloRetryRequest for something that was offered.
bool took(const tls::HelloOffer& offer, const Reply& reply);
// Refused: by an alert, with another version, or as this server does it. What ends otherwise tells nothing.
bool refused(const tls::HelloOffer& offer, const Reply& reply);

}  // namespace ucready::probes
