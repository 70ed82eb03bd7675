// What a server makes of a client certificate, and of none.
#include "probes/handshake_audit.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "probes/harmless_line.h"
#include "tests/support/certificate_maker.h"
#include "tests/support/failing_server.h"
#include "tests/support/scripted_transport.h"
#include "tests/support/temporary_folder.h"
#include "tests/tls/openssl_server.h"

namespace ucready::probes {
namespace {

using testing::StartsWith;

HandshakeReport refused_after(bool shown) {
  HandshakeReport report;
  report.certificate_requested = report.certificate_sent = true;
  report.certificate_shown = shown;
  report.alert_received = tls::Alert{42};
  return report;
}

TEST(CertificateTaken, IsToldOnlyOfACertificateThatWasShown) {
  HandshakeReport done = refused_after(true), done_without = refused_after(false);
  done.alert_received = done_without.alert_received = std::nullopt;
  done.completed = done_without.completed = true;
  EXPECT_EQ(certificate_taken(tls::kTls12, refused_after(true)), false);
  EXPECT_EQ(certificate_taken(tls::kTls12, done), true);
  EXPECT_EQ(certificate_taken(tls::kTls12, refused_after(false)), std::nullopt);
  EXPECT_EQ(certificate_taken(tls::kTls12, done_without), std::nullopt);
}

TEST(CertificateRequired, IsToldOnlyByAnEmptyCertificate) {
  EXPECT_EQ(certificate_required(tls::kTls12, refused_after(false)), true);
  EXPECT_EQ(certificate_required(tls::kTls12, refused_after(true)), std::nullopt);
}

// A server over libssl that is not through with its client before it was asked something inside TLS.
class Server : public support::Speaker {
 public:
  Server(tls::ServerConfig config, bool hangs_up) : hangs_up_(hangs_up), server_(noting(std::move(config))) {}
  Bytes answer(ByteView sent) override { return server_.answer(sent); }
  [[nodiscard]] bool done() const override { return hangs_up_ && asked_; }

 private:
  tls::ServerConfig noting(tls::ServerConfig config) {
    config.before_response = [this](SSL*) { asked_ = true; };
    return config;
  }
  bool hangs_up_;
  bool asked_ = false;
  tls::OpensslServer server_;
};

struct Scan {
  Scan(std::string protocol, tls::Version asked, const tls::ServerConfig& config)
      : version(asked),
        target{.host = "127.0.0.1", .port = 443, .protocol = std::move(protocol)},
        server([this, config] { return std::make_unique<Server>(config, hangs_up); }, {}) {
    seen.key.address = "127.0.0.1";
    seen.client_auth.push_back({.version = version, .requested = true});
  }

  Scan(const Scan&) = delete;  // Its server refers to it.
  Scan& operator=(const Scan&) = delete;

  Scan& hanging_up_when_asked() {
    hangs_up = true;
    return *this;
  }

  std::optional<bool> required() {
    options.timeout = std::chrono::milliseconds(200);  // Less than the patience of a server that is silent.
    const AcceptedHello hello{.offer = {.versions = {version}}};
    ask([&](Asker& asker) { return audit_handshakes(asker, hello, seen); });
    return seen.client_auth.front().required;
  }

  db::TraitObservation show(const std::string& key) {
    const support::TemporaryFolder folder;
    const support::MadeCertificate made = support::make_certificate({.key = key});
    folder.write("own.pem", made.pem() + made.key_pem());
    options.identity = ClientIdentity::load(folder / "own.pem", "", "").value();
    ask([this](Asker& asker) { return show_certificate(asker, version, "", seen); });
    EXPECT_EQ(seen.traits.size(), 1U);
    return seen.traits.empty() ? db::TraitObservation{} : seen.traits.front();
  }

  // The asker lives no longer than the event loop, whose timers it keeps.
  template <typename Work>
  void ask(Work&& work) {
    ProbeTools tools{server, keys, certificates};
    (void)support::run([](Scan& scan, ProbeTools& by, Work& inner) -> asio::awaitable<int> {
      Asker asker(scan.target, scan.options, by, scan.seen);
      co_await inner(asker);
      co_return 0;
    }(*this, tools, work));
  }

  tls::Version version;
  bool hangs_up = false;
  Target target;
  support::FailingServer server;
  tls::KeyShares keys;
  trust::CertificateCache certificates;
  ProbeOptions options{.retry_pause = std::chrono::milliseconds(0)};
  db::InterfaceObservation seen;
};

tls::ServerConfig asking(int version) {
  return {.min_version = version, .max_version = version, .request_client_certificate = true, .takes_any_client = true};
}

// Ed25519 has no place before TLSv1.2 (RFC 8422 section 5.3): the library sends an empty Certificate.
TEST(ShowingACertificate, ThatFitsNothingAskedForTellsNothing) {
  Scan scan("https", tls::kTls11, asking(TLS1_1_VERSION));
  const db::TraitObservation trait = scan.show("ed25519");
  EXPECT_EQ(trait.value, std::nullopt);
  EXPECT_THAT(trait.detail, StartsWith("not shown: "));
}

TEST(ShowingACertificate, TellsWhetherItIsTakenInEveryVersion) {
  EXPECT_EQ(Scan("https", tls::kTls11, asking(TLS1_1_VERSION)).show("rsa:2048").value, true);
  EXPECT_EQ(Scan("https", tls::kTls12, asking(TLS1_2_VERSION)).show("ed25519").value, true);
  EXPECT_EQ(Scan("https", tls::kTls13, asking(TLS1_3_VERSION)).show("ed25519").value, true);
}

// Sends no ticket, and says nothing until it is spoken to.
tls::ServerConfig silent_until_asked(std::string answer) {
  tls::ServerConfig config = asking(TLS1_3_VERSION);
  config.tickets = 0;
  config.respond = [answer = std::move(answer)](std::string_view) { return answer; };
  return config;
}

TEST(SilenceAfterTheLastFlight, IsEndedByAQuestionThatAnybodyMayAsk) {
  for (const char* protocol : {"sip-tls", "ldaps", "https"}) {
    EXPECT_EQ(Scan(protocol, tls::kTls13, silent_until_asked("an answer")).required(), false) << protocol;
  }
}

TEST(SilenceAfterTheLastFlight, TellsNothingWhereNothingMayBeAsked) {
  EXPECT_EQ(Scan("tls", tls::kTls13, silent_until_asked("an answer")).required(), std::nullopt);
  Scan silently("sip-tls", tls::kTls13, silent_until_asked("an answer"));
  silently.options.identify = false;
  EXPECT_EQ(silently.required(), std::nullopt);
}

TEST(SilenceAfterTheLastFlight, ThatAQuestionDoesNotEndTellsNothing) {
  EXPECT_EQ(Scan("sip-tls", tls::kTls13, silent_until_asked("")).required(), std::nullopt);
}

// It may have been the question that it did not like.
TEST(SilenceAfterTheLastFlight, ThatAQuestionEndsWithAHangUpTellsNothing) {
  EXPECT_EQ(Scan("sip-tls", tls::kTls13, silent_until_asked("")).hanging_up_when_asked().required(), std::nullopt);
}

TEST(HarmlessLine, OfADirectoryAsksForItsRootAndNoneOfItsAttributes) {
  EXPECT_EQ(to_hex(as_bytes(harmless_line({.protocol = "ldaps"}))),
            "302a020102632504000a01000a0100020101020105010100870b6f626a656374436c61737330050403312e31");
}

TEST(HarmlessLine, IsUnknownWhereAUserIsNamedFirst) {
  for (const char* protocol : {"postgresql", "mysql", "tds", "tls"}) {
    EXPECT_EQ(harmless_line({.protocol = protocol}), "") << protocol;
  }
}

}  // namespace
}  // namespace ucready::probes
