#include "probes/certificate_preference.h"

#include <algorithm>
#include <array>

#include "probes/hello_offers.h"
#include "probes/verdict.h"

namespace ucready::probes {
namespace {

enum class Shown { rsa, ecdsa, neither };

// Told by the signature: only the certificate's own key can have made it.
Shown kind_shown(const tls::HelloOffer& offer, const Reply& reply) {
  if (!accepted(offer, reply) || !reply.answer.scheme) return Shown::neither;
  const auto holds = [&](LeafKind kind) { return std::ranges::count(schemes_of(kind), *reply.answer.scheme) > 0; };
  return holds(LeafKind::rsa) ? Shown::rsa : holds(LeafKind::ecdsa) ? Shown::ecdsa : Shown::neither;
}

bool has_both_leaves(const db::InterfaceObservation& seen) {
  const auto has = [&](const char* key_type) {
    return std::ranges::any_of(seen.chains, [&](const db::ChainObservation& chain) {
      return chain.version == tls::kTls13 && chain.certificates.front()->key_type == key_type;
    });
  };
  return has("rsa") && has("ecdsa");
}

asio::awaitable<Shown> ask(Asker& asker, LedByRsa led_by_rsa) {
  tls::HelloOffer offer = preference_offer(led_by_rsa);
  offer.server_name = asker.target().server_name;
  co_return kind_shown(offer, co_await asker.ask(offer));
}

}  // namespace

bool may_have_preference(const Target& target) {
  constexpr std::array<std::string_view, 4> kRuled = {"sip-tls", "cti-tls", "xmpp-client", "xmpp-server"};
  const bool product = target.product.empty() || target.product == "cucm" || target.product == "imp";
  return product && std::ranges::find(kRuled, target.protocol) != kRuled.end();
}

asio::awaitable<void> fingerprint_preference(Asker& asker, db::InterfaceObservation& seen) {
  if (!may_have_preference(asker.target()) || !has_both_leaves(seen) || asker.over()) co_return;
  const Shown suites_led = co_await ask(asker, LedByRsa::suites);
  if (asker.over()) co_return;
  const Shown schemes_led = co_await ask(asker, LedByRsa::schemes);
  db::TraitObservation trait{.version = tls::kTls13, .name = kPreferenceTrait};
  if (suites_led == Shown::rsa && schemes_led == Shown::ecdsa) {
    trait.value = true;
    trait.detail = "the suites up to TLSv1.2 choose";
  } else if (suites_led == Shown::ecdsa && schemes_led == Shown::rsa) {
    trait.value = false;
    trait.detail = "the signature schemes choose";
  } else {
    const bool same = suites_led == schemes_led && suites_led != Shown::neither;
    trait.detail =
        same ? "not decidable: the same certificate whatever the order" : "not decidable: not both were answered";
  }
  seen.traits.push_back(std::move(trait));
}

}  // namespace ucready::probes
