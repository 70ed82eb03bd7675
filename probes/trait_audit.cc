#include "probes/trait_audit.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/printable.h"
#include "probes/suite_removal.h"
#include "probes/verdict.h"
#include "tls/extension.h"

namespace ucready::probes {
namespace {

using tls::ExtensionType;
using tls::HelloOffer;
using tls::Version;

constexpr tls::CipherSuite kFallback{0x5600};  // RFC 7507.
constexpr tls::Alert kInappropriateFallback{86}, kNoApplicationProtocol{120};
constexpr ExtensionType kUnassigned{0x4e57}, kReservedGrease{0x3a3a};
constexpr std::size_t kSegmentBytes = 1460;

std::string what_came(const HelloOffer& offer, const Reply& reply) {
  const tls::ServerAnswer& answer = reply.answer;
  if (answer.alert) return fmt::format("answered with {}", tls::name(*answer.alert));
  if (answer.hello && answer.version != offer.versions.front()) {
    return fmt::format("answered with {}", tls::name(answer.version));
  }
  if (!answer.defect.empty()) return printable(answer.defect, 200);
  return printable(reply.detail, 200);
}

std::vector<tls::RawExtension> unknown_extensions() { return {{kReservedGrease, {}}, {kUnassigned, Bytes{1, 2, 3}}}; }

// More than fits into one segment of Ethernet's size: some middleboxes look at the first one only.
tls::RawExtension long_padding() { return {tls::extension::kPadding, Bytes(kSegmentBytes)}; }

class TraitAudit {
 public:
  TraitAudit(Asker& asker, const AcceptedHello& best, db::InterfaceObservation& seen)
      : asker_(asker), best_(best.offer), version_(best.offer.versions.front()), seen_(seen) {}

  // All that a hello may have besides, in one: most servers take it. False: it must be asked apart.
  asio::awaitable<bool> ask_for_everything() {
    HelloOffer offer = with_extras();
    for (tls::RawExtension& unknown : unknown_extensions()) offer.more.push_back(std::move(unknown));
    offer.more.push_back(long_padding());
    const Reply reply = co_await asker_.ask(offer);
    if (!accepted(offer, reply) || !reply.answer.flight_complete) co_return false;
    trait("ocsp_stapling", reply.answer.ocsp_staple, "");
    trait("signed_certificate_timestamps", reply.answer.scts, "");
    trait("alpn", !reply.answer.alpn.empty(), printable(reply.answer.alpn, 60));
    trait("tolerates_unknown_extensions", true, "");
    trait("tolerates_large_hello", true, "");
    co_return true;
  }

  asio::awaitable<void> ask_for_extras() {
    HelloOffer offer = with_extras();
    Reply reply = co_await asker_.ask(offer);
    const bool no_protocol = reply.answer.alert == kNoApplicationProtocol;
    if (no_protocol && !asker_.over()) {
      offer.alpn.clear();
      trait("alpn", true, "refuses a hello without a protocol of its own");
      reply = co_await asker_.ask(offer);
    }
    const bool told = accepted(offer, reply) && reply.answer.flight_complete;
    const std::string why = told ? "" : what_came(offer, reply);
    const auto if_told = [&](bool value) { return told ? std::optional(value) : std::nullopt; };
    trait("ocsp_stapling", if_told(reply.answer.ocsp_staple), why);
    trait("signed_certificate_timestamps", if_told(reply.answer.scts), why);
    if (!no_protocol) trait("alpn", if_told(!reply.answer.alpn.empty()), told ? printable(reply.answer.alpn, 60) : why);
  }

  // Both at once, as most servers stand both; apart only where one of them is not.
  asio::awaitable<void> ask_for_tolerance() {
    HelloOffer both = best_;
    both.more = unknown_extensions();
    both.more.push_back(long_padding());
    if (accepted(both, co_await asker_.ask(both, tls::ReadTo::hello))) {
      trait("tolerates_unknown_extensions", true, "");
      trait("tolerates_large_hello", true, "");
      co_return;
    }
    HelloOffer unknown = best_;
    unknown.more = unknown_extensions();
    co_await ask_for(unknown, "tolerates_unknown_extensions");
    HelloOffer large = best_;
    large.more.push_back(long_padding());
    co_await ask_for(large, "tolerates_large_hello");
  }

  asio::awaitable<void> ask_for_fallback(const HelloOffer& lower) {
    HelloOffer offer = lower;
    offer.suites.push_back(kFallback);
    const Reply reply = co_await asker_.ask(offer, tls::ReadTo::hello);
    const bool heeded = reply.answer.alert == kInappropriateFallback;
    std::optional<bool> value;
    if (heeded || accepted(offer, reply)) value = heeded;
    seen_.traits.push_back({lower.versions.front(), "fallback_scsv", value, value ? "" : what_came(offer, reply)});
  }

 private:
  [[nodiscard]] HelloOffer with_extras() const {
    HelloOffer offer = best_;
    offer.alpn = {"h2", "http/1.1", "sip/2", "imap", "xmpp-client", "xmpp-server"};
    offer.more = {{tls::extension::kStatusRequest, Bytes{1, 0, 0, 0, 0}}, {tls::extension::kSignedTimestamp, {}}};
    return offer;
  }

  asio::awaitable<void> ask_for(const HelloOffer& offer, const char* name) {
    if (asker_.over()) co_return;
    const Reply reply = co_await asker_.ask(offer, tls::ReadTo::hello);
    const bool taken = accepted(offer, reply);
    // A refusal in words or by hanging up is intolerance; silence may be a lost segment.
    const bool told = taken || refused(offer, reply) || inconclusive(reply);
    trait(name, told && reply.ending != Ending::timeout ? std::optional(taken) : std::nullopt,
          taken ? "" : what_came(offer, reply));
  }

  void trait(const char* name, std::optional<bool> value, std::string detail) {
    seen_.traits.push_back({version_, name, value, std::move(detail)});
  }

  Asker& asker_;
  HelloOffer best_;
  Version version_;
  db::InterfaceObservation& seen_;
};

}  // namespace

void read_traits(const AcceptedHello& hello, db::InterfaceObservation& seen) {
  const Version version = hello.offer.versions.front();
  if (version >= tls::kTls13) return;
  const auto has = [&](ExtensionType type) { return std::ranges::count(hello.answer.extensions, type) > 0; };
  seen.traits.push_back({version, "secure_renegotiation", has(tls::extension::kRenegotiationInfo), ""});
  if (version < tls::kTls10) return;
  seen.traits.push_back({version, "extended_master_secret", has(tls::extension::kExtendedMasterSecret), ""});
  seen.traits.push_back({version, "session_ticket", has(tls::extension::kSessionTicket), ""});
}

asio::awaitable<void> audit_traits(Asker& asker, const std::vector<AcceptedHello>& accepted,
                                   db::InterfaceObservation& seen) {
  std::vector<const AcceptedHello*> highest_first;
  for (const AcceptedHello& hello : accepted) {
    if (hello.offer.versions.front() >= tls::kTls10) highest_first.push_back(&hello);
  }
  std::ranges::sort(highest_first, std::greater<>(), [](const AcceptedHello* hello) { return hello->offer.versions; });
  if (highest_first.empty() || asker.over()) co_return;
  TraitAudit audit(asker, *highest_first.front(), seen);
  const bool told = co_await audit.ask_for_everything();
  if (!told && !asker.over()) co_await audit.ask_for_extras();
  if (!told && !asker.over()) co_await audit.ask_for_tolerance();
  if (highest_first.size() > 1 && !asker.over()) co_await audit.ask_for_fallback(highest_first[1]->offer);
}

}  // namespace ucready::probes
