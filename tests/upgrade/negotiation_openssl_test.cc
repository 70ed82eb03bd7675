// The forecast against OpenSSL itself: pairs of endpoints drawn at random, performed in memory, compared field by
// field.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <functional>
#include <map>

#include "rehearsal/difference.h"
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
    "tls13_key_by_load_order", "group_assumed", "scheme_fails_after_certificate", "client_key_by_type",
    "client_key_by_authority", "client_key_none_by_authority",
    // HAProxy's and the products' own, what applications add, and what the stores of this world never hold.
    "bundle_chose_ecdsa", "bundle_chose_rsa", "bundle_default", "preference_by_suites", "preference_by_schemes",
    "chain_pinned", "chain_subject_not_authorised", "chain_objected_to",
    // Seen instead of worked out.
    "answer_was_measured"};

// Each gives the pair without its at-th item of one list, or with one flag off; nothing when there is none left to
// take.
template <typename End, typename List>
std::function<std::optional<Pair>(const Pair&, std::size_t)> without_item(End Pair::*end, List Profile::*list,
                                                                          std::size_t least) {
  return [=](const Pair& pair, std::size_t at) -> std::optional<Pair> {
    Pair smaller = pair;
    List& items = smaller.*end.*list;
    if (at >= items.size() || items.size() <= least) return std::nullopt;
    items.erase(items.begin() + static_cast<std::ptrdiff_t>(at));
    return smaller;
  };
}

template <typename End>
std::vector<std::function<std::optional<Pair>(const Pair&, std::size_t)>> reductions_of(End Pair::*end) {
  return {without_item(end, &Profile::keys, 0),         without_item(end, &Profile::suites, 1),
          without_item(end, &Profile::suites_tls13, 1), without_item(end, &Profile::groups, 1),
          without_item(end, &Profile::schemes, 1),      without_item(end, &Profile::versions, 1)};
}

const auto& kReductions = *new std::vector<std::function<std::optional<Pair>(const Pair&, std::size_t)>>([] {
  auto all = reductions_of(&Pair::client);
  for (const auto& one : reductions_of(&Pair::server)) all.push_back(one);
  const auto calmed = [&](void (*calm)(ServerProfile&)) {
    all.push_back([calm](const Pair& pair, std::size_t at) -> std::optional<Pair> {
      Pair smaller = pair;
      calm(smaller.server);
      if (at > 0 || smaller.server == pair.server) return std::nullopt;
      return smaller;
    });
  };
  calmed([](ServerProfile& server) { server.client_auth = ClientAuth::none; });
  calmed([](ServerProfile& server) { server.server_preference = false; });
  calmed([](ServerProfile& server) { server.prioritize_chacha = false; });
  calmed([](ServerProfile& server) { server.dh = DhParameters::none; });
  return all;
}());

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
  std::string parted = rehearsal::difference(forecast, observed.outcome, leaf_text);
  Trace trace;
  const auto hello = offer(pair.client, trace);
  if (hello && observed.hello) parted += rehearsal::difference(*hello, *observed.hello);
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
  parted += rehearsal::difference(forecast, seen, leaf_text);
  return parted.empty() ? parted : parted + to_text(*observed.forged);
}

// Takes from a pair whatever it can lose and still part ways, so that a person sees the point.
Pair shrink(Pair pair) {
  Counts unread;
  const auto still_parts = [&](const Pair& smaller) {
    try {
      return !compare_pair(smaller, unread).empty();
    } catch (const std::exception&) {
      return false;  // The list became one that OpenSSL does not take.
    }
  };
  for (const auto& smaller_of : kReductions) {
    for (std::size_t at = 0;; ++at) {
      const std::optional<Pair> smaller = smaller_of(pair, at);
      if (!smaller) break;
      if (still_parts(*smaller)) {
        pair = *smaller;
        --at;
      }
    }
  }
  return pair;
}

// 50,000 pairs in all, in parts that run side by side.
class NegotiationOpenssl : public testing::TestWithParam<std::uint64_t> {};
INSTANTIATE_TEST_SUITE_P(Part, NegotiationOpenssl, testing::Range<std::uint64_t>(0, 5));

TEST_P(NegotiationOpenssl, ForecastsWhatTwoRealEndpointsDo) {
  const std::size_t pairs = number_from("UCREADY_PAIRS", 10000);
  const std::uint64_t seed = number_from("UCREADY_SEED", 20261124) + GetParam() * pairs;
  Counts counts;
  std::size_t disagreements = 0;
  const auto judge = [&](std::string_view kind, std::uint64_t own_seed, const Pair& pair, const std::string& parted) {
    if (parted.empty()) return;
    ++disagreements;
    if (disagreements > number_from("UCREADY_SHOWN", 3)) return;
    const Pair shown = kind == "as drawn" ? shrink(pair) : pair;
    ADD_FAILURE() << "UCREADY_PAIRS=1 UCREADY_SEED=" << own_seed << " (" << kind << ")\n"
                  << parted << "smallest pair that parts:\n"
                  << to_text(shown) << as_commands(shown);
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
