#include "probes/interface_probe.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/asio/experimental/awaitable_operators.hpp>

#include "core/printable.h"
#include "probes/asker.h"
#include "probes/audit.h"
#include "probes/handshake_audit.h"
#include "probes/hello_offers.h"
#include "probes/identify/identification.h"
#include "probes/modern_schemes.h"
#include "probes/replay.h"
#include "probes/trust_lists.h"
#include "probes/verdict.h"

namespace ucready::probes {
namespace {

using db::VersionObservation;
using db::VersionOutcome;
using tls::HelloOffer;
using tls::Version;

// The likeliest first, so that an interface that is no TLS or is not there is known after one question.
constexpr Version kOrder[] = {tls::kTls12, tls::kTls13, tls::kTls11, tls::kTls10, tls::kSslv3};

class Interview {
 public:
  Interview(const Target& target, const std::string& address, const ProbeOptions& options, ProbeTools& tools)
      : target_(target),
        options_(options),
        tools_(tools),
        seen_(unseen(target, address)),
        asker_(target_, options, tools, seen_) {}

  asio::awaitable<Result<db::InterfaceObservation>> run() {
    co_await ask_versions();
    if (asker_.spoke() && worth_going_on()) {
      co_await ask_again_what_was_given_up_early();
      co_await ask_with_fewer_suites();
      co_await ask_one_kind_of_key();
      co_await ask_with_unusual_suites();
      co_await ask_unreadable_groups();
      co_await ask_modern_client();
    }
    if (!target_.server_name.empty() && worth_going_on()) co_await ask_versions_by_name();
    if (options_.depth == Depth::quick) co_await ask_leaves();
    if (options_.depth == Depth::quick && options_.identity) co_await show_certificates();
    if (options_.depth == Depth::full) co_await audit_all();
    if (options_.depth != Depth::versions && options_.identify && !over()) co_await identify(asker_, seen_);
    if (wants_trust_lists() && !over()) co_await fetch_trust_lists(asker_, seen_);
    if (asker_.failed()) co_return tl::unexpected<Error>(*asker_.failed());
    if (asker_.gone()) seen_.detail = "it stopped answering before all was asked";
    seen_.state = db::InterfaceState::timeout;
    if (asker_.first()) seen_.state = judge_interface(seen_.versions, *asker_.first());
    if (seen_.state != db::InterfaceState::tls && asker_.first()) describe_state();
    std::ranges::sort(seen_.versions, {}, &VersionObservation::version);
    co_return std::move(seen_);
  }

 private:
  [[nodiscard]] bool wants_trust_lists() const {
    return options_.trust_lists && serves_trust_lists(target_.protocol, target_.product, target_.port);
  }
  [[nodiscard]] bool over() const { return asker_.over(); }
  [[nodiscard]] tls::ReadTo read_to(Version version) const {
    const bool hello_only = options_.depth == Depth::versions && version == tls::kTls13;
    return hello_only ? tls::ReadTo::hello : tls::ReadTo::flight;
  }
  // The hello that the audit will take for the version's best is finished at once, for the session that may come of it.
  [[nodiscard]] tls::ReadTo read_to(Version version, std::string_view server_name) const {
    const bool best = options_.depth == Depth::full && version >= tls::kTls12 && server_name == target_.server_name;
    return best ? tls::ReadTo::session : read_to(version);
  }

  asio::awaitable<void> ask_versions() {
    for (const Version version : kOrder) {
      co_await ask_version_in_turn(version);
      if (over() || !worth_going_on()) co_return;
      if (options_.depth == Depth::full && asker_.spoke()) co_return co_await ask_other_versions();
    }
  }

  asio::awaitable<void> ask_version_in_turn(Version version) {
    if (version == tls::kSslv3 && !options_.legacy) co_return;
    if (find_version(version) == nullptr && !over()) co_await ask_version(version_offer(version), read_to(version, ""));
  }

  asio::awaitable<void> ask_other_versions() {
    using namespace asio::experimental::awaitable_operators;
    const auto ask = [this](Version version) { return ask_version_in_turn(version); };
    co_await (ask(tls::kTls13) && ask(tls::kTls12) && ask(tls::kTls11) && ask(tls::kTls10) && ask(tls::kSslv3));
  }

  // False once the first question showed that there is nobody to ask, or nobody who speaks TLS.
  [[nodiscard]] bool worth_going_on() const { return !nobody_to_ask(*asker_.first()); }

  asio::awaitable<void> ask_version(const HelloOffer& offer, tls::ReadTo how_far = tls::ReadTo::flight) {
    const bool patiently = asker_.spoke();
    Reply reply = co_await asker_.ask(offer, how_far);
    if (patiently) patient_.push_back(offer.versions.front());
    record(offer, std::move(reply));
  }

  // Replaces what is known of that version unless it is better already.
  void record(const HelloOffer& offer, Reply reply) {
    if (accepted(offer, reply)) keep_accepted(offer, reply.answer);
    VersionObservation observed = judge_version(offer, reply);
    auto known = std::ranges::find(seen_.versions, observed.version, &VersionObservation::version);
    const bool accepts = observed.outcome == VersionOutcome::accepted;
    if (known != seen_.versions.end() && known->outcome == VersionOutcome::accepted) {
      if (accepts) keep_leaf(offer, reply, true);
      return;
    }
    if (accepts) keep_leaf(offer, reply, false);
    observed.flight = std::move(reply.answer.flight);
    if (known == seen_.versions.end()) known = seen_.versions.emplace(known);
    *known = std::move(observed);
  }

  // For the audit: a hello by name is worth more than one without, as it may be answered with more than one chain.
  void keep_accepted(const HelloOffer& offer, const tls::ServerAnswer& answer) {
    if (options_.depth != Depth::full) return;
    if (accepted_.empty()) asker_.set_control(offer);
    AcceptedHello kept{offer, answer};
    kept.answer.flight.clear();
    kept.answer.certificates.clear();
    std::erase_if(accepted_, [&](const AcceptedHello& other) {
      return other.offer.versions == offer.versions && other.offer.server_name == offer.server_name;
    });
    accepted_.push_back(std::move(kept));
  }

  // While nobody had answered yet each question got one try; now that somebody did, an early end must repeat.
  asio::awaitable<void> ask_again_what_was_given_up_early() {
    for (const Version version :
         versions_with({VersionOutcome::closed, VersionOutcome::reset, VersionOutcome::timeout})) {
      if (over() || std::ranges::count(patient_, version) > 0) continue;
      co_await ask_version(version_offer(version), read_to(version));
    }
  }

  // A hello of a hundred suites may be too much for an old box that would have taken a short one; one with nothing that
  // intrusion detection flags may be too little.
  asio::awaitable<void> ask_with_fewer_suites() {
    const bool some_accepted = !versions_with({VersionOutcome::accepted}).empty();
    const std::vector<Version> mute = versions_with({VersionOutcome::closed, VersionOutcome::reset});
    for (const Version version : some_accepted ? mute : doubtful_versions()) {
      if (over() || version == tls::kTls13) continue;
      co_await ask_version(version_offer(version, Suites::few));
    }
  }

  // What intrusion detection may flag, and in the end what hardly anybody has: a version may serve nothing else.
  asio::awaitable<void> ask_with_unusual_suites() {
    if (!options_.legacy) co_return;
    for (const Version version : doubtful_versions()) {
      const auto settled = [&] {
        const VersionOutcome outcome = find_version(version)->outcome;
        return over() || outcome == VersionOutcome::accepted || outcome == VersionOutcome::timeout;
      };
      if (version == tls::kTls13) continue;
      const Unusual which = options_.depth == Depth::full ? Unusual::all : Unusual::flagged;
      for (const HelloOffer& offer : unusual_suite_offers(version, which)) {
        if (!settled()) co_await ask_version(offer);
      }
    }
  }

  // A server of two keys may choose a suite of the one and then find that there is no scheme to sign with it, and
  // refuse; who offers suites of the other alone is served.
  asio::awaitable<void> ask_one_kind_of_key() {
    for (const LeafKind kind : {LeafKind::ecdsa, LeafKind::rsa}) {
      const VersionObservation* const known = find_version(tls::kTls12);
      if (known == nullptr || known->outcome != VersionOutcome::refused || known->negotiated || over()) co_return;
      if (known->alert != tls::Alert{40} && known->alert != tls::Alert{80}) co_return;
      co_await ask_version(*leaf_offer(tls::kTls12, kind), read_to(tls::kTls12));
    }
  }

  // Refused, but not by the one alert that leaves no doubt.
  [[nodiscard]] std::vector<Version> doubtful_versions() const {
    std::vector<Version> doubtful;
    for (const VersionObservation& seen : seen_.versions) {
      const bool certain = seen.alert == tls::Alert{70} || seen.negotiated.has_value();
      if (seen.outcome != VersionOutcome::accepted && !certain) doubtful.push_back(seen.version);
    }
    return doubtful;
  }

  asio::awaitable<void> ask_unreadable_groups() {
    const VersionObservation* const modern = find_version(tls::kTls13);
    if (modern == nullptr || modern->alert != tls::Alert{40} || modern->negotiated || over()) co_return;
    const Reply reply = co_await asker_.ask(unreadable_groups_offer(), tls::ReadTo::choice);
    if (reply.answer.hello_retry) note(tls::kTls13, "speaks TLSv1.3 over a group that cannot be answered here");
  }

  // A server that ends a TLSv1.3 hello without a word may be intolerant of it: what would a client of today meet?
  asio::awaitable<void> ask_modern_client() {
    const VersionObservation* const modern = find_version(tls::kTls13);
    const VersionObservation* const usual = find_version(tls::kTls12);
    const bool mute =
        modern != nullptr && (modern->outcome == VersionOutcome::closed || modern->outcome == VersionOutcome::reset ||
                              modern->outcome == VersionOutcome::timeout);
    if (!mute || usual == nullptr || usual->outcome != VersionOutcome::accepted || over()) co_return;
    const HelloOffer offer = modern_client_offer();
    const Reply reply = co_await asker_.ask(offer, tls::ReadTo::hello);
    std::string met = reply.detail;
    if (reply.answer.hello) met = fmt::format("answered with {}", tls::name(reply.answer.version));
    if (reply.answer.alert) met = fmt::format("answered with alert {}", tls::name(*reply.answer.alert));
    const auto known = std::ranges::find(seen_.versions, tls::kTls13, &VersionObservation::version);
    known->detail += fmt::format("; a hello that offers TLSv1.3 and TLSv1.2: {}", met);
  }

  // Stacks that choose a chain by name show another one, or answer at all, only to who asks by name.
  asio::awaitable<void> ask_versions_by_name() {
    for (const Version version : kOrder) {
      const VersionObservation* const known = find_version(version);
      if (known == nullptr || over() || version < tls::kTls10) continue;
      if (known->outcome != VersionOutcome::accepted && known->outcome != VersionOutcome::refused) continue;
      if (known->alert == tls::Alert{70}) continue;
      HelloOffer offer = version_offer(version);
      offer.server_name = target_.server_name;
      Reply reply = co_await asker_.ask(offer, read_to(version, target_.server_name));
      if (!accepted(offer, reply)) {
        if (known->outcome == VersionOutcome::accepted) note_refusal_by_name(version, reply);
        continue;
      }
      const bool only_by_name = known->outcome != VersionOutcome::accepted;
      record(offer, std::move(reply));
      if (only_by_name) note(version, fmt::format("only when asked for {}", target_.server_name));
    }
  }

  // The version is there; but who asks as the site file says is not let in.
  void note_refusal_by_name(Version version, const Reply& reply) {
    const tls::ServerAnswer& answer = reply.answer;
    if (reply.ending != Ending::answered) return;
    const std::string met = answer.alert   ? fmt::format("with alert {}", tls::name(*answer.alert))
                            : answer.hello ? fmt::format("with {}", tls::name(answer.version))
                                           : std::string("with no TLS");
    note(version, fmt::format("only when asked for no name; who asks for {} is answered {}", target_.server_name, met));
  }

  void note(Version version, std::string detail) {
    std::ranges::find(seen_.versions, version, &VersionObservation::version)->detail = std::move(detail);
  }

  // A whole search for suites and schemes meets every leaf; only where it is not whole more is asked for.
  // Where a name is known, what each of its two ways shows must be known before.
  asio::awaitable<void> audit_all() {
    const bool named = !target_.server_name.empty();
    const std::vector<Version> versions = versions_with({VersionOutcome::accepted});
    if (named) co_await ask_leaves();
    asker_.set_witness([this](const HelloOffer& offer, Reply& reply) { witness(offer, reply); });
    co_await audit(asker_, accepted_, seen_);
    asker_.set_witness({});
    for (const Version version : versions) {
      if (!named && !searched_whole(version)) co_await ask_leaves(version, "");
    }
  }

  // A leaf that no suite and no scheme brought is not there.
  [[nodiscard]] bool searched_whole(Version version) const {
    const auto whole = [&](std::string_view list) {
      return std::ranges::any_of(seen_.traits, [&](const db::TraitObservation& trait) {
        return trait.version == version && trait.name == list && trait.value == true;
      });
    };
    return whole("ciphers_complete") && (version < tls::kTls12 || whole("signature_schemes_complete"));
  }

  void witness(const HelloOffer& offer, Reply& reply) {
    const Version version = reply.answer.version;
    const bool unusual = reply.answer.scheme && modern_kind(*reply.answer.scheme) == LeafKind::unusual;
    const bool known = !unusual && has_leaf(version, offer.server_name, LeafKind::rsa) &&
                       has_leaf(version, offer.server_name, LeafKind::ecdsa);
    if (!known && offer.server_name.empty()) keep_leaf(offer, reply, true);
  }

  asio::awaitable<void> ask_leaves() {
    for (const Version version : versions_with({VersionOutcome::accepted})) {
      co_await ask_leaves(version, "");
      if (!target_.server_name.empty() && version >= tls::kTls10) co_await ask_leaves(version, target_.server_name);
    }
  }

  asio::awaitable<void> ask_leaves(Version version, const std::string& server_name) {
    for (const LeafKind kind : {LeafKind::rsa, LeafKind::ecdsa}) {
      if (!over() && !has_leaf(version, server_name, kind)) co_await ask_leaf(version, kind, server_name);
    }
    const bool edwards = has_leaf(version, server_name, LeafKind::edwards);
    const bool pss = has_leaf(version, server_name, LeafKind::rsa_pss);
    if (version < tls::kTls12 || (edwards && pss) || over()) co_return;
    co_await ask_leaf(version, edwards ? LeafKind::rsa_pss : pss ? LeafKind::edwards : LeafKind::unusual, server_name);
    if (edwards || pss || over()) co_return;
    // One of the unusual kinds answered: is the other there too?
    if (has_leaf(version, server_name, LeafKind::edwards)) co_await ask_leaf(version, LeafKind::rsa_pss, server_name);
    if (has_leaf(version, server_name, LeafKind::rsa_pss)) co_await ask_leaf(version, LeafKind::edwards, server_name);
  }

  asio::awaitable<void> ask_leaf(Version version, LeafKind kind, const std::string& server_name) {
    std::optional<HelloOffer> offer = leaf_offer(version, kind);
    if (!offer) co_return;
    offer->server_name = server_name;
    Reply reply = co_await asker_.ask(*offer);
    if (!accepted(*offer, reply) && version == tls::kTls13 && offer->schemes_cert.empty() && !over()) {
      *offer = with_any_chain(std::move(*offer));
      reply = co_await asker_.ask(*offer);
    }
    if (accepted(*offer, reply)) keep_leaf(*offer, reply, true);
  }

  // The chain and the request for a client certificate, wherever a flight brought them. `with_flight`: the bytes are
  // not those that the version's own row keeps.
  void keep_leaf(const HelloOffer& offer, Reply& reply, bool with_flight) {
    const Version version = reply.answer.version;
    if (options_.depth == Depth::full && reply.answer.scheme) keep_scheme({version, *reply.answer.scheme});
    if (reply.answer.flight_complete) keep_client_auth(version, reply.answer);
    if (reply.answer.certificates.empty()) return;
    db::ChainObservation chain{.version = version};
    if (!offer.server_name.empty()) chain.server_name = offer.server_name;
    for (const Bytes& der : reply.answer.certificates) chain.certificates.push_back(tools_.certificates.read(der));
    const bool known = std::ranges::any_of(seen_.chains, [&](const db::ChainObservation& other) {
      return other.version == version && other.server_name == chain.server_name &&
             other.certificates.front()->sha256 == chain.certificates.front()->sha256;
    });
    if (known) return;
    if (with_flight) chain.flight = std::move(reply.answer.flight);
    seen_.chains.push_back(std::move(chain));
  }

  asio::awaitable<void> show_certificates() {
    for (const db::ClientAuthObservation& auth : std::vector(seen_.client_auth)) {
      if (auth.requested && !over()) co_await show_certificate(asker_, auth.version, target_.server_name, seen_);
    }
  }

  void keep_scheme(const db::SchemeObservation& scheme) {
    if (std::ranges::count(seen_.schemes, scheme) == 0) seen_.schemes.push_back(scheme);
  }

  void keep_client_auth(Version version, const tls::ServerAnswer& answer) {
    const auto known = std::ranges::find(seen_.client_auth, version, &db::ClientAuthObservation::version);
    if (known != seen_.client_auth.end() && (known->requested || !answer.certificate_request)) return;
    db::ClientAuthObservation asked{.version = version, .requested = answer.certificate_request.has_value()};
    if (answer.certificate_request) {
      asked.request = *answer.certificate_request;
      for (const Bytes& name : asked.request.authorities) asked.authorities.push_back(trust::read_name(name));
    }
    if (known != seen_.client_auth.end()) {
      *known = std::move(asked);
    } else {
      seen_.client_auth.push_back(std::move(asked));
    }
  }

  [[nodiscard]] bool has_leaf(Version version, const std::string& server_name, LeafKind kind) const {
    return std::ranges::any_of(seen_.chains, [&](const db::ChainObservation& chain) {
      return chain.version == version && chain.server_name.value_or("") == server_name &&
             kind_of(*chain.certificates.front()) == kind;
    });
  }

  [[nodiscard]] const VersionObservation* find_version(Version version) const {
    const auto known = std::ranges::find(seen_.versions, version, &VersionObservation::version);
    return known == seen_.versions.end() ? nullptr : &*known;
  }

  [[nodiscard]] std::vector<Version> versions_with(std::initializer_list<VersionOutcome> outcomes) const {
    std::vector<Version> versions;
    for (const VersionObservation& seen : seen_.versions) {
      if (std::ranges::count(outcomes, seen.outcome) > 0) versions.push_back(seen.version);
    }
    return versions;
  }

  void describe_state() {
    seen_.detail = printable(asker_.first()->detail, 400);
    if (!asker_.first()->answer.not_tls.empty()) seen_.detail = printable(asker_.first()->answer.not_tls, 200);
    if (worth_going_on()) return;
    seen_.versions.clear();  // One question was asked, and not about a version.
  }

  const Target& target_;
  const ProbeOptions& options_;
  ProbeTools& tools_;
  db::InterfaceObservation seen_;
  Asker asker_;
  std::vector<AcceptedHello> accepted_;
  std::vector<Version> patient_;  // Asked with all retries, because somebody had answered before.
};

}  // namespace

db::InterfaceObservation unseen(const Target& target, const std::string& address) {
  db::InterfaceObservation seen;
  seen.key = {target.site, target.cluster, target.node, address, target.port, target.protocol};
  seen.product = target.product;
  seen.release = target.release;
  seen.declared = target.declared;
  seen.server_name = target.server_name;
  return seen;
}

asio::awaitable<Result<db::InterfaceObservation>> probe_interface(const Target& target, std::string address,
                                                                  const ProbeOptions& options, ProbeTools& tools) {
  if (target.offers) co_return co_await replay_offers(target, std::move(address), options, tools);
  Interview interview(target, address, options, tools);
  co_return co_await interview.run();
}

}  // namespace ucready::probes
