// What a server makes of a client certificate, and of none.
#include "probes/handshake_audit.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

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

// A server over libssl that says something to each request inside TLS; to an empty one nothing.
class Server : public support::Speaker {
 public:
  explicit Server(const tls::ServerConfig& config) : server_(config) {}
  Bytes answer(ByteView sent) override { return server_.answer(sent); }

 private:
  tls::OpensslServer server_;
};

struct Scan {
  Scan(std::string protocol, tls::Version asked, const tls::ServerConfig& config)
      : version(asked),
        target{.host = "127.0.0.1", .port = 443, .protocol = std::move(protocol)},
        server([config] { return std::make_unique<Server>(config); }, {}) {
    seen.key.address = "127.0.0.1";
    seen.client_auth.push_back({.version = version, .requested = true});
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

}  // namespace
}  // namespace ucready::probes
