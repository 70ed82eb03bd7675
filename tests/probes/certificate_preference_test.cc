// The two mirror hellos against real OpenSSL servers in memory: one that chooses as the parameter's default says, one
// that chooses as it always does, one that never changes its mind.
#include "probes/certificate_preference.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "tests/support/scripted_transport.h"
#include "tests/tls/openssl_server.h"
#include "tls/client_hello.h"

namespace ucready::probes {
namespace {

using support::FunctionConnector;
using tls::KeyKind;

bool is_led_by_rsa_suites(ByteView record) {
  const auto hello = tls::read_client_hello(record.subspan(9)).value();
  for (const tls::CipherSuite suite : hello.suites) {
    const tls::Authentication kind = tls::facts(suite).authentication;
    if (kind == tls::Authentication::rsa) return true;
    if (kind == tls::Authentication::ecdsa) return false;
  }
  return false;
}

std::function<FunctionConnector::Answer(ByteView)> with_keys(std::function<std::vector<KeyKind>(ByteView)> keys) {
  return [keys = std::move(keys)](ByteView hello) -> FunctionConnector::Answer {
    tls::OpensslServer server({.keys = keys(hello)});
    return server.answer(hello);
  };
}

CertificatePtr leaf(const char* key_type) {
  Certificate certificate;
  certificate.key_type = key_type;
  return std::make_shared<const Certificate>(certificate);
}

struct Fingerprint {
  int connections = 0;
  std::vector<db::TraitObservation> traits;
};

Fingerprint fingerprint(std::function<FunctionConnector::Answer(ByteView)> serve,
                        std::vector<const char*> leaves = {"rsa", "ecdsa"}, const std::string& protocol = "sip-tls",
                        const std::string& product = "cucm") {
  FunctionConnector server(std::move(serve));
  const Target target{.protocol = protocol, .product = product};
  tls::KeyShares keys;
  trust::CertificateCache certificates;
  ProbeTools tools{server, keys, certificates};
  const ProbeOptions options{.depth = Depth::full, .retry_pause = std::chrono::milliseconds(1)};
  db::InterfaceObservation seen;
  for (const char* const key_type : leaves) {
    seen.chains.push_back({.version = tls::kTls13, .certificates = {leaf(key_type)}});
  }
  Asker asker(target, options, tools, seen);
  support::run([](Asker& asked, db::InterfaceObservation& of) -> boost::asio::awaitable<bool> {
    co_await fingerprint_preference(asked, of);
    co_return true;
  }(asker, seen));
  return {server.connections, seen.traits};
}

const auto kByDefault =
    with_keys([](ByteView hello) { return std::vector{is_led_by_rsa_suites(hello) ? KeyKind::rsa : KeyKind::p256}; });

TEST(CertificatePreference, IsSeenWhereTheSuitesChoose) {
  const Fingerprint found = fingerprint(kByDefault);
  ASSERT_EQ(found.traits.size(), 1U);
  EXPECT_EQ(found.traits[0].name, "certificate_preference");
  EXPECT_EQ(found.traits[0].value, true);
  EXPECT_EQ(found.connections, 2);
}

TEST(CertificatePreference, IsTheSchemesWithAStockServer) {
  const Fingerprint found = fingerprint(with_keys([](ByteView) { return std::vector{KeyKind::rsa, KeyKind::p256}; }));
  ASSERT_EQ(found.traits.size(), 1U);
  EXPECT_EQ(found.traits[0].value, false);
}

TEST(CertificatePreference, CannotBeDecidedWhereTheAnswerIsAlwaysTheSame) {
  const Fingerprint found = fingerprint(with_keys([](ByteView) { return std::vector{KeyKind::p256}; }));
  ASSERT_EQ(found.traits.size(), 1U);
  EXPECT_EQ(found.traits[0].value, std::nullopt);
  EXPECT_NE(found.traits[0].detail.find("not decidable"), std::string::npos);
}

TEST(CertificatePreference, IsNotAskedWhereItMeansNothing) {
  EXPECT_EQ(fingerprint(kByDefault, {"rsa"}).connections, 0);
  EXPECT_EQ(fingerprint(kByDefault, {"rsa", "ecdsa"}, "https").connections, 0);
  EXPECT_EQ(fingerprint(kByDefault, {"rsa", "ecdsa"}, "sip-tls", "cube").connections, 0);
}

}  // namespace
}  // namespace ucready::probes
