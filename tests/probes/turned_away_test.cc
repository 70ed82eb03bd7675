// A mail server that counts connections and turns away in words whoever comes too often.
#include <gtest/gtest.h>

#include <set>
#include <string>

#include "probes/interface_probe.h"
#include "tests/support/failing_server.h"
#include "tests/support/scripted_transport.h"
#include "tests/tls/openssl_server.h"

namespace ucready::probes {
namespace {

class Mail : public support::Speaker {
 public:
  Bytes greet() override { return bytes_of("220 mail ESMTP\r\n"); }
  Bytes answer(ByteView sent) override {
    if (in_tls_) return server_.answer(sent);
    if (as_text(sent).starts_with("EHLO")) return bytes_of("250-mail\r\n250 STARTTLS\r\n");
    in_tls_ = as_text(sent).starts_with("STARTTLS");
    return bytes_of(in_tls_ ? "220 go\r\n" : "500 what?\r\n");
  }
  [[nodiscard]] bool done() const override { return true; }

  static Bytes bytes_of(std::string_view text) { return {as_bytes(text).begin(), as_bytes(text).end()}; }

 private:
  bool in_tls_ = false;
  tls::OpensslServer server_{{.keys = {tls::KeyKind::rsa, tls::KeyKind::p256},
                              .min_version = TLS1_2_VERSION,
                              .ciphers = "ECDHE+AESGCM:AES128-SHA:@SECLEVEL=0",
                              .groups = "X25519:P-256"}};
};

class NoPlace : public support::Speaker {
 public:
  Bytes greet() override { return Mail::bytes_of("421 4.7.0 Error: too many connections\r\n"); }
  Bytes answer(ByteView) override { return {}; }
  [[nodiscard]] bool done() const override { return true; }
};

db::InterfaceObservation scan(Depth depth, support::FailingServer& server) {
  const Target target{.host = "127.0.0.1", .port = 25, .protocol = "smtp"};
  tls::KeyShares keys;
  trust::CertificateCache certificates;
  ProbeTools tools{server, keys, certificates};
  const ProbeOptions options{.depth = depth, .identify = false, .retry_pause = std::chrono::milliseconds(1)};
  return support::run(probe_interface(target, "127.0.0.1", options, tools)).value();
}

// Who comes is let in by the number of the connection.
support::FailingServer server_letting_in(bool (*lets_in)(int), int& count) {
  return support::FailingServer(
      [lets_in, &count]() -> std::unique_ptr<support::Speaker> {
        if (lets_in(count++)) return std::make_unique<Mail>();
        return std::make_unique<NoPlace>();
      },
      {});
}

bool always(int) { return true; }
bool four_of_eight(int number) { return number % 8 < 4; }
bool five_in_all(int number) { return number < 5; }

std::multiset<std::string> told(const db::InterfaceObservation& seen) {
  std::multiset<std::string> all;
  for (const auto& one : seen.versions)
    all.insert(tls::name(one.version) + std::to_string(static_cast<int>(one.outcome)));
  for (const auto& one : seen.chains) all.insert(tls::name(one.version) + " " + one.certificates.front()->sha256);
  for (const auto& one : seen.ciphers) all.insert(tls::name(one.version) + " " + tls::name(one.suite));
  for (const auto& one : seen.groups) all.insert(tls::name(one.version) + " " + tls::name(one.group));
  for (const auto& one : seen.traits) all.insert(one.name + (one.value ? std::to_string(*one.value) : "?"));
  return all;
}

TEST(AServerThatTurnsAwayInWords, IsReadAsOneThatDoesNot) {
  for (const Depth depth : {Depth::quick, Depth::full}) {
    int plain_count = 0, count = 0;
    support::FailingServer plain = server_letting_in(always, plain_count),
                           strict = server_letting_in(four_of_eight, count);
    EXPECT_EQ(told(scan(depth, strict)), told(scan(depth, plain)));
  }
}

TEST(AServerThatTurnsAwayInWords, ForGoodIsLeftAlone) {
  for (const Depth depth : {Depth::quick, Depth::full}) {
    int count = 0;
    support::FailingServer server = server_letting_in(five_in_all, count);
    const db::InterfaceObservation seen = scan(depth, server);
    EXPECT_EQ(seen.detail, "it stopped answering before all was asked");
    EXPECT_LT(count, 60);
    EXPECT_EQ(seen.state, db::InterfaceState::tls);
  }
}

}  // namespace
}  // namespace ucready::probes
