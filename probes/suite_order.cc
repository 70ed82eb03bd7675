#include "probes/suite_order.h"

#include <algorithm>

namespace ucready::probes {
namespace {

using tls::CipherSuite;

// JSSE puts these behind all others, also where it follows the client.
bool outdated(const tls::SuiteFacts& facts) {
  return facts.null_encryption || facts.export_grade || facts.rc4 || facts.triple_des;
}

// Wherever the one will do, the other will.
bool alike(CipherSuite one, CipherSuite other) {
  const tls::SuiteFacts a = tls::facts(one), b = tls::facts(other);
  return a.authentication == b.authentication && a.key_exchange == b.key_exchange && outdated(a) == outdated(b);
}

void put_chacha_last(std::vector<CipherSuite>& suites) {
  std::stable_partition(suites.begin(), suites.end(), [](CipherSuite suite) { return !is_chacha(suite); });
}

// Whether, asked for these in reverse order without the first `skip`, the server chooses the last one.
asio::awaitable<bool> first_in_reverse(const AskWhole& ask, const std::vector<FoundSuite>& found, std::size_t skip) {
  std::vector<CipherSuite> reverse;
  for (std::size_t i = found.size(); i > skip; --i) reverse.push_back(found[i - 1].suite);
  std::vector<CipherSuite> list = reverse;
  put_chacha_last(list);
  if (list.front() == found[skip].suite) list = reverse;
  const auto chosen = co_await ask(std::move(list));
  co_return chosen && chosen->suite == found[skip].suite;
}

}  // namespace

bool is_chacha(CipherSuite suite) { return tls::facts(suite).chacha20; }

bool shows_own_order(const std::vector<SuitePick>& picks, const std::vector<FoundSuite>& found) {
  const auto has = [&](CipherSuite suite) { return std::ranges::count(found, suite, &FoundSuite::suite) > 0; };
  return std::ranges::any_of(picks, [&](const SuitePick& pick) {
    const auto chosen = std::ranges::find(pick.offered, pick.chosen);
    return std::any_of(pick.offered.begin(), chosen,
                       [&](CipherSuite before) { return has(before) && alike(before, pick.chosen); });
  });
}

asio::awaitable<bool> follows_own_order(const AskWhole& ask, const std::vector<FoundSuite>& found) {
  if (found.size() < 2 || !co_await first_in_reverse(ask, found, 0)) co_return false;
  // Alone of its kind it may have been chosen for its certificate, before any order was looked at.
  const auto kind = tls::facts(found.front().suite).authentication;
  const bool alone = std::ranges::count_if(found, [&](const FoundSuite& other) {
                       return tls::facts(other.suite).authentication == kind;
                     }) == 1;
  // Not in one expression: GCC 12 awaits what stands behind || whatever stands before it.
  if (found.size() < 3 || !alone) co_return true;
  co_return co_await first_in_reverse(ask, found, 1);
}

asio::awaitable<MergedSuites> merge_by_order(const AskWhole& ask, std::vector<FoundSuite> one,
                                             std::vector<FoundSuite> other) {
  MergedSuites merged;
  std::vector<CipherSuite> pair(2);
  pair = {other.front().suite, one.back().suite};
  const auto chosen = co_await ask(pair);
  if (chosen && chosen->suite == one.back().suite) {
    merged.suites = std::move(one);
    one.clear();
  }
  auto left = one.begin();
  auto right = other.begin();
  while (left != one.end() && right != other.end()) {
    pair = {right->suite, left->suite};
    const auto first = co_await ask(pair);
    if (!first) {
      merged.ordered = false;
      break;
    }
    merged.suites.push_back(first->suite == left->suite ? *left++ : *right++);
  }
  merged.suites.insert(merged.suites.end(), left, one.end());
  merged.suites.insert(merged.suites.end(), right, other.end());
  co_return merged;
}

}  // namespace ucready::probes
