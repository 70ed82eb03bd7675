#include "probes/suite_removal.h"

#include <algorithm>
#include <array>

#include "probes/verdict.h"

namespace ucready::probes {
namespace {

using tls::CipherSuite;

constexpr std::size_t kShortList = 20;
constexpr std::size_t kMostRare = 112;  // Suites in a hello whose server was not seen to take more.
constexpr tls::Alert kInternalError{80};
// RFC 8446 appendix B.4 leaves two blocks to private use; behind these NSS has some of its own.
constexpr std::uint16_t kFirstPrivate = 0xfe00, kEndOfPrivate = 0xfefe;

bool is_flagged(CipherSuite suite) {
  const tls::SuiteFacts facts = tls::facts(suite);
  return facts.null_encryption || facts.export_grade || facts.rc4 || facts.authentication == tls::Authentication::none;
}

// ChaCha20 as for an order of the server's; behind it what is flagged.
void put_late_ones_last(std::vector<CipherSuite>& suites) {
  std::vector<CipherSuite> chacha, flagged;
  std::erase_if(suites, [&](CipherSuite suite) {
    const bool at_the_end = is_flagged(suite), late = at_the_end || is_chacha(suite);
    if (late) (at_the_end ? flagged : chacha).push_back(suite);
    return late;
  });
  suites.insert(suites.end(), chacha.begin(), chacha.end());
  suites.insert(suites.end(), flagged.begin(), flagged.end());
}

bool is_dhe(CipherSuite suite) { return tls::facts(suite).key_exchange == tls::KeyExchange::dhe; }

bool contains(const std::vector<CipherSuite>& suites, CipherSuite suite) {
  return std::ranges::find(suites, suite) != suites.end();
}

bool chose_by_retry(const tls::HelloOffer& offer, const Reply& reply) {
  const tls::ServerAnswer& answer = reply.answer;
  return offer.key_shares.empty() && answer.hello_retry && !answer.hello &&
         answer.end != tls::ServerAnswer::End::malformed && contains(offer.suites, answer.suite);
}

void take(const FoundSuite& suite, std::vector<CipherSuite>& suites, std::vector<FoundSuite>& found) {
  std::erase(suites, suite.suite);
  found.push_back(suite);
}

// None of RSA behind the last one of ECDSA.
bool ends_with_ecdsa(const std::vector<FoundSuite>& found) {
  const auto last = std::find_if(found.rbegin(), found.rend(), [](const FoundSuite& suite) {
    const tls::Authentication kind = tls::facts(suite.suite).authentication;
    return kind == tls::Authentication::ecdsa || kind == tls::Authentication::rsa;
  });
  return last != found.rend() && tls::facts(last->suite).authentication == tls::Authentication::ecdsa;
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
    : asker_(asker),
      base_(std::move(base)),
      base_suites_(std::exchange(base_.suites, {})),
      lists_(std::move(lists)),
      read_to_(read_to),
      longest_(base_suites_.size()) {}

asio::awaitable<FoundSuites> SuiteRemoval::run(SuiteLists suites, const tls::ServerAnswer* known) {
  // It was asked with ChaCha20 where it stands: in front that may have been the reason of the choice.
  const bool among_these = base_suites_.size() <= suites.usual.size() &&
                           std::equal(base_suites_.begin(), base_suites_.end(), suites.usual.begin());
  const bool counts = known != nullptr && among_these && !suites.usual.empty() && !is_chacha(suites.usual.front());
  std::optional<FoundSuite> first;
  if (known != nullptr) sure_ = known->suite;
  if (counts) {
    tls::HelloOffer offer = base_;
    offer.suites = base_suites_;
    first = note(std::move(offer), *known, 0);
  }
  backwards_ = counts;
  rest_ = std::move(suites.rest);
  flagged_ = std::move(suites.flagged);
  FoundSuites found;
  found.suites = co_await remove(std::move(suites.usual), first);
  if (base_.versions.front() < tls::kTls13) co_await unblock(found.suites);
  const AskWhole ask_whole = [this](Suites list) { return ask(std::move(list), Lists::whole); };
  bool own_order = !orderless_ && shows_own_order(picks_, found.suites);
  if (!own_order && !orderless_) own_order = co_await follows_own_order(ask_whole, found.suites);
  for (Suites& list : lists_left()) {
    Found others = co_await remove(std::move(list));
    if (others.empty()) continue;
    if (found.suites.empty()) {
      found.suites = std::move(others);
      own_order = !orderless_ && co_await follows_own_order(ask_whole, found.suites);
    } else if (own_order && !orderless_) {
      MergedSuites merged = co_await merge_by_order(ask_whole, std::move(found.suites), std::move(others));
      found.suites = std::move(merged.suites);
      orderless_ = !merged.ordered;
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
  if (took(offer, reply)) co_return note(std::move(offer), reply.answer, picked);
  // TLSv1.3: it did not go through with its choice, and nothing was left out that it could want for.
  if (!lists_.lean() && chose_by_retry(offer, reply)) co_return note(std::move(offer), reply.answer, picked);
  if (refused(offer, reply)) last_end_ = reply.hung_up ? End::hung_up : End::refused;
  last_alert_ = reply.answer.alert;
  co_return std::nullopt;
}

// The same, now in this direction and now in that: a server that follows the client's order cannot hide it. The flagged
// ones stay last, for some servers fail over what they take of these.
asio::awaitable<std::optional<FoundSuite>> SuiteRemoval::ask_next(Suites suites, Lists lists, std::size_t picked) {
  if (std::exchange(backwards_, !backwards_)) std::ranges::reverse(suites);
  put_late_ones_last(suites);
  co_return co_await ask(std::move(suites), lists, picked);
}

FoundSuite SuiteRemoval::note(tls::HelloOffer offer, const tls::ServerAnswer& answer, std::size_t picked) {
  lists_.took(offer, answer, picked);
  sure_ = answer.suite;
  longest_ = std::max(longest_, offer.suites.size());
  picks_.push_back({std::move(offer.suites), answer.suite, lists_.hides_ecdsa()});
  return {answer.suite, answer.dh_bits};
}

asio::awaitable<SuiteRemoval::Found> SuiteRemoval::remove(Suites suites, std::optional<FoundSuite> first) {
  Suites aside;
  Found found = co_await remove_until_refused(std::move(suites), first, aside);
  if (aside.empty()) co_return found;
  Suites left = std::exchange(left_, {});
  const Found more = co_await remove(std::move(aside));
  left_ = std::move(left);
  orderless_ = orderless_ || !more.empty();
  found.insert(found.end(), more.begin(), more.end());
  co_return found;
}

// Some agree on DHE and then have no parameters or no group for it, which hides all that they like less.
bool SuiteRemoval::set_dhe_aside(Suites& suites, Suites& aside) const {
  const bool failed = last_end_ == End::hung_up || (last_end_ == End::refused && last_alert_ == kInternalError);
  if (!failed || std::ranges::all_of(suites, is_dhe)) return false;
  const std::size_t before = aside.size();
  std::ranges::copy_if(suites, std::back_inserter(aside), is_dhe);
  std::erase_if(suites, is_dhe);
  return aside.size() > before;
}

// So many suites of which it takes one and knows no other: nothing but their number can be a reason to refuse.
asio::awaitable<bool> SuiteRemoval::is_too_long(std::size_t count) {
  if (count <= std::max(longest_, kShortList) || !sure_) co_return false;
  Suites suites{*sure_};
  for (std::uint16_t unknown = kFirstPrivate; suites.size() < count && unknown < kEndOfPrivate; ++unknown) {
    suites.push_back(CipherSuite{unknown});
  }
  tls::HelloOffer offer = base_;
  offer.suites = std::move(suites);
  lists_.fill_whole(offer);
  const Reply reply = co_await asker_.ask(offer, tls::ReadTo::hello);
  if (accepted(offer, reply)) longest_ = std::max(longest_, offer.suites.size());
  co_return refused(offer, reply);
}

// One list. Where others may have been hidden from a pick, all since then is asked again.
asio::awaitable<SuiteRemoval::Found> SuiteRemoval::remove_until_refused(Suites suites, std::optional<FoundSuite> first,
                                                                        Suites& aside) {
  lists_.undo(0);
  Found found;
  if (first) take(*first, suites, found);
  while (!suites.empty()) {
    if (Suites more = take_what_may_join(found); !more.empty()) {
      co_await join(std::move(more), suites, found);
      continue;
    }
    const auto chosen = co_await ask_next(suites, Lists::lean, found.size());
    if (chosen) {
      const auto doubtful = lists_.settle(chosen->suite);
      if (doubtful && !co_await is_preferred(found.back(), *chosen)) {
        const bool stands_before_all = *doubtful + 1 == found.size();
        put_back(found, *doubtful, suites);
        if (!stands_before_all) continue;
      }
      if (first && found.size() == 1 && !contains(base_suites_, chosen->suite)) {
        put_back(found, 0, suites);  // The first was not preferred to this one.
        first.reset();
        continue;
      }
      take(*chosen, suites, found);
      if (lists_.in_doubt(found.size())) lists_.stop(LeanLists::Leave::doubted);
    } else if (lists_.lean()) {
      lists_.stop(LeanLists::Leave::all);
    } else if (last_end_ != End::silent && co_await is_too_long(suites.size())) {
      last_end_ = End::too_long;
      break;
    } else if (!set_dhe_aside(suites, aside) && (last_end_ != End::silent || !part_from_rest(suites))) {
      break;
    }
  }
  const bool whole = last_end_ == End::refused || last_end_ == End::hung_up;
  if (whole) left_ = suites;
  if (suites.empty() || whole) co_return found;
  const Found more = co_await remove_halves(std::move(suites));
  found.insert(found.end(), more.begin(), more.end());
  co_return found;
}

void SuiteRemoval::put_back(Found& found, std::size_t from, Suites& suites) {
  for (std::size_t i = from; i < found.size(); ++i) suites.push_back(found[i].suite);
  found.resize(std::min(found.size(), from));
  lists_.undo(from);
}

// Who follows the client is shown the first one first, and nothing comes of it.
asio::awaitable<bool> SuiteRemoval::is_preferred(FoundSuite first, FoundSuite second) {
  Suites both(2);
  both = {first.suite, second.suite};
  const auto chosen = co_await ask(std::move(both), Lists::whole);
  co_return chosen && chosen->suite == first.suite;
}

// With two kinds of key a server may choose a suite of the one and only then find that the client has no scheme for it,
// which hides all that it likes less; a kind that has signed already cannot stand in the way so. Or it chooses its
// ECDSA key for suites of that kind which it knows and has not enabled; one of RSA behind the last of ECDSA shows that
// not so.
asio::awaitable<void> SuiteRemoval::unblock(Found& found) {
  using tls::Authentication;
  const auto has_signed = [&](Authentication kind) {
    return std::ranges::any_of(picks_, [&](const SuitePick& pick) { return is_signed(pick.chosen, kind); });
  };
  const bool by_scheme = base_.versions.front() == tls::kTls12 && !base_.schemes.empty();
  const std::array<std::pair<Authentication, bool>, 2> kinds{
      {{Authentication::ecdsa, by_scheme && !has_signed(Authentication::rsa)},
       {Authentication::rsa, (by_scheme && !has_signed(Authentication::ecdsa)) || ends_with_ecdsa(found)}}};
  const Suites left = std::exchange(left_, {});
  parted_ = true;  // Each kind by itself.
  bool unblocked = false;
  for (const auto& [kind, blocked] : kinds) {
    if (!blocked) continue;
    Suites one_kind = left;
    std::erase_if(one_kind,
                  [&, wanted = kind](CipherSuite suite) { return tls::facts(suite).authentication != wanted; });
    const Found more = co_await remove(std::move(one_kind));
    // One kind alone stands behind all that was found before; of two the order is not known.
    orderless_ = orderless_ || (unblocked && !more.empty());
    unblocked = unblocked || !more.empty();
    found.insert(found.end(), more.begin(), more.end());
  }
}

// The rare ones as soon as any suite is known. The flagged ones only where they cannot stand in the way: who first
// chooses its ECDSA key, for any suite of that kind, and then finds no suite that is enabled, would hide those of RSA.
SuiteRemoval::Suites SuiteRemoval::take_what_may_join(const Found& found) {
  Suites more;
  if (found.empty() || parted_) return more;
  more.swap(rest_);
  if (!looks_at_both_kinds()) return more;
  more.insert(more.end(), flagged_.begin(), flagged_.end());
  flagged_.clear();
  return more;
}

// One of RSA was chosen though none of ECDSA had been, or though one of ECDSA could be had that was chosen later.
bool SuiteRemoval::looks_at_both_kinds() const {
  bool rsa = false, ecdsa = false;
  for (const SuitePick& pick : picks_) {
    const tls::Authentication kind = tls::facts(pick.chosen).authentication;
    if (rsa && kind == tls::Authentication::ecdsa) return true;
    rsa = rsa || (kind == tls::Authentication::rsa && !pick.ecdsa_hidden);
    ecdsa = ecdsa || kind == tls::Authentication::ecdsa;
  }
  return rsa && !ecdsa;
}

asio::awaitable<void> SuiteRemoval::join(Suites more, Suites& suites, Found& found) {
  Suites all = suites;
  all.insert(all.end(), more.begin(), more.end());
  auto chosen = co_await ask_next(all, Lists::lean, found.size());
  if (!chosen && lists_.lean() && last_end_ != End::silent) {
    lists_.stop(LeanLists::Leave::all);
    chosen = co_await ask_next(all, Lists::whole, found.size());
  }
  if (!chosen) {  // That may be too much for it.
    part(more);
    co_return;
  }
  joined_.insert(joined_.end(), more.begin(), more.end());
  suites = std::move(all);
  if (contains(more, chosen->suite)) {
    put_back(found, 0, suites);  // It was not among those that the others were preferred to.
  } else {
    take(*chosen, suites, found);
  }
}

bool SuiteRemoval::part_from_rest(Suites& suites) {
  if (joined_.empty()) return false;
  std::erase_if(joined_, [&](CipherSuite suite) { return std::erase(suites, suite) == 0; });
  part(std::exchange(joined_, {}));
  return true;
}

void SuiteRemoval::part(const Suites& suites) {
  parted_ = true;
  for (const CipherSuite suite : suites) (is_flagged(suite) ? flagged_ : rest_).push_back(suite);
}

std::vector<SuiteRemoval::Suites> SuiteRemoval::lists_left() {
  std::vector<Suites> lists;
  const std::size_t most = std::clamp(longest_, kShortList, kMostRare);
  for (std::size_t at = 0; at < rest_.size(); at += most) {
    const auto from = rest_.begin() + static_cast<std::ptrdiff_t>(at);
    lists.emplace_back(from, from + static_cast<std::ptrdiff_t>(std::min(most, rest_.size() - at)));
  }
  rest_.clear();
  lists.push_back(std::exchange(flagged_, {}));
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

}  // namespace ucready::probes
