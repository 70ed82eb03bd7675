#include "probes/version_audit.h"

#include <algorithm>

#include "probes/legacy_schemes.h"
#include "probes/modern_schemes.h"
#include "probes/suite_removal.h"

namespace ucready::probes {
namespace {

using tls::Authentication;
using tls::CipherSuite;
using tls::Group;
using tls::HelloOffer;
using tls::KeyExchange;
using tls::ReadTo;
using tls::ServerAnswer;
using tls::SignatureScheme;
using tls::Version;
using GroupOrder = TurnList<Group>::Order;

class VersionAudit {
 public:
  VersionAudit(Asker& asker, const AcceptedHello& accepted, Hashes hashes, db::InterfaceObservation& seen)
      : asker_(asker),
        version_(accepted.offer.versions.front()),
        base_(version_ >= tls::kTls13 ? retry_offer() : accepted.offer),
        known_(accepted.answer),
        hashes_(hashes),
        seen_(seen),
        schemes_(base_.schemes) {
    base_.server_name = accepted.offer.server_name;
    if (version_ >= tls::kTls13) known_.group.reset();  // Chosen for the share that was sent of it.
    groups_ = TurnList<Group>(base_.groups);
  }

  asio::awaitable<void> run() {
    const bool modern = version_ >= tls::kTls13;
    read_to_ = modern ? ReadTo::choice : ReadTo::flight;
    co_await find_suites();
    if (modern && !co_await answers_without_share()) co_await find_suites_by_shares();
    keep_suites();
    // Schemes first: their questions find groups as well.
    if (version_ == tls::kTls12) co_await find_legacy_schemes();
    if (version_ >= tls::kTls10) co_await find_groups();
    if (modern) co_await find_modern_schemes();
  }

 private:
  asio::awaitable<void> find_suites() {
    const ReadTo read_to = read_to_ == ReadTo::choice ? ReadTo::flight : read_to_;  // Which shows a scheme as well.
    SuiteRemoval removal(asker_, base_, LeanLists(version_, groups_, schemes_, hashes_), read_to);
    suites_ = co_await removal.run(every_suite(version_), &known_);
  }

  // Of the suites one was known before; a HelloRetryRequest names a group.
  asio::awaitable<bool> answers_without_share() {
    if (!groups_.seen().empty()) co_return true;
    HelloOffer offer = base_;
    if (!suites_.suites.empty()) offer.suites = all_suites();
    const Reply reply = co_await asker_.ask(offer, read_to_);
    if (!took(offer, reply) || !reply.answer.group) co_return false;
    groups_.chosen(*reply.answer.group, offer.groups);
    co_return true;
  }

  // A server that knows no HelloRetryRequest is asked at the full price.
  asio::awaitable<void> find_suites_by_shares() {
    const HelloOffer plain = version_offer(version_);
    base_.groups = plain.groups;
    base_.key_shares = plain.key_shares;
    groups_ = TurnList<Group>(plain.groups);
    read_to_ = ReadTo::hello;
    co_await find_suites();
  }

  void keep_suites() {
    int position = 0;
    for (const FoundSuite& found : suites_.suites) {
      db::CipherObservation cipher{.version = version_, .suite = found.suite, .dh_bits = found.dh_bits};
      if (suites_.server_order) cipher.position = position++;
      seen_.ciphers.push_back(cipher);
    }
    trait("ciphers_complete", suites_.complete);
  }

  asio::awaitable<void> find_groups() {
    HelloOffer offer = base_;
    const std::vector<CipherSuite> carriers = version_ >= tls::kTls13 ? all_suites() : suites_of(suites_, is_ecdhe);
    if (carriers.empty()) co_return;
    offer.suites = carriers;
    offer.schemes = schemes_.order();
    bool complete = no_more_groups_;
    if (!complete) complete = co_await exhaust(offer, &HelloOffer::groups, groups_, &ServerAnswer::group);
    if (complete && version_ < tls::kTls13) complete = co_await find_groups_beside_leaf_curve(offer);
    if (complete && groups_.seen().size() > 1 && groups_.whose_order() == GroupOrder::unknown) {
      offer.groups.assign(groups_.seen().rbegin(), groups_.seen().rend());
      const Reply reply = co_await asker_.ask(offer, read_to_);
      if (took(offer, reply) && reply.answer.group) groups_.chosen(*reply.answer.group, offer.groups);
    }
    const bool ordered = complete && groups_.whose_order() == GroupOrder::server;
    int position = 0;
    for (const Group group : groups_.seen()) {
      seen_.groups.push_back({version_, group, ordered ? std::optional(position++) : std::nullopt});
    }
    trait("groups_complete", complete);
  }

  // Where only ECDSA is left, the leaf's own curve must be among the groups (RFC 8422 section 5.1): the last refusal
  // may have been for want of it. It is offered again behind the others.
  asio::awaitable<bool> find_groups_beside_leaf_curve(HelloOffer offer) {
    const auto is_ecdsa = [](CipherSuite suite) { return tls::facts(suite).authentication == Authentication::ecdsa; };
    if (!std::ranges::all_of(offer.suites, is_ecdsa)) co_return true;
    for (const Group curve : std::vector(groups_.seen())) {
      while (!groups_.unseen().empty()) {
        if (asker_.over()) co_return false;
        offer.groups = groups_.unseen();
        offer.groups.push_back(curve);
        const Reply reply = co_await asker_.ask(offer, read_to_);
        if (!took(offer, reply) && !refused(offer, reply)) co_return false;
        if (!took(offer, reply) || !reply.answer.group || *reply.answer.group == curve) break;
        const std::size_t before = groups_.seen().size();
        groups_.chosen(*reply.answer.group, offer.groups);
        if (groups_.seen().size() == before) break;
      }
    }
    co_return true;
  }

  asio::awaitable<void> find_legacy_schemes() {
    const FoundLegacySchemes found = co_await LegacySchemes(asker_, base_, suites_, groups_, schemes_, hashes_).find();
    no_more_groups_ = found.no_more_groups;
    keep_schemes(found.complete);
  }

  asio::awaitable<void> find_modern_schemes() {
    for (const db::SchemeObservation& known : seen_.schemes) {
      if (known.version == version_) schemes_.chosen(known.scheme, {known.scheme});
    }
    HelloOffer offer = with_any_chain(version_offer(version_));
    offer.server_name = base_.server_name;
    // Some may not take the list of schemes for the chain; a hello that left schemes out had it.
    bool takes_chain_list = std::ranges::any_of(schemes_.log(), [&](const auto& entry) {
      return entry.first.size() > 1 && entry.first.size() < base_.schemes.size();
    });
    bool complete = true;
    ModernSchemes search(schemes_);
    for (offer.schemes = search.next(); !offer.schemes.empty() && complete; offer.schemes = search.next()) {
      complete = !asker_.over();
      if (!complete) break;
      const Reply reply = co_await asker_.ask(offer, ReadTo::flight, Asker::Then::more);
      const auto scheme = reply.answer.scheme;
      if (took(offer, reply)) {
        takes_chain_list = takes_chain_list || !offer.schemes_cert.empty();
        complete = scheme && std::ranges::count(offer.schemes, *scheme) > 0;
        if (!complete) break;
        schemes_.chosen(*scheme, offer.schemes);
        search.took(*scheme);
      } else if (!refused(offer, reply)) {
        complete = false;
      } else if (!takes_chain_list && !offer.schemes_cert.empty()) {
        offer.schemes_cert.clear();
      } else {
        search.refused();
      }
    }
    keep_schemes(complete);
  }

  void keep_schemes(bool complete) {
    for (const SignatureScheme scheme : schemes_.seen()) {
      const db::SchemeObservation found{version_, scheme};
      if (std::ranges::count(seen_.schemes, found) == 0) seen_.schemes.push_back(found);
    }
    trait("signature_schemes_complete", complete);
  }

  // Asks for what of the list was not chosen yet, until that is refused. False where it ended without a word.
  template <typename Point>
  asio::awaitable<bool> exhaust(HelloOffer offer, std::vector<Point> HelloOffer::*list, TurnList<Point>& turns,
                                std::optional<Point> ServerAnswer::*choice) {
    while (!turns.unseen().empty()) {
      if (asker_.over()) co_return false;
      offer.*list = turns.unseen();
      const Reply reply = co_await asker_.ask(offer, read_to_, Asker::Then::more);
      if (!took(offer, reply)) co_return refused(offer, reply);
      const std::size_t before = turns.seen().size();
      if (reply.answer.*choice) turns.chosen(*(reply.answer.*choice), offer.*list);
      // Something else was chosen than was offered: some stacks fall back on a group of their own.
      if (turns.seen().size() == before) co_return true;
    }
    co_return true;
  }

  [[nodiscard]] std::vector<CipherSuite> all_suites() const {
    return suites_of(suites_, [](CipherSuite) { return true; });
  }

  void trait(const char* name, bool value) { seen_.traits.push_back({version_, name, value, ""}); }

  Asker& asker_;
  Version version_;
  HelloOffer base_;
  ServerAnswer known_;  // To `base_`, in TLSv1.3 with a share.
  Hashes hashes_;
  db::InterfaceObservation& seen_;
  TurnList<Group> groups_;
  TurnList<SignatureScheme> schemes_;
  FoundSuites suites_;
  bool no_more_groups_ = false;  // Shown by refusals.
  ReadTo read_to_ = ReadTo::flight;
};

}  // namespace

asio::awaitable<void> audit_version(Asker& asker, const AcceptedHello& accepted, Hashes hashes,
                                    db::InterfaceObservation& seen) {
  VersionAudit one(asker, accepted, hashes, seen);
  co_await one.run();
}

asio::awaitable<void> audit_more_suites(Asker& asker, const AcceptedHello& nameless, db::InterfaceObservation& seen) {
  const Version version = nameless.offer.versions.front();
  if (version >= tls::kTls13) co_return;  // There suites belong to no kind of key.
  SuiteLists lists = every_suite(version);
  for (std::vector<CipherSuite>* const list : {&lists.usual, &lists.rest, &lists.flagged}) {
    std::erase_if(*list, [&](CipherSuite suite) {
      return std::ranges::any_of(seen.ciphers, [&](const db::CipherObservation& known) {
        return known.version == version && known.suite == suite;
      });
    });
  }
  TurnList<Group> groups(nameless.offer.groups);
  TurnList<SignatureScheme> schemes(nameless.offer.schemes);
  SuiteRemoval removal(asker, nameless.offer, LeanLists(version, groups, schemes), ReadTo::flight);
  const FoundSuites found = co_await removal.run(std::move(lists));
  for (const FoundSuite& suite : found.suites) {
    seen.ciphers.push_back({.version = version, .suite = suite.suite, .dh_bits = suite.dh_bits});
  }
  if (found.suites.empty()) co_return;
  // Two lists for two audiences: none of their orders holds for both.
  for (db::CipherObservation& cipher : seen.ciphers) {
    if (cipher.version == version) cipher.position.reset();
  }
}

}  // namespace ucready::probes
