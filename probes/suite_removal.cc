#include "probes/suite_removal.h"

#include <algorithm>
#include <array>

#include "probes/verdict.h"

namespace ucready::probes {
namespace {

using tls::CipherSuite;

constexpr std::size_t kShortList = 20;

// With the usual switch for it a server moves its ChaCha20 suites to the front when the client's first suite is one.
bool is_chacha(CipherSuite suite) { return tls::name(suite).find("CHACHA20") != std::string::npos; }

bool is_dhe(CipherSuite suite) { return tls::facts(suite).key_exchange == tls::KeyExchange::dhe; }

void put_chacha_last(std::vector<CipherSuite>& suites) {
  std::stable_partition(suites.begin(), suites.end(), [](CipherSuite suite) { return !is_chacha(suite); });
}

}  // namespace

bool took(const tls::HelloOffer& offer, const Reply& reply) {
  const tls::ServerAnswer& answer = reply.answer;
  const bool retry = answer.hello_retry && !answer.hello && answer.end == tls::ServerAnswer::End::read &&
                     std::ranges::count(offer.suites, answer.suite) > 0;
  return retry || accepted(offer, reply);
}

bool refused(const tls::HelloOffer& offer, const Reply& reply) {
  const tls::ServerAnswer& answer = reply.answer;
  const bool other_version = answer.hello && answer.version != offer.versions.front();
  return reply.hung_up || (reply.ending == Ending::answered && (answer.alert || other_version));
}

SuiteRemoval::SuiteRemoval(Asker& asker, tls::HelloOffer base, TurnList<tls::Group>& groups,
                           TurnList<tls::SignatureScheme>& schemes, tls::ReadTo read_to)
    : asker_(asker), base_(std::move(base)), groups_(groups), schemes_(schemes), read_to_(read_to) {}

asio::awaitable<FoundSuites> SuiteRemoval::run(std::vector<std::vector<CipherSuite>> lists,
                                               const tls::ServerAnswer* known) {
  FoundSuites found;
  // It was asked with ChaCha20 where it stands: in front that may have been the reason of the choice.
  const bool counts =
      known != nullptr && !lists.empty() && lists.front() == base_.suites && !is_chacha(lists.front().front());
  std::optional<FoundSuite> first;
  if (counts) first = note(*known);
  bool own_order = false;
  for (std::size_t i = 0; i < lists.size(); ++i) {
    Suites more = co_await remove(std::move(lists[i]), std::exchange(first, std::nullopt));
    if (more.empty()) continue;
    if (found.suites.empty()) {
      found.suites = std::move(more);
      own_order = !orderless_ && co_await follows_own_order(found.suites);
    } else if (own_order && !orderless_) {
      found.suites = co_await merge(std::move(found.suites), std::move(more));
    } else {
      found.suites.insert(found.suites.end(), more.begin(), more.end());
    }
  }
  found.server_order = own_order && !orderless_ && complete_;
  found.complete = complete_;
  co_return found;
}

// What the server chose of these, or nothing when it refused; an end that tells nothing is noted.
asio::awaitable<std::optional<FoundSuite>> SuiteRemoval::ask(std::vector<CipherSuite> suites) {
  if (asker_.over()) {
    complete_ = false;
    co_return std::nullopt;
  }
  base_.suites = std::move(suites);
  base_.groups = groups_.order();
  base_.schemes = schemes_.order();
  const Reply reply = co_await asker_.ask(base_, read_to_);
  if (!took(base_, reply)) {
    if (!refused(base_, reply)) complete_ = false;
    hung_up_ = reply.hung_up;
    co_return std::nullopt;
  }
  co_return note(reply.answer);
}

FoundSuite SuiteRemoval::note(const tls::ServerAnswer& answer) {
  if (answer.group) groups_.chosen(*answer.group, base_.groups);
  if (answer.scheme) schemes_.chosen(*answer.scheme, base_.schemes);
  return {answer.suite, answer.dh_bits};
}

asio::awaitable<SuiteRemoval::Suites> SuiteRemoval::remove(std::vector<CipherSuite> suites,
                                                           std::optional<FoundSuite> first) {
  Suites found;
  put_chacha_last(suites);
  if (first) {
    std::erase(suites, first->suite);
    found.push_back(*first);
  }
  const bool whole_before = complete_;
  while (!suites.empty()) {
    const auto chosen = co_await ask(suites);
    // Some agree on DHE and then have no parameters for it, which hides all that they like less.
    if (!chosen && std::exchange(hung_up_, false) && std::erase_if(suites, is_dhe) > 0) continue;
    if (!chosen) break;
    std::erase(suites, chosen->suite);
    found.push_back(*chosen);
  }
  // A long list may be too much for an old box, and one suite in it may be one that it fails over.
  if (!whole_before || complete_ || suites.size() <= kShortList || asker_.over()) co_return found;
  complete_ = true;
  const auto middle = suites.begin() + static_cast<std::ptrdiff_t>(suites.size() / 2);
  std::vector<CipherSuite> second(middle, suites.end());
  suites.erase(middle, suites.end());
  for (std::vector<CipherSuite>* const half : std::array{&suites, &second}) {
    const bool before = std::exchange(complete_, true);
    const Suites more = co_await remove(std::move(*half));
    found.insert(found.end(), more.begin(), more.end());
    orderless_ = orderless_ || !more.empty();
    complete_ = complete_ && before;
  }
  co_return found;
}

asio::awaitable<bool> SuiteRemoval::follows_own_order(const Suites& found) {
  if (found.size() < 2 || !co_await first_in_reverse(found, 0)) co_return false;
  // Alone of its kind it may have been chosen for its certificate, before any order was looked at.
  const auto kind = tls::facts(found.front().suite).authentication;
  const bool alone = std::ranges::count_if(found, [&](const FoundSuite& other) {
                       return tls::facts(other.suite).authentication == kind;
                     }) == 1;
  // Not in one expression: GCC 12 awaits what stands behind || whatever stands before it.
  if (found.size() < 3 || !alone) co_return true;
  co_return co_await first_in_reverse(found, 1);
}

// Whether, asked for these in reverse order without the first `skip`, the server chooses the last one.
asio::awaitable<bool> SuiteRemoval::first_in_reverse(const Suites& found, std::size_t skip) {
  std::vector<CipherSuite> reverse;
  for (std::size_t i = found.size(); i > skip; --i) reverse.push_back(found[i - 1].suite);
  std::vector<CipherSuite> list = reverse;
  put_chacha_last(list);
  if (list.front() == found[skip].suite) list = reverse;
  const auto chosen = co_await ask(list);
  co_return chosen && chosen->suite == found[skip].suite;
}

// Two lists, each in the server's order, into one. Mostly one stands behind the other as a whole.
asio::awaitable<SuiteRemoval::Suites> SuiteRemoval::merge(Suites one, Suites other) {
  Suites merged;
  std::vector<CipherSuite> pair(2);
  pair = {other.front().suite, one.back().suite};
  const auto chosen = co_await ask(pair);
  if (chosen && chosen->suite == one.back().suite) {
    merged = std::move(one);
    one.clear();
  }
  auto left = one.begin();
  auto right = other.begin();
  while (left != one.end() && right != other.end()) {
    pair = {right->suite, left->suite};
    const auto first = co_await ask(pair);
    if (!first) {
      orderless_ = true;
      break;
    }
    merged.push_back(first->suite == left->suite ? *left++ : *right++);
  }
  merged.insert(merged.end(), left, one.end());
  merged.insert(merged.end(), right, other.end());
  co_return merged;
}

}  // namespace ucready::probes
