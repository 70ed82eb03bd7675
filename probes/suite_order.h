// In whose order suites are chosen: told by what was chosen so far, and by a few questions more.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <functional>
#include <optional>
#include <vector>

#include "probes/transport.h"
#include "tls/code_points.h"

namespace ucready::probes {

struct FoundSuite {
  tls::CipherSuite suite;
  std::optional<int> dh_bits;
};

struct SuitePick {
  std::vector<tls::CipherSuite> offered;
  tls::CipherSuite chosen;
  bool ecdsa_hidden;  // For want of what the hello left out.
};

// Asks for these, in this order, in a hello that leaves nothing else out; nothing where they are refused.
using AskWhole = std::function<asio::awaitable<std::optional<FoundSuite>>(std::vector<tls::CipherSuite>)>;

// With the usual switch for it a server moves its ChaCha20 suites to the front when the client's first suite is one.
bool is_chacha(tls::CipherSuite suite);

// The client's first choice was passed over for another one that it would do as well as.
bool shows_own_order(const std::vector<SuitePick>& picks, const std::vector<FoundSuite>& found);

// The same, asked for. What is passed must outlive the answer.
asio::awaitable<bool> follows_own_order(const AskWhole& ask, const std::vector<FoundSuite>& found);

struct MergedSuites {
  std::vector<FoundSuite> suites;
  bool ordered = true;  // False where a question was not answered.
};

// Two lists, each in the server's order, into one. Mostly one stands behind the other as a whole.
asio::awaitable<MergedSuites> merge_by_order(const AskWhole& ask, std::vector<FoundSuite> one,
                                             std::vector<FoundSuite> other);

}  // namespace ucready::probes
