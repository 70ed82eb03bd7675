#include "probes/suite_removal.h"

#include <algorithm>
#include <array>

#include "probes/verdict.h"

namespace ucready::probes {
namespace {

using tls::CipherSuite;

constexpr std::size_t kShortList = 20;
constexpr std::size_t kMostRare = 112;  // Suites in a hello whose server was not seen to take more.

// With the usual switch for it a server moves its ChaCha20 suites to the front when the client's first suite is one.
bool is_chacha(CipherSuite suite) { return tls::facts(suite).chacha20; }

bool is_dhe(CipherSuite suite) { return tls::facts(suite).key_exchange == tls::KeyExchange::dhe; }

void put_chacha_last(std::vector<CipherSuite>& suites) {
  std::stable_partition(suites.begin(), suites.end(), [](CipherSuite suite) { return !is_chacha(suite); });
}

bool contains(const std::vector<CipherSuite>& suites, CipherSuite suite) {
  return std::ranges::find(suites, suite) != suites.end();
}

// JSSE puts these behind all others, also where it follows the client.
bool outdated(const tls::SuiteFacts& facts) {
  return facts.null_encryption || facts.export_grade || facts.rc4 || facts.triple_des;
}

// Wherever the one will do, the other will.
bool alike(CipherSuite one, CipherSuite other) {
  const tls::SuiteFacts a = tls::facts(one), b = tls::facts(other);
  return a.authentication == b.authentication && a.key_exchange == b.key_exchange && outdated(a) == outdated(b);
}

void take(const FoundSuite& suite, std::vector<CipherSuite>& suites, std::vector<FoundSuite>& found) {
  std::erase(suites, suite.suite);
  found.push_back(suite);
}

void put_back(std::vector<FoundSuite>& found, std::size_t from, std::vector<CipherSuite>& suites) {
  for (std::size_t i = from; i < found.size(); ++i) suites.push_back(found[i].suite);
  found.resize(std::min(found.size(), from));
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

SuiteRemoval::SuiteRemoval(Asker& asker, tls::HelloOffer base, LeanLists lists, tls::ReadTo read_to)
    : asker_(asker), base_(std::move(base)), lists_(std::move(lists)), read_to_(read_to) {}

asio::awaitable<FoundSuites> SuiteRemoval::run(SuiteLists suites, const tls::ServerAnswer* known) {
  // It was asked with ChaCha20 where it stands: in front that may have been the reason of the choice.
  const bool counts =
      known != nullptr && !suites.usual.empty() && suites.usual == base_.suites && !is_chacha(suites.usual.front());
  std::optional<FoundSuite> first;
  if (counts) first = note(base_, *known, 0);
  backwards_ = counts;
  rest_ = std::move(suites.rest);
  flagged_ = std::move(suites.flagged);
  FoundSuites found;
  found.suites = co_await remove(std::move(suites.usual), first);
  if (!base_.schemes.empty() && base_.versions.front() == tls::kTls12) co_await unblock(found.suites);
  bool own_order = !orderless_ && shows_own_order(found.suites);
  if (!own_order && !orderless_) own_order = co_await follows_own_order(found.suites);
  for (Suites& list : lists_left()) {
    Found others = co_await remove(std::move(list));
    if (others.empty()) continue;
    if (found.suites.empty()) {
      found.suites = std::move(others);
      own_order = !orderless_ && co_await follows_own_order(found.suites);
    } else if (own_order && !orderless_) {
      found.suites = co_await merge(std::move(found.suites), std::move(others));
    } else {
      found.suites.insert(found.suites.end(), others.begin(), others.end());
    }
  }
  found.server_order = own_order && !orderless_ && complete_;
  found.complete = complete_;
  co_return found;
}

// What the server chose of these, or nothing when it refused or ended otherwise.
asio::awaitable<std::optional<FoundSuite>> SuiteRemoval::ask(Suites suites, Lists lists, std::size_t picked) {
  last_end_ = End::silent;
  if (asker_.over()) co_return std::nullopt;
  tls::HelloOffer offer = base_;
  offer.suites = std::move(suites);
  lists == Lists::whole ? lists_.fill_whole(offer) : lists_.fill_lean(offer);
  const Reply reply = co_await asker_.ask(offer, read_to_, Asker::Then::more);
  if (took(offer, reply)) co_return note(offer, reply.answer, picked);
  if (refused(offer, reply)) last_end_ = reply.hung_up ? End::hung_up : End::refused;
  co_return std::nullopt;
}

// The same, now in this direction and now in that: a server that follows the client's order cannot hide it. The flagged
// ones stay last, for some servers fail over what they take of these.
asio::awaitable<std::optional<FoundSuite>> SuiteRemoval::ask_next(Suites suites, Lists lists, std::size_t picked) {
  if (std::exchange(backwards_, !backwards_)) std::ranges::reverse(suites);
  put_chacha_last(suites);
  std::ranges::stable_partition(suites, [&](CipherSuite suite) { return !contains(flagged_, suite); });
  co_return co_await ask(std::move(suites), lists, picked);
}

FoundSuite SuiteRemoval::note(const tls::HelloOffer& offer, const tls::ServerAnswer& answer, std::size_t picked) {
  lists_.took(offer, answer, picked);
  picks_.push_back({offer.suites, answer.suite});
  return {answer.suite, answer.dh_bits};
}

// One list, until it is refused. Where others may have been hidden from a pick, all since then is asked again.
asio::awaitable<SuiteRemoval::Found> SuiteRemoval::remove(Suites suites, std::optional<FoundSuite> first) {
  Found found;
  if (first) take(*first, suites, found);
  std::optional<std::size_t> doubtful;  // From this pick on, if the next one is not what is expected.
  std::optional<FoundSuite> expected;
  while (!suites.empty()) {
    if (!found.empty() && joining_ == Joining::untried) {
      co_await join_rest(suites, found);
      continue;
    }
    const auto chosen = co_await ask_next(suites, Lists::lean, found.size());
    if (!chosen && expected) take(*expected, suites, found);
    const bool as_expected = chosen && expected && chosen->suite == expected->suite;
    expected.reset();
    if (chosen && doubtful && !as_expected) {
      put_back(found, *doubtful, suites);
      doubtful.reset();
    } else if (chosen) {
      take(*chosen, suites, found);
      doubtful.reset();
      if (!lists_.in_doubt(found.size())) continue;
      doubtful = lists_.stop(LeanLists::Leave::doubted);
      expected = found.back();
      put_back(found, found.size() - 1, suites);
    } else if (lists_.lean()) {
      doubtful = lists_.stop(LeanLists::Leave::all);
    } else if (last_end_ == End::hung_up && std::erase_if(suites, is_dhe) > 0) {
      // Some agree on DHE and then have no parameters for it, which hides all that they like less.
    } else if (last_end_ != End::silent || !part_from_rest(suites)) {
      break;
    }
  }
  if (last_end_ != End::silent) left_ = suites;
  if (suites.empty() || last_end_ != End::silent) co_return found;
  const Found more = co_await remove_halves(std::move(suites));
  found.insert(found.end(), more.begin(), more.end());
  co_return found;
}

// With two kinds of key a server may choose a suite of the one and only then find that the client has no scheme for it,
// which hides all that it likes less. A kind that has signed already cannot stand in the way.
asio::awaitable<void> SuiteRemoval::unblock(Found& found) {
  const auto has_signed = [&](tls::Authentication kind) {
    return std::ranges::any_of(picks_, [&](const Pick& pick) { return is_signed(pick.chosen, kind); });
  };
  constexpr std::array kKinds = {tls::Authentication::ecdsa, tls::Authentication::rsa};
  const std::array blocked = {!has_signed(kKinds[1]), !has_signed(kKinds[0])};
  const Suites left = std::exchange(left_, {});
  bool unblocked = false;
  for (std::size_t i = 0; i < kKinds.size(); ++i) {
    Suites one_kind = left;
    std::erase_if(one_kind, [&](CipherSuite suite) { return tls::facts(suite).authentication != kKinds[i]; });
    if (!blocked[i]) continue;
    const Found more = co_await remove(std::move(one_kind));
    // One kind alone stands behind all that was found before; of two the order is not known.
    orderless_ = orderless_ || (unblocked && !more.empty());
    unblocked = unblocked || !more.empty();
    found.insert(found.end(), more.begin(), more.end());
  }
}

asio::awaitable<void> SuiteRemoval::join_rest(Suites& suites, Found& found) {
  joining_ = Joining::apart;
  Suites all = suites;
  for (const Suites* const list : {&rest_, &flagged_}) all.insert(all.end(), list->begin(), list->end());
  if (all.size() == suites.size()) co_return;
  const auto chosen = co_await ask_next(all, Lists::whole, found.size());
  if (!chosen) co_return;  // That may be too much for it.
  joining_ = Joining::joined;
  const bool usual = contains(suites, chosen->suite);
  suites = std::move(all);
  if (usual) {
    take(*chosen, suites, found);
  } else {
    put_back(found, 0, suites);  // It was not among those that the first was preferred to.
  }
}

bool SuiteRemoval::part_from_rest(Suites& suites) {
  if (joining_ != Joining::joined) return false;
  joining_ = Joining::apart;
  for (Suites* const list : {&rest_, &flagged_}) {
    std::erase_if(*list, [&](CipherSuite suite) { return !contains(suites, suite); });
    std::erase_if(suites, [&](CipherSuite suite) { return contains(*list, suite); });
  }
  return true;
}

std::vector<SuiteRemoval::Suites> SuiteRemoval::lists_left() {
  std::vector<Suites> lists;
  if (joining_ == Joining::joined) return lists;
  for (std::size_t at = 0; at < rest_.size(); at += kMostRare) {
    const auto from = rest_.begin() + static_cast<std::ptrdiff_t>(at);
    lists.emplace_back(from, from + static_cast<std::ptrdiff_t>(std::min(kMostRare, rest_.size() - at)));
  }
  lists.push_back(flagged_);
  return lists;
}

// A long list may be too much for an old box, and one suite in it may be one that it fails over.
asio::awaitable<SuiteRemoval::Found> SuiteRemoval::remove_halves(Suites suites) {
  Found found;
  if (!complete_ || suites.size() <= kShortList || asker_.over()) {
    complete_ = false;
    co_return found;
  }
  const auto middle = suites.begin() + static_cast<std::ptrdiff_t>(suites.size() / 2);
  Suites second(middle, suites.end());
  suites.erase(middle, suites.end());
  bool complete = true;
  for (Suites* const half : std::array{&suites, &second}) {
    complete_ = true;
    const Found more = co_await remove(std::move(*half));
    found.insert(found.end(), more.begin(), more.end());
    complete = complete && complete_;
  }
  complete_ = complete;
  orderless_ = orderless_ || !found.empty();
  co_return found;
}

// The client's first choice was passed over for another one that it would do as well as.
bool SuiteRemoval::shows_own_order(const Found& found) const {
  const auto has = [&](CipherSuite suite) { return std::ranges::count(found, suite, &FoundSuite::suite) > 0; };
  return std::ranges::any_of(picks_, [&](const Pick& pick) {
    const auto chosen = std::ranges::find(pick.offered, pick.chosen);
    return std::any_of(pick.offered.begin(), chosen,
                       [&](CipherSuite before) { return has(before) && alike(before, pick.chosen); });
  });
}

asio::awaitable<bool> SuiteRemoval::follows_own_order(const Found& found) {
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
asio::awaitable<bool> SuiteRemoval::first_in_reverse(const Found& found, std::size_t skip) {
  std::vector<CipherSuite> reverse;
  for (std::size_t i = found.size(); i > skip; --i) reverse.push_back(found[i - 1].suite);
  std::vector<CipherSuite> list = reverse;
  put_chacha_last(list);
  if (list.front() == found[skip].suite) list = reverse;
  const auto chosen = co_await ask(list, Lists::whole);
  co_return chosen && chosen->suite == found[skip].suite;
}

// Two lists, each in the server's order, into one. Mostly one stands behind the other as a whole.
asio::awaitable<SuiteRemoval::Found> SuiteRemoval::merge(Found one, Found other) {
  Found merged;
  std::vector<CipherSuite> pair(2);
  pair = {other.front().suite, one.back().suite};
  const auto chosen = co_await ask(pair, Lists::whole);
  if (chosen && chosen->suite == one.back().suite) {
    merged = std::move(one);
    one.clear();
  }
  auto left = one.begin();
  auto right = other.begin();
  while (left != one.end() && right != other.end()) {
    pair = {right->suite, left->suite};
    const auto first = co_await ask(pair, Lists::whole);
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
