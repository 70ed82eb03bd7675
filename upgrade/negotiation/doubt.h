// What is not known of an end is followed for every value it may have, and never guessed.
//
//   const Doubt level = doubt_over("the server's security level", "security_level", std::vector<int>{0, 1, 2},
//                                  [](Ends& ends, int value) { ends.server.security_level = value; });
//   const Verdict verdict = weigh(client, server, {level});
//
// One outcome for all values is `robust`; one that rests on the values the catalogue assumes is `derived`; the rest is
// `unknown` and names the fact that decides. A stack whose rules nobody measured is a doubt by itself.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "upgrade/negotiation/negotiate.h"

namespace ucready::negotiation {

struct Ends {
  ClientProfile client;
  ServerProfile server;
};

// One fact with the values it may have; each is a change to the ends.
struct Doubt {
  std::string fact;     // For people: "the security level of the client".
  std::string missing;  // For the contract's reason "missing_...": "trust", "offer", "certificate".
  std::vector<std::function<void(Ends&)>> values;
  std::optional<std::size_t> assumed;  // The value that a source assumes, if any.
};

// A doubt over one field: `set(ends, value)` for each value.
template <typename Value, typename Set>
Doubt doubt_over(std::string fact, std::string missing, const std::vector<Value>& values, Set set) {
  Doubt doubt{std::move(fact), std::move(missing), {}, {}};
  for (const Value& value : values) {
    doubt.values.push_back([value, set](Ends& ends) { set(ends, value); });
  }
  return doubt;
}

// A fact on which an outcome turns.
struct Decisive {
  std::string fact;
  std::string missing;  // As of its doubt.

  bool operator==(const Decisive&) const = default;
};

enum class Works { yes, no, unknown };
enum class Grade { robust, derived, unknown };
std::string_view to_text(Grade grade);

struct Verdict {
  Works works = Works::unknown;
  Grade grade = Grade::unknown;
  // Of every value where grade is robust, of the assumed ones where it is derived. What differs between the values
  // (version, suite, leaf, ...) is left out of a robust outcome. Without meaning where it is unknown.
  Outcome outcome;
  std::vector<Decisive> deciding;  // Empty when robust; `missing` of the first makes the reason "missing_trust".
  std::size_t combinations = 0;    // How many were followed.
  std::string explanation;
};

// So many combinations are followed; with more of them the verdict is unknown.
inline constexpr std::size_t kMostCombinations = 4096;

Verdict weigh(const ClientProfile& client, const ServerProfile& server, const std::vector<Doubt>& doubts);

// The same combinations one by one, as weigh() takes them. False: there are too many, and none was visited.
bool follow(const Ends& ends, const std::vector<Doubt>& doubts, const std::function<void(const Ends&)>& visit);

}  // namespace ucready::negotiation
