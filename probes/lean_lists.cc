#include "probes/lean_lists.h"

#include <algorithm>

#include "probes/hello_offers.h"

namespace ucready::probes {
namespace {

using tls::Authentication;
using tls::CipherSuite;
using tls::Group;
using tls::KeyExchange;
using tls::SignatureScheme;

constexpr std::size_t kMostDoubtful = 6;

// What every stack of the last ten years has: while one of them was not seen, leaving out is fruitful.
constexpr std::array kCommonGroups = {Group{0x001d}, Group{0x0017}, Group{0x0018}};
constexpr std::array kCommonSchemes = {SignatureScheme{0x0804}, SignatureScheme{0x0805}, SignatureScheme{0x0806},
                                       SignatureScheme{0x0401}, SignatureScheme{0x0501}, SignatureScheme{0x0601},
                                       SignatureScheme{0x0403}, SignatureScheme{0x0503}, SignatureScheme{0x0603}};

bool takes_group(CipherSuite suite) {
  const KeyExchange exchange = tls::facts(suite).key_exchange;
  return exchange == KeyExchange::ecdhe || exchange == KeyExchange::tls13;
}

bool takes_rsa_scheme(CipherSuite suite) { return is_signed(suite, Authentication::rsa); }
bool takes_ecdsa_scheme(CipherSuite suite) { return is_signed(suite, Authentication::ecdsa); }

// RFC 8446 section 4.2.3; up to 0x06.. the low byte is the kind of key (RFC 5246 section 7.4.1.4.1).
bool is_old(SignatureScheme scheme) { return scheme.value < 0x0700; }
bool is_rsa(SignatureScheme scheme) {
  return is_old(scheme) ? (scheme.value & 0xffU) == 1 : scheme.value >= 0x0804 && scheme.value <= 0x0806;
}
bool is_ecdsa(SignatureScheme scheme) {
  return is_old(scheme) ? (scheme.value & 0xffU) == 3 : scheme.value >= 0x081a && scheme.value <= 0x081c;
}

// Up to TLSv1.2 an ECDSA certificate asks for its own curve among the groups (RFC 8422 section 5.1).
bool may_be_leaf_curve(Group group) {
  constexpr Group kX25519{0x001d}, kX448{0x001e};
  return group != kX25519 && group != kX448;
}

template <typename Point>
bool contains(const std::vector<Point>& list, Point point) {
  return std::ranges::find(list, point) != list.end();
}

}  // namespace

bool is_signed(CipherSuite suite, Authentication kind) {
  const tls::SuiteFacts facts = tls::facts(suite);
  return facts.authentication == kind &&
         (facts.key_exchange == KeyExchange::ecdhe || facts.key_exchange == KeyExchange::dhe);
}

LeanLists::LeanLists(tls::Version version, TurnList<Group>& groups, TurnList<SignatureScheme>& schemes)
    : version_(version),
      groups_(groups),
      schemes_(schemes),
      group_{takes_group},
      rsa_scheme_{takes_rsa_scheme},
      ecdsa_scheme_{takes_ecdsa_scheme} {}

void LeanLists::fill_whole(tls::HelloOffer& offer) {
  offer.groups = groups_.order();
  offer.schemes = schemes_.order();
  for (Need* const need : needs()) need->left_out = false;
}

void LeanLists::fill_lean(tls::HelloOffer& offer) {
  fill_whole(offer);
  if (!offer.key_shares.empty()) return;  // A share of a group that is not listed is no hello at all.
  fill_groups(offer);
  fill_schemes(offer, is_rsa, rsa_scheme_);
  fill_schemes(offer, is_ecdsa, ecdsa_scheme_);
  // Some test the chain's own signatures against the one list, unless they are told another.
  if (rsa_scheme_.left_out || ecdsa_scheme_.left_out) offer = with_any_chain(std::move(offer));
}

void LeanLists::fill_groups(tls::HelloOffer& offer) {
  const bool all_common =
      std::ranges::all_of(kCommonGroups, [&](Group group) { return contains(groups_.seen(), group); });
  if (!group_.fruitful || all_common) return;
  std::erase_if(offer.groups, [&](Group group) {
    const bool known = contains(groups_.seen(), group) && (version_ >= tls::kTls13 || !may_be_leaf_curve(group));
    group_.left_out = group_.left_out || known;
    return known;
  });
  // The other way round than in the first hello: whose order decides shows.
  if (group_.left_out) std::ranges::reverse(offer.groups);
}

void LeanLists::fill_schemes(tls::HelloOffer& offer, bool (*is_of_kind)(SignatureScheme), Need& need) {
  const bool all_common = std::ranges::all_of(
      kCommonSchemes, [&](SignatureScheme scheme) { return !is_of_kind(scheme) || contains(schemes_.seen(), scheme); });
  if (!need.fruitful || all_common) return;
  std::erase_if(offer.schemes, [&](SignatureScheme scheme) {
    const bool known = is_of_kind(scheme) && contains(schemes_.seen(), scheme);
    need.left_out = need.left_out || known;
    return known;
  });
}

void LeanLists::took(const tls::HelloOffer& offer, const tls::ServerAnswer& answer, std::size_t picked) {
  if (answer.group && group_.left_out && contains(groups_.seen(), *answer.group)) group_.fruitful = false;
  if (answer.group) groups_.chosen(*answer.group, offer.groups);
  if (answer.scheme) schemes_.chosen(*answer.scheme, offer.schemes);
  for (Need* const need : needs()) {
    if (!need->left_out) continue;
    if (need->belongs_to(answer.suite)) {
      need->doubtful.reset();  // It was still to be had, and so it was before.
    } else if (!need->doubtful) {
      need->doubtful = picked;
    }
  }
}

bool LeanLists::lean() const {
  return std::ranges::any_of(needs(), [](const Need* need) { return need->left_out; });
}

bool LeanLists::in_doubt(std::size_t picked) const {
  return std::ranges::any_of(
      needs(), [&](const Need* need) { return need->doubtful && picked - *need->doubtful >= kMostDoubtful; });
}

std::optional<std::size_t> LeanLists::stop(Leave which) {
  std::optional<std::size_t> first;
  for (Need* const need : needs()) {
    if (which == Leave::doubted && !need->doubtful) continue;
    if (need->doubtful && (!first || *need->doubtful < *first)) first = need->doubtful;
    need->doubtful.reset();
    need->fruitful = need->left_out = false;
  }
  return first;
}

}  // namespace ucready::probes
