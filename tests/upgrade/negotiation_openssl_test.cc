// The forecast against OpenSSL itself: pairs of endpoints drawn at random, performed in memory, compared field by
// field.
#include <gtest/gtest.h>

#include <cstdlib>
#include <iostream>
#include <map>

#include "tests/upgrade/negotiation/comparison.h"
#include "tests/upgrade/negotiation/openssl_pair.h"

namespace ucready::negotiation {
namespace {

std::size_t number_from(const char* variable, std::size_t otherwise) {
  const char* const text = std::getenv(variable);
  return text == nullptr ? otherwise : std::strtoull(text, nullptr, 10);
}

TEST(NegotiationOpenssl, ForecastsWhatTwoRealEndpointsDo) {
  const std::size_t pairs = number_from("UCREADY_PAIRS", 10000);
  const std::uint64_t seed = number_from("UCREADY_SEED", 20261124);
  std::map<std::string_view, std::size_t> counts;
  std::size_t disagreements = 0;
  for (std::size_t i = 0; i < pairs; ++i) {
    const std::uint64_t own_seed = seed + i;
    const Pair pair = Drawer(own_seed).draw();
    const Observed observed = perform(pair);
    const Outcome forecast = negotiate(pair.client, pair.server);
    for (const BranchPoint point : forecast.branches) ++counts[to_text(point)];
    std::string parted = difference(forecast, observed.outcome);
    Trace trace;
    const auto hello = offer(pair.client, trace);
    if (hello && observed.hello) parted += difference(*hello, *observed.hello);
    if (parted.empty()) continue;
    ++disagreements;
    if (disagreements <= number_from("UCREADY_SHOWN", 5)) {
      ADD_FAILURE() << "UCREADY_PAIRS=1 UCREADY_SEED=" << own_seed << "\n" << parted << to_text(pair);
    }
  }
  std::cout << pairs << " pairs, " << disagreements << " disagreements\n";
  for (const std::string_view point : all_branch_points()) std::cout << "  " << counts[point] << " " << point << "\n";
  EXPECT_EQ(disagreements, 0U);
}

}  // namespace
}  // namespace ucready::negotiation
