// The forecast against OpenSSL itself: pairs of endpoints drawn at random, performed in memory, compared field by
// field.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <map>

#include "tests/upgrade/negotiation/comparison.h"
#include "tests/upgrade/negotiation/forged_hello.h"
#include "tests/upgrade/negotiation/openssl_pair.h"

namespace ucready::negotiation {
namespace {

std::size_t number_from(const char* variable, std::size_t otherwise) {
  const char* const text = std::getenv(variable);
  return text == nullptr ? otherwise : std::strtoull(text, nullptr, 10);
}

// What OpenSSL as client and server cannot show, and why. Every other branch must be met at least so often.
constexpr std::size_t kLeastHits = 20;
constexpr std::string_view kOfOtherStacks[] = {
    "fallback_ignored", "retry_by_client_order", "retry_although_a_share_was_usable", "tls13_key_by_first_named_type",
    "tls13_key_by_load_order", "suite_skipped_scheme", "group_assumed", "scheme_fails_after_certificate",
    "client_key_by_type", "client_key_by_authority", "client_key_none_by_authority",
    // HAProxy's and the products' own, and what applications add.
    "bundle_chose_ecdsa", "bundle_chose_rsa", "bundle_default", "preference_by_suites", "preference_by_schemes",
    "chain_pinned", "chain_subject_not_authorised"};

class Counts {
 public:
  void add(const std::vector<BranchPoint>& points) {
    for (const BranchPoint point : points) ++counts_[to_text(point)];
  }
  void expect_all() {
    for (const std::string_view point : all_branch_points()) {
      const bool excused = std::ranges::find(kOfOtherStacks, point) != std::end(kOfOtherStacks);
      if (excused) {
        EXPECT_EQ(counts_[point], 0U) << point << " is met after all: take it off the list";
      } else {
        EXPECT_GE(counts_[point], kLeastHits) << point;
      }
    }
  }

 private:
  std::map<std::string_view, std::size_t> counts_;
};

// Both ends are real, and so is the hello between them.
std::string compare_pair(const Pair& pair, Counts& counts) {
  const Observed observed = perform(pair);
  const Outcome forecast = negotiate(pair.client, pair.server);
  counts.add(forecast.branches);
  std::string parted = difference(forecast, observed.outcome);
  Trace trace;
  const auto hello = offer(pair.client, trace);
  if (hello && observed.hello) parted += difference(*hello, *observed.hello);
  return parted;
}

// The hello is forged on its way: what the server makes of it, and what the client then refuses. Where it refuses
// nothing the attempt dies of the forged transcript, which is nobody's forecast.
std::string compare_forged(const Pair& pair, Drawer& drawer, Counts& counts) {
  const Observed observed = perform(pair, [&](const HelloFacts& hello) { return ForgedHello{drawer.forge(hello)}; });
  if (!observed.forged) return {};
  Trace trace;
  const auto answer = select(*observed.forged, pair.server, trace);
  Outcome forecast;
  Outcome seen = observed.outcome;
  std::string parted;
  if (!answer) {
    forecast.refusal = answer.error();
  } else if (answer->hello_retry) {
    forecast.hello_retry = true;
    forecast.suite = answer->suite;
    forecast.group = answer->group;
    seen.suite = observed.retry_suite;
    seen.group = observed.retry_group;
  } else {
    forecast.version = answer->version;
    forecast.suite = answer->suite;
    forecast.group = answer->group;
    forecast.dh_bits = answer->dh_bits;
    forecast.scheme = answer->scheme;
    if (answer->chain) forecast.server_leaf = answer->chain->id;
    if (answer->downgrade_mark != observed.downgrade_mark) parted = "the downgrade mark differs\n";
    forecast.refusal = accept(*answer, *observed.hello, pair.client, trace);
    // Of TLSv1.3 the client reads the ServerHello alone: what follows does not open.
    const bool unread = answer->version == tls::kTls13 && forecast.refusal &&
                        forecast.refusal->alert != alert::kIllegalParameter &&
                        forecast.refusal->alert != alert::kProtocolVersion;
    if (unread) forecast.refusal.reset();
    if (!forecast.refusal && !(seen.refusal && seen.refusal->phase == Phase::selection)) seen.refusal.reset();
    seen.certificate_requested = false;
    seen.client_leaf.clear();
  }
  counts.add(trace.points());
  parted += difference(forecast, seen);
  return parted.empty() ? parted : parted + to_text(*observed.forged);
}

TEST(NegotiationOpenssl, ForecastsWhatTwoRealEndpointsDo) {
  const std::size_t pairs = number_from("UCREADY_PAIRS", 10000);
  const std::uint64_t seed = number_from("UCREADY_SEED", 20261124);
  Counts counts;
  std::size_t disagreements = 0;
  const auto judge = [&](std::string_view kind, std::uint64_t own_seed, const Pair& pair, const std::string& parted) {
    if (parted.empty()) return;
    ++disagreements;
    if (disagreements > number_from("UCREADY_SHOWN", 3)) return;
    ADD_FAILURE() << "UCREADY_PAIRS=1 UCREADY_SEED=" << own_seed << " (" << kind << ")\n" << parted << to_text(pair);
  };
  for (std::size_t i = 0; i < pairs; ++i) {
    const std::uint64_t own_seed = seed + i;
    Drawer drawer(own_seed);
    const Pair pair = drawer.draw();
    judge("as drawn", own_seed, pair, compare_pair(pair, counts));
    judge("forged", own_seed, pair, compare_forged(pair, drawer, counts));
  }
  EXPECT_EQ(disagreements, 0U) << "of " << pairs << " pairs";
  if (pairs >= 10000) counts.expect_all();
}

}  // namespace
}  // namespace ucready::negotiation
