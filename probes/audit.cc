#include "probes/audit.h"

#include <algorithm>
#include <boost/asio/experimental/awaitable_operators.hpp>

#include "probes/certificate_preference.h"
#include "probes/handshake_audit.h"
#include "probes/trait_audit.h"
#include "probes/version_audit.h"

namespace ucready::probes {
namespace {

using namespace asio::experimental::awaitable_operators;
using tls::Version;

// A leaf that only those see who ask without a name.
bool shows_more_without_name(const db::InterfaceObservation& seen, Version version) {
  const auto by_name = [&](const db::ChainObservation& nameless) {
    return std::ranges::any_of(seen.chains, [&](const db::ChainObservation& named) {
      return named.version == version && named.server_name &&
             named.certificates.front()->sha256 == nameless.certificates.front()->sha256;
    });
  };
  return std::ranges::any_of(seen.chains, [&](const db::ChainObservation& chain) {
    return chain.version == version && !chain.server_name && !by_name(chain);
  });
}

// A handshake is finished for what only its end tells. Whether a certificate is required each version decides anew;
// sessions up to TLSv1.2 are kept and resumed by one mechanism (RFC 5246 section 7.4.1.2, RFC 5077), so the highest of
// these versions speaks for all.
bool worth_finishing(const std::vector<AcceptedHello>& accepted, Version version,
                     const db::InterfaceObservation& seen) {
  const auto higher = [&](const AcceptedHello& hello) {
    const Version other = hello.offer.versions.front();
    return other > version && other < tls::kTls13;
  };
  return asks_certificate(seen, version) || version >= tls::kTls13 || std::ranges::none_of(accepted, higher);
}

asio::awaitable<void> finish_if(bool worth_it, Asker& asker, const AcceptedHello& hello,
                                db::InterfaceObservation& seen) {
  if (worth_it) co_await audit_handshakes(asker, hello, seen);
}

Hashes likely_hashes(const std::vector<AcceptedHello>& accepted) {
  const bool old = std::ranges::any_of(
      accepted, [](const AcceptedHello& hello) { return hello.offer.versions.front() < tls::kTls12; });
  return old ? Hashes::old_too : Hashes::todays;
}

asio::awaitable<void> audit_if_accepted(Asker& asker, const std::vector<AcceptedHello>& accepted, Version version,
                                        db::InterfaceObservation& seen) {
  const AcceptedHello* named = nullptr;
  const AcceptedHello* nameless = nullptr;
  for (const AcceptedHello& hello : accepted) {
    if (hello.offer.versions.front() != version) continue;
    (hello.offer.server_name.empty() ? nameless : named) = &hello;
  }
  const AcceptedHello* const best = named == nullptr ? nameless : named;
  if (best == nullptr) co_return;
  read_traits(*best, seen);
  const bool finishing = worth_finishing(accepted, version, seen);
  co_await (audit_version(asker, *best, likely_hashes(accepted), seen) && finish_if(finishing, asker, *best, seen));
  if (named != nullptr && nameless != nullptr && shows_more_without_name(seen, version)) {
    co_await audit_more_suites(asker, *nameless, seen);
  }
}

}  // namespace

asio::awaitable<void> audit(Asker& asker, const std::vector<AcceptedHello>& accepted, db::InterfaceObservation& seen) {
  if (accepted.empty()) co_return;
  const auto one = [&](Version version) { return audit_if_accepted(asker, accepted, version, seen); };
  co_await (one(tls::kTls12) && one(tls::kTls13) && one(tls::kTls11) && one(tls::kTls10) && one(tls::kSslv3) &&
            audit_traits(asker, accepted, seen));
  co_await fingerprint_preference(asker, seen);  // Which asks where both kinds of leaf were met.
  // Side by side they were found in no order.
  std::ranges::stable_sort(seen.ciphers, {}, &db::CipherObservation::version);
  std::ranges::stable_sort(seen.groups, {}, &db::GroupObservation::version);
  std::ranges::sort(seen.schemes);
  std::ranges::stable_sort(seen.traits, {}, &db::TraitObservation::version);
}

}  // namespace ucready::probes
