#include "probes/lean_lists.h"

#include <algorithm>
#include <span>

#include "probes/hello_offers.h"
#include "probes/modern_schemes.h"

namespace ucready::probes {
namespace {

using tls::Authentication;
using tls::CipherSuite;
using tls::Group;
using tls::KeyExchange;
using tls::SignatureScheme;

constexpr std::size_t kPatience = 6;

// The suites that servers take most often, of those that need a group.
constexpr std::array kLikelyEcdsa = {CipherSuite{0xc02c}, CipherSuite{0xc02b}, CipherSuite{0xc024},
                                     CipherSuite{0xc023}, CipherSuite{0xc00a}, CipherSuite{0xc009}};
constexpr std::array kLikelyRsa = {CipherSuite{0xc030}, CipherSuite{0xc02f}, CipherSuite{0xc028},
                                   CipherSuite{0xc027}, CipherSuite{0xc014}, CipherSuite{0xc013}};

constexpr std::array kLikelyModern = {CipherSuite{0x1301}, CipherSuite{0x1302}, CipherSuite{0x1303}};

bool any_likely(const std::vector<CipherSuite>& suites, std::span<const CipherSuite> likely) {
  return std::ranges::find_first_of(suites, likely) != suites.end();
}

bool takes_group(CipherSuite suite) {
  const KeyExchange exchange = tls::facts(suite).key_exchange;
  return exchange == KeyExchange::ecdhe || exchange == KeyExchange::tls13;
}

bool takes_rsa_scheme(CipherSuite suite) { return is_signed(suite, Authentication::rsa); }
bool takes_ecdsa_scheme(CipherSuite suite) { return is_signed(suite, Authentication::ecdsa); }

// Key transport of RSA needs none of all this, save that some refuse it to who has no scheme of RSA.
bool is_modern(CipherSuite suite) { return tls::facts(suite).key_exchange == KeyExchange::tls13; }
bool is_no_key_transport(CipherSuite suite) { return tls::facts(suite).key_exchange != KeyExchange::rsa; }
bool is_no_rsa(CipherSuite suite) { return tls::facts(suite).authentication != Authentication::rsa; }
bool is_no_ecdsa(CipherSuite suite) { return tls::facts(suite).authentication != Authentication::ecdsa; }

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

bool is_ecdhe(CipherSuite suite) { return tls::facts(suite).key_exchange == KeyExchange::ecdhe; }

LeanLists::LeanLists(tls::Version version, TurnList<Group>& groups, TurnList<SignatureScheme>& schemes, Hashes hashes)
    : version_(version),
      groups_(groups),
      schemes_(schemes),
      hashes_(hashes),
      group_{takes_group, is_no_key_transport},
      leaf_curve_{takes_ecdsa_scheme, is_no_rsa},
      rsa_scheme_{takes_rsa_scheme, is_no_ecdsa},
      ecdsa_scheme_{takes_ecdsa_scheme, is_no_rsa},
      modern_scheme_{is_modern, is_modern} {}

void LeanLists::fill_whole(tls::HelloOffer& offer) {
  offer.groups = groups_.order();
  offer.schemes = schemes_.order();
  // Some fall back on SHA-1 there where it stands in front.
  if (version_ >= tls::kTls13)
    std::stable_partition(offer.schemes.begin(), offer.schemes.end(),
                          [](SignatureScheme scheme) { return modern_kind(scheme).has_value(); });
  for (Need* const need : needs()) need->left_out = false;
}

void LeanLists::fill_lean(tls::HelloOffer& offer) {
  fill_whole(offer);
  if (!offer.key_shares.empty()) return;  // A share of a group that is not listed is no hello at all.
  if (version_ >= tls::kTls13) return fill_modern(offer);
  fill_groups(offer);
  fill_schemes(offer, Authentication::rsa, rsa_scheme_);
  fill_schemes(offer, Authentication::ecdsa, ecdsa_scheme_);
  // Some test the chain's own signatures against the one list, unless they are told another.
  if (rsa_scheme_.left_out || ecdsa_scheme_.left_out) offer = with_any_chain(std::move(offer));
}

// Without its curve an ECDSA leaf hides: the curve may go where no such leaf is likely to be shown next.
bool LeanLists::may_drop_leaf_curves(const tls::HelloOffer& offer) const {
  constexpr std::size_t kEnoughWithoutEcdsa = 2;
  return !any_likely(offer.suites, kLikelyEcdsa) || (taken_ >= kEnoughWithoutEcdsa && !ecdsa_shown_);
}

void LeanLists::fill_groups(tls::HelloOffer& offer) {
  if (!group_.fruitful || !more_groups_likely(groups_.seen())) return;
  const bool bound = version_ < tls::kTls13;  // To a leaf's curve, and to some of the suites.
  const bool dropping = !bound || may_drop_leaf_curves(offer);
  if (bound && !any_likely(offer.suites, kLikelyEcdsa) && !any_likely(offer.suites, kLikelyRsa)) return;
  if (!dropping && leaf_curves_hide_others_) return;
  std::erase_if(offer.groups, [&](Group group) {
    const bool leaf_curve = bound && may_be_leaf_curve(group);
    const bool known = contains(groups_.seen(), group) && (dropping || !leaf_curve);
    group_.left_out = group_.left_out || known;
    leaf_curve_.left_out = leaf_curve_.left_out || (known && leaf_curve);
    return known;
  });
  // With a likely suite at hand, one that needs no group shows at once that none is left.
  group_.patience = leaf_curve_.left_out ? 1 : kPatience;
  // The other way round than in the first hello: whose order decides shows.
  if (group_.left_out) std::ranges::reverse(offer.groups);
}

void LeanLists::fill_schemes(tls::HelloOffer& offer, Authentication key, Need& need) {
  if (!need.fruitful || !more_schemes_likely(key, schemes_.seen(), hashes_)) return;
  if (!any_likely(offer.suites, key == Authentication::rsa ? kLikelyRsa : kLikelyEcdsa)) return;
  std::erase_if(offer.schemes, [&](SignatureScheme scheme) {
    const bool known = signs(key, scheme) && contains(schemes_.seen(), scheme);
    need.left_out = need.left_out || known;
    return known;
  });
  need.patience = more_schemes_likely(key, schemes_.seen(), Hashes::todays) ? kPatience : 1;
}

void LeanLists::fill_modern(tls::HelloOffer& offer) {
  if (!any_likely(offer.suites, kLikelyModern)) return;
  fill_groups(offer);
  if (!modern_scheme_.fruitful || !more_modern_schemes_likely(schemes_.seen())) return;
  std::erase_if(offer.schemes,
                [&](SignatureScheme scheme) { return !modern_kind(scheme) || contains(schemes_.seen(), scheme); });
  modern_scheme_.left_out = true;
  offer = with_any_chain(std::move(offer));
}

void LeanLists::took(const tls::HelloOffer& offer, const tls::ServerAnswer& answer, std::size_t picked) {
  ++taken_;
  ecdsa_shown_ = ecdsa_shown_ || takes_ecdsa_scheme(answer.suite);
  if (answer.group && group_.left_out && contains(groups_.seen(), *answer.group)) leaf_curves_hide_others_ = true;
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
      needs(), [&](const Need* need) { return need->doubtful && picked - *need->doubtful >= need->patience; });
}

void LeanLists::stop(Leave which) {
  for (Need* const need : needs()) {
    if (which == Leave::doubted && !need->doubtful) continue;
    if (need->doubtful && (!suspicious_from_ || *need->doubtful < *suspicious_from_)) {
      suspicious_from_ = need->doubtful;
    }
    need->suspected = need->suspected || need->doubtful;
    need->doubtful.reset();
    need->fruitful = need->left_out = false;
  }
}

std::optional<std::size_t> LeanLists::settle(CipherSuite next) {
  const bool passed_over =
      std::ranges::any_of(needs(), [&](const Need* need) { return need->suspected && need->may_need(next); });
  for (Need* const need : needs()) need->suspected = false;
  const auto from = std::exchange(suspicious_from_, std::nullopt);
  return passed_over ? from : std::nullopt;
}

void LeanLists::undo(std::size_t from) {
  for (Need* const need : needs()) {
    if (need->doubtful && *need->doubtful >= from) need->doubtful.reset();
  }
  if (!suspicious_from_ || *suspicious_from_ < from) return;
  suspicious_from_.reset();
  for (Need* const need : needs()) need->suspected = false;
}

}  // namespace ucready::probes
