#include "probes/legacy_schemes.h"

#include <algorithm>

namespace ucready::probes {
namespace {

using tls::Authentication;
using tls::CipherSuite;
using tls::HelloOffer;
using tls::ReadTo;
using tls::ServerAnswer;

}  // namespace

LegacySchemes::LegacySchemes(Asker& asker, const HelloOffer& base, const FoundSuites& suites,
                             TurnList<tls::Group>& groups, TurnList<tls::SignatureScheme>& schemes, Hashes hashes)
    : asker_(asker), base_(base), suites_(suites), groups_(groups), schemes_(schemes), hashes_(hashes) {}

// Up to TLSv1.2 a scheme belongs to a key type, so each type's suites are asked for with what schemes are left.
asio::awaitable<FoundLegacySchemes> LegacySchemes::find() {
  if (!signed_by(Authentication::rsa).empty()) co_await find_with_groups();
  bool complete = co_await find_of_both_kinds();
  if (!complete) {
    complete = true;
    for (const Authentication kind : {Authentication::rsa, Authentication::ecdsa, Authentication::dss}) {
      HelloOffer offer = with_any_chain(base_);
      offer.groups = groups_.order();
      offer.suites = signed_by(kind);
      if (offer.suites.empty() || (kind == Authentication::rsa && no_more_rsa_schemes_)) continue;
      const bool whole = co_await exhaust(std::move(offer));
      complete = complete && whole;
    }
  }
  co_return FoundLegacySchemes{complete, no_more_groups_};
}

// Asks for what was not chosen yet, until that is refused. False where it ended without a word.
asio::awaitable<bool> LegacySchemes::exhaust(HelloOffer offer) {
  while (!schemes_.unseen().empty()) {
    if (asker_.over()) co_return false;
    offer.schemes = schemes_.unseen();
    const Reply reply = co_await asker_.ask(offer, ReadTo::flight, Asker::Then::more);
    if (!took(offer, reply)) co_return refused(offer, reply);
    if (!note_scheme(offer, reply.answer)) co_return true;  // Something else was chosen than was offered.
  }
  co_return true;
}

// Both lists without what was chosen before, until one of them is refused; all groups tell which. An RSA leaf needs
// no curve among the groups.
asio::awaitable<void> LegacySchemes::find_with_groups() {
  HelloOffer offer = with_any_chain(base_);
  offer.suites = signed_by(Authentication::rsa);
  if (!std::ranges::all_of(offer.suites, is_ecdhe)) co_return;
  while (more_schemes_likely(Authentication::rsa, schemes_.seen(), hashes_) && !groups_.unseen().empty() &&
         !asker_.over()) {
    offer.schemes = schemes_.unseen();
    offer.groups = groups_.unseen();
    const std::size_t before = groups_.seen().size();
    const Reply reply = co_await asker_.ask(offer, ReadTo::flight);
    if (!took(offer, reply)) {
      if (!refused(offer, reply)) co_return;
      if (may_ask_both_kinds()) offer.suites = signed_suites();
      offer.groups = groups_.order();
      const Reply again = co_await asker_.ask(offer, ReadTo::flight);
      const bool by_rsa = took(offer, again) && is_signed(again.answer.suite, Authentication::rsa);
      no_more_groups_ = by_rsa;
      if (took(offer, again)) note_scheme(offer, again.answer);
      (may_ask_both_kinds() ? no_scheme_of_both_ : no_more_rsa_schemes_) = refused(offer, again);
      co_return;
    }
    if (reply.answer.scheme) schemes_.chosen(*reply.answer.scheme, offer.schemes);
    if (reply.answer.group) groups_.chosen(*reply.answer.group, offer.groups);
    if (groups_.seen().size() == before) co_return;
  }
}

// One refusal for both kinds of key, where the server is seen to pass over the one that it likes better once no
// scheme is left for that. False: it is not, or that is not likely enough to be tried.
asio::awaitable<bool> LegacySchemes::find_of_both_kinds() {
  if (!may_ask_both_kinds() || no_scheme_of_both_) co_return false;
  HelloOffer offer = with_any_chain(base_);
  offer.suites = signed_suites();
  offer.groups = groups_.order();
  while (!schemes_.unseen().empty() && !asker_.over()) {
    offer.schemes = schemes_.unseen();
    const Reply reply = co_await asker_.ask(offer, ReadTo::flight, Asker::Then::more);
    if (!took(offer, reply)) co_return refused(offer, reply) && passes_over_;
    if (!note_scheme(offer, reply.answer)) co_return false;
  }
  co_return !asker_.over();
}

bool LegacySchemes::may_ask_both_kinds() const {
  return hashes_ == Hashes::old_too && suites_.complete && !signed_by(Authentication::rsa).empty() &&
         !signed_by(Authentication::ecdsa).empty() && signed_by(Authentication::dss).empty();
}

// The first of all is liked best: by the server where it has an order, else because it is listed first.
bool LegacySchemes::note_scheme(const HelloOffer& offer, const ServerAnswer& answer) {
  const std::size_t before = schemes_.seen().size();
  if (answer.scheme) schemes_.chosen(*answer.scheme, offer.schemes);
  const std::vector<CipherSuite> by_preference = signed_suites();
  passes_over_ = !by_preference.empty() &&
                 tls::facts(by_preference.front()).authentication != tls::facts(answer.suite).authentication;
  return schemes_.seen().size() > before;
}

std::vector<CipherSuite> LegacySchemes::signed_by(Authentication kind) const {
  return suites_of(suites_, [&](CipherSuite suite) { return is_signed(suite, kind); });
}
std::vector<CipherSuite> LegacySchemes::signed_suites() const {
  return suites_of(suites_, [](CipherSuite suite) {
    return is_signed(suite, Authentication::rsa) || is_signed(suite, Authentication::ecdsa);
  });
}

}  // namespace ucready::probes
