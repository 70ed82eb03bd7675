#include "probes/handshake_audit.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "core/printable.h"
#include "probes/harmless_line.h"
#include "probes/resumption.h"

namespace ucready::probes {
namespace {

using tls::Alert;
using tls::Version;

// What stacks answer an empty Certificate with, or one that they do not like: handshake_failure, no_certificate,
// bad_certificate to certificate_unknown, unknown_ca, access_denied, decode_error, certificate_required.
constexpr std::array kCertificateAlerts = {Alert{40}, Alert{41}, Alert{42}, Alert{43}, Alert{44}, Alert{45},
                                           Alert{46}, Alert{48}, Alert{49}, Alert{50}, Alert{116}};

bool hung_up(const HandshakeReport& report) {
  return report.ended && (report.ended->code == ErrorCode::closed || report.ended->code == ErrorCode::reset);
}

bool speaks_http(const Target& target) { return target.protocol == "https" || target.protocol == "tftp-https"; }

std::string how_it_ended(const HandshakeReport& report) {
  if (report.alert_received) return fmt::format("refused with {}", tls::name(*report.alert_received));
  if (report.alert_sent) return fmt::format("given up here with {}", tls::name(*report.alert_sent));
  return report.ended ? printable(report.ended->message, 200) : std::string();
}

// Why the scan's own certificate was not taken.
std::string why_not_taken(const HandshakeReport& report) {
  if (report.certificate_shown) return how_it_ended(report);
  if (report.certificate_sent) {
    return "not shown: its key fits none of the signature schemes and certificate types that are asked for";
  }
  const std::string end = how_it_ended(report);
  if (report.certificate_requested) return "not shown: " + (end.empty() ? "the handshake ended before" : end);
  return end.empty() ? "not shown: none was asked for this time" : "not shown: " + end;
}

struct Shaken {
  HandshakeReport report;
  TlsSession session;
};

class Handshakes {
 public:
  Handshakes(Asker& asker, Version version, std::string server_name, db::InterfaceObservation& seen)
      : asker_(asker), version_(version), server_name_(std::move(server_name)), seen_(seen) {}

  // One connection: handshake, then what the server says next.
  asio::awaitable<Shaken> shake(const ClientIdentity* identity, const TlsSession* resume) {
    Shaken shaken;
    auto connected = co_await asker_.connect();
    if (!connected) {
      shaken.report.ended = connected.error();
      co_return shaken;
    }
    Transport& transport = **connected;
    const Clock::duration timeout = asker_.options().timeout;
    transport.set_deadline(Clock::now() + timeout);
    if (auto started = co_await asker_.dialect().start_tls(transport, asker_.target()); !started) {
      shaken.report.ended = started.error();
      co_return shaken;
    }
    const auto wrapped = asker_.dialect().wrap == nullptr ? nullptr : asker_.dialect().wrap(transport);
    Transport& stream = wrapped ? *wrapped : transport;
    TlsClient client(stream, {.version = version_,
                              .server_name = server_name_,
                              .alpn = std::string(asker_.dialect().alpn),
                              .identity = identity,
                              .resume = resume});
    stream.set_deadline(Clock::now() + timeout);
    shaken.report = co_await client.shake_hands();
    if (!shaken.report.completed) co_return shaken;
    if (version_ >= tls::kTls13) shaken.report = co_await last_word(client, stream);
    shaken.session = client.take_session();
    co_await client.close();
    co_return shaken;
  }

  // Where TLSv1.2 says it in one message, TLSv1.3 must be waited for, and a silent server be asked something. Who hangs
  // up on a question has said nothing of the certificate; so what is no HTTP server is asked only after a while.
  asio::awaitable<HandshakeReport> last_word(TlsClient& client, Transport& stream) {
    constexpr auto kPatience = std::chrono::seconds(2);
    const Clock::duration timeout = asker_.options().timeout;
    const Clock::duration patience = std::min<Clock::duration>(kPatience, timeout);
    const std::string question = asker_.options().identify ? harmless_line(asker_.target()) : "";
    if (question.empty()) {
      stream.set_deadline(Clock::now() + patience);
      co_return co_await client.listen();
    }
    stream.set_deadline(Clock::now() + patience + timeout);
    if (!speaks_http(asker_.target())) {
      HandshakeReport heard = co_await client.listen_for(patience);
      if (heard.answered || heard.alert_received || heard.ended || !heard.certificate_requested) co_return heard;
    }
    stream.set_deadline(Clock::now() + timeout);
    (void)co_await client.write(as_bytes(question));  // Where it fails, listening says why.
    HandshakeReport heard = co_await client.listen();
    const bool hung_up_on_it = hung_up(heard) && !heard.answered && !heard.alert_received;
    if (hung_up_on_it && !speaks_http(asker_.target())) {
      heard.ended = Error{ErrorCode::unsupported, "silent until asked something, then hung up"};
    }
    co_return heard;
  }

  asio::awaitable<void> run() {
    const auto auth = std::ranges::find(seen_.client_auth, version_, &db::ClientAuthObservation::version);
    const bool requested = auth != seen_.client_auth.end() && auth->requested;
    Shaken first = co_await shake(nullptr, nullptr);
    if (requested) auth_required(certificate_required(version_, first.report));
    bool went_through = first.report.completed && !first.report.alert_received &&
                        !(requested && certificate_required(version_, first.report) != false);
    if (requested && asker_.options().identity && !asker_.over()) {
      Shaken shown = co_await show();
      if (!went_through && certificate_taken(version_, shown.report) == true) {
        went_through = true;
        first = std::move(shown);
      }
    }
    if (asker_.over()) co_return;
    if (!went_through) co_return trait("resumption", std::nullopt, how_it_ended(first.report));
    if (!first.session.known()) {
      const bool no_ticket_yet = version_ >= tls::kTls13;
      co_return trait("resumption", no_ticket_yet ? std::nullopt : std::optional(false),
                      no_ticket_yet ? "no ticket came in time" : "");
    }
    const Shaken again = co_await shake(asker_.options().identity.get(), &first.session);
    if (again.report.completed) co_return trait("resumption", again.report.resumed, "");
    trait("resumption", std::nullopt, how_it_ended(again.report));
  }

  asio::awaitable<Shaken> show() {
    Shaken shown = co_await shake(asker_.options().identity.get(), nullptr);
    const std::optional<bool> taken = certificate_taken(version_, shown.report);
    trait("client_certificate_taken", taken, taken == true ? "" : why_not_taken(shown.report));
    co_return shown;
  }

 private:
  void auth_required(std::optional<bool> required) {
    std::ranges::find(seen_.client_auth, version_, &db::ClientAuthObservation::version)->required = required;
  }

  void trait(const char* name, std::optional<bool> value, std::string detail) {
    seen_.traits.push_back({version_, name, value, std::move(detail)});
  }

  Asker& asker_;
  Version version_;
  std::string server_name_;
  db::InterfaceObservation& seen_;
};

// For the Certificate that was sent, whatever was in it.
std::optional<bool> refused(Version version, const HandshakeReport& report) {
  if (!report.certificate_requested || !report.certificate_sent || report.alert_sent) return std::nullopt;
  if (report.alert_received) {
    const bool about_it = std::ranges::count(kCertificateAlerts, *report.alert_received) > 0;
    return about_it ? std::optional(true) : std::nullopt;
  }
  const bool proven = version >= tls::kTls13 ? report.completed && report.answered : report.completed;
  if (proven) return false;
  return hung_up(report) ? std::optional(true) : std::nullopt;
}

}  // namespace

std::optional<bool> certificate_required(Version version, const HandshakeReport& report) {
  return report.certificate_shown ? std::nullopt : refused(version, report);
}

std::optional<bool> certificate_taken(Version version, const HandshakeReport& report) {
  const std::optional<bool> refused_it = report.certificate_shown ? refused(version, report) : std::nullopt;
  return refused_it ? std::optional(!*refused_it) : std::nullopt;
}

bool asks_certificate(const db::InterfaceObservation& seen, Version version) {
  return std::ranges::any_of(seen.client_auth, [&](const db::ClientAuthObservation& auth) {
    return auth.version == version && auth.requested;
  });
}

asio::awaitable<void> audit_handshakes(Asker& asker, const AcceptedHello& accepted, db::InterfaceObservation& seen) {
  if (co_await audit_resumption(asker, accepted, seen)) co_return;
  const Version version = accepted.offer.versions.front();
  if (!TlsClient::supports(version) || asker.over()) co_return;
  Handshakes handshakes(asker, version, accepted.offer.server_name, seen);
  co_await handshakes.run();
}

asio::awaitable<void> show_certificate(Asker& asker, Version version, const std::string& server_name,
                                       db::InterfaceObservation& seen) {
  if (!TlsClient::supports(version) || asker.over()) co_return;
  Handshakes handshakes(asker, version, server_name, seen);
  co_await handshakes.show();
}

}  // namespace ucready::probes
