#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "probes/handshake_audit.h"
#include "probes/interface_probe.h"
#include "tests/support/scripted_transport.h"
#include "tests/support/server_messages.h"
#include "tls/client_hello.h"

namespace ucready::probes {
namespace {

using support::alert_record;
using support::FunctionConnector;
using support::rsa_flight;
using tls::CipherSuite;

const std::vector<CipherSuite> kOwn = {CipherSuite{0x0035}, CipherSuite{0x002f}, CipherSuite{0x000a}};

// What is no hello (the alert of a client that could not go on) offers nothing.
tls::ClientHello read_hello(ByteView record) {
  constexpr std::size_t kHeaders = 9;
  const auto hello = tls::read_client_hello(record.subspan(std::min(kHeaders, record.size())));
  return hello ? *hello : tls::ClientHello{};
}

// A server of TLSv1.2 and RSA key transport, with its own order or the client's.
FunctionConnector::Answer serve(const tls::ClientHello& hello, bool own_order, FunctionConnector::Answer refusal) {
  if (hello.highest_version() != tls::kTls12) return alert_record(2, 70);
  for (const CipherSuite suite : own_order ? kOwn : hello.suites) {
    const auto& other = own_order ? hello.suites : kOwn;
    if (std::ranges::count(other, suite) > 0) return rsa_flight(tls::kTls12, suite, {Bytes{0x30, 0x00}});
  }
  return refusal;
}

db::InterfaceObservation full(Connector& server, const Target& target = {.protocol = "tls"}, bool legacy = false) {
  tls::KeyShares keys;
  trust::CertificateCache certificates;
  ProbeTools tools{server, keys, certificates};
  const ProbeOptions options{.depth = Depth::full, .legacy = legacy, .retry_pause = std::chrono::milliseconds(1)};
  return support::run(probe_interface(target, "127.0.0.1", options, tools)).value();
}

std::vector<std::pair<CipherSuite, std::optional<int>>> suites_of(const db::InterfaceObservation& seen) {
  std::vector<std::pair<CipherSuite, std::optional<int>>> found;
  for (const db::CipherObservation& cipher : seen.ciphers) found.emplace_back(cipher.suite, cipher.position);
  return found;
}

std::optional<bool> trait(const db::InterfaceObservation& seen, std::string_view name) {
  const auto at = std::ranges::find(seen.traits, name, &db::TraitObservation::name);
  return at == seen.traits.end() ? std::nullopt : at->value;
}

TEST(FullDepth, FindsEverySuiteInTheServersOwnOrder) {
  FunctionConnector server([](ByteView hello) { return serve(read_hello(hello), true, alert_record(2, 40)); });
  const db::InterfaceObservation seen = full(server);
  using Found = std::vector<std::pair<CipherSuite, std::optional<int>>>;
  EXPECT_EQ(suites_of(seen), (Found{{kOwn[0], 0}, {kOwn[1], 1}, {kOwn[2], 2}}));
  EXPECT_EQ(trait(seen, "ciphers_complete"), true);
}

TEST(FullDepth, GivesNoPositionsWhereTheServerFollowsTheClient) {
  FunctionConnector server([](ByteView hello) { return serve(read_hello(hello), false, alert_record(2, 40)); });
  const db::InterfaceObservation seen = full(server);
  EXPECT_EQ(seen.ciphers.size(), 3U);
  for (const db::CipherObservation& cipher : seen.ciphers) EXPECT_FALSE(cipher.position) << tls::name(cipher.suite);
}

// Takes these in its own order, and no hello of more than `most` suites.
FunctionConnector server_of(std::vector<CipherSuite> own, std::size_t most, std::vector<std::size_t>& refused,
                            const FunctionConnector::Answer& refusal = alert_record(2, 40)) {
  return FunctionConnector(
      [own = std::move(own), most, refusal, &refused](ByteView record) -> FunctionConnector::Answer {
        const tls::ClientHello hello = read_hello(record);
        if (hello.highest_version() != tls::kTls12) return alert_record(2, 70);
        const auto chosen = std::ranges::find_first_of(own, hello.suites);
        if (chosen != own.end() && hello.suites.size() <= most) {
          return rsa_flight(tls::kTls12, *chosen, {Bytes{0x30, 0x00}});
        }
        refused.push_back(hello.suites.size());
        return refusal;
      });
}

constexpr CipherSuite kFlagged{0x0005}, kRare{0x00ae}, kUsual{0x002f};

TEST(FullDepth, OneRefusalEndsTheUsualTheRareAndTheFlaggedSuites) {
  std::vector<std::size_t> refused;
  FunctionConnector server = server_of({kFlagged, kUsual}, 1000, refused);
  const db::InterfaceObservation seen = full(server);
  using Found = std::vector<std::pair<CipherSuite, std::optional<int>>>;
  EXPECT_EQ(suites_of(seen), (Found{{kFlagged, 0}, {kUsual, 1}}));
  EXPECT_EQ(std::ranges::count_if(refused, [](std::size_t suites) { return suites > 300; }), 1);
}

TEST(FullDepth, WhatIsTooMuchInOneHelloIsAskedApart) {
  std::vector<std::size_t> refused;
  FunctionConnector server = server_of({kUsual, kRare, kFlagged}, 112, refused);
  EXPECT_EQ(suites_of(full(server)).size(), 3U);
}

TEST(FullDepth, ABoxThatTakesNoLongHelloIsReadWhole) {
  const std::set<CipherSuite> own{{0x0035}, {0x002f}, {0x009d}, {0x000a}, {0x0041}, kRare, kFlagged};
  for (const std::size_t most : {25U, 50U, 64U, 80U, 99U, 101U, 150U}) {
    for (const FunctionConnector::Answer& refusal : std::initializer_list<FunctionConnector::Answer>{
             alert_record(2, 40), fail(ErrorCode::closed, "connection closed")}) {
      std::vector<std::size_t> refused;
      FunctionConnector server = server_of({own.begin(), own.end()}, most, refused, refusal);
      const db::InterfaceObservation seen = full(server);
      std::set<CipherSuite> found;
      for (const db::CipherObservation& cipher : seen.ciphers) found.insert(cipher.suite);
      EXPECT_EQ(found, own) << most;
      EXPECT_EQ(trait(seen, "ciphers_complete"), true) << most;
    }
  }
}

// It agrees on DHE first and only then finds that it has no group for it.
TEST(FullDepth, ASuiteThatTheServerFailsOverHidesNoneBehindIt) {
  constexpr CipherSuite kFirst{0x002f}, kDhe{0x0033}, kBehind{0x0035};
  FunctionConnector server([&](ByteView record) -> FunctionConnector::Answer {
    const tls::ClientHello hello = read_hello(record);
    if (hello.highest_version() != tls::kTls12) return alert_record(2, 70);
    const auto named = [&](CipherSuite suite) { return std::ranges::count(hello.suites, suite) > 0; };
    if (named(kFirst)) return rsa_flight(tls::kTls12, kFirst, {Bytes{0x30, 0x00}});
    if (named(kDhe)) return alert_record(2, 80);
    if (named(kBehind)) return rsa_flight(tls::kTls12, kBehind, {Bytes{0x30, 0x00}});
    return alert_record(2, 40);
  });
  const db::InterfaceObservation seen = full(server);
  EXPECT_EQ(seen.ciphers.size(), 2U);
  EXPECT_EQ(trait(seen, "ciphers_complete"), true);
}

TEST(FullDepth, AVersionThatServesNothingButTheUnusualIsAccepted) {
  for (const CipherSuite only : {kFlagged, kRare}) {
    FunctionConnector server([&](ByteView record) -> FunctionConnector::Answer {
      const tls::ClientHello hello = read_hello(record);
      const tls::Version version = hello.highest_version();
      if (version != tls::kTls12 && version != tls::kTls11) return alert_record(2, 70);
      const CipherSuite suite = version == tls::kTls12 ? kUsual : only;
      const bool named = std::ranges::count(hello.suites, suite) > 0;
      return named ? rsa_flight(version, suite, {Bytes{0x30, 0x00}}) : alert_record(2, 40);
    });
    const db::InterfaceObservation seen = full(server, {.protocol = "tls"}, true);
    std::vector<std::pair<tls::Version, CipherSuite>> found;
    for (const db::CipherObservation& cipher : seen.ciphers) found.emplace_back(cipher.version, cipher.suite);
    EXPECT_EQ(found, (std::vector{std::pair{tls::kTls11, only}, std::pair{tls::kTls12, kUsual}}));
  }
}

TEST(FullDepth, AServerThatStopsAnsweringIsLeftAlone) {
  int connections = 0;
  FunctionConnector server([&](ByteView hello) -> FunctionConnector::Answer {
    if (++connections > 8) return fail(ErrorCode::timeout, "no answer in time");
    return serve(read_hello(hello), true, alert_record(2, 40));
  });
  const db::InterfaceObservation seen = full(server);
  EXPECT_LT(connections, 40);
  EXPECT_EQ(seen.detail, "it stopped answering before all was asked");
  EXPECT_EQ(trait(seen, "ciphers_complete"), false);
}

TEST(FullDepth, WhoIsRefusedByTheNameOfTheInterfaceIsTold) {
  FunctionConnector server([&](ByteView record) -> FunctionConnector::Answer {
    const tls::ClientHello hello = read_hello(record);
    return hello.server_name.empty() ? serve(hello, true, alert_record(2, 40)) : alert_record(2, 70);
  });
  const db::InterfaceObservation seen = full(server, {.protocol = "tls", .server_name = "a.test"});
  const auto version = std::ranges::find(seen.versions, tls::kTls12, &db::VersionObservation::version);
  ASSERT_NE(version, seen.versions.end());
  EXPECT_EQ(version->outcome, db::VersionOutcome::accepted);
  EXPECT_EQ(version->detail,
            "only when asked for no name; who asks for a.test is answered with alert protocol_version");
}

TEST(FullDepth, ARareSuiteThatTheServerLikesBestComesFirst) {
  std::vector<std::size_t> refused;
  FunctionConnector server = server_of({kRare, kUsual}, 1000, refused);
  using Found = std::vector<std::pair<CipherSuite, std::optional<int>>>;
  EXPECT_EQ(suites_of(full(server)), (Found{{kRare, 0}, {kUsual, 1}}));
}

// It takes its ECDSA key where the client names any suite of that kind, even one that it has not enabled.
TEST(FullDepth, AKeyThatIsChosenBeforeTheSuiteHidesNoneOfTheOther) {
  constexpr CipherSuite kEcdsa{0xc005}, kEcdsaNotEnabled{0xc004};
  FunctionConnector server([&](ByteView record) -> FunctionConnector::Answer {
    const tls::ClientHello hello = read_hello(record);
    if (hello.highest_version() != tls::kTls11) return alert_record(2, 70);
    const auto named = [&](CipherSuite suite) { return std::ranges::count(hello.suites, suite) > 0; };
    if (named(kEcdsa)) return rsa_flight(tls::kTls11, kEcdsa, {Bytes{0x30, 0x00}});
    if (named(kEcdsaNotEnabled) || !named(kUsual)) return alert_record(2, 40);
    return rsa_flight(tls::kTls11, kUsual, {Bytes{0x30, 0x00}});
  });
  using Found = std::vector<std::pair<CipherSuite, std::optional<int>>>;
  EXPECT_EQ(suites_of(full(server)), (Found{{kEcdsa, 0}, {kUsual, 1}}));
}

TEST(FullDepth, ListsThatEndInSilenceAreNotWhole) {
  FunctionConnector server(
      [](ByteView hello) { return serve(read_hello(hello), true, fail(ErrorCode::timeout, "no answer in time")); });
  const db::InterfaceObservation seen = full(server);
  EXPECT_EQ(seen.ciphers.size(), 3U);
  EXPECT_EQ(trait(seen, "ciphers_complete"), false);
}

TEST(FullDepth, AServerThatRefusesByHangingUpIsReadWhole) {
  FunctionConnector server(
      [](ByteView hello) { return serve(read_hello(hello), true, fail(ErrorCode::closed, "connection closed")); });
  const db::InterfaceObservation seen = full(server);
  EXPECT_EQ(seen.ciphers.size(), 3U);
  EXPECT_EQ(trait(seen, "ciphers_complete"), true);
}

TEST(FullDepth, AServerThatAlwaysGivesTheSameSuiteEnds) {
  FunctionConnector server([](ByteView) -> FunctionConnector::Answer {
    return rsa_flight(tls::kTls12, kOwn[0], {Bytes{0x30, 0x00}});
  });
  const db::InterfaceObservation seen = full(server);
  EXPECT_EQ(seen.ciphers.size(), 1U);
  EXPECT_EQ(trait(seen, "ciphers_complete"), false);
  EXPECT_LT(server.connections, 200);
}

HandshakeReport asked_for_a_certificate() {
  HandshakeReport report;
  report.certificate_requested = report.certificate_sent = true;
  return report;
}

TEST(CertificateRequired, IsToldByWhatFollowsTheEmptyCertificate) {
  HandshakeReport refused = asked_for_a_certificate(), done = refused, closed = refused, silent = refused;
  refused.alert_received = tls::Alert{116};
  done.completed = true;
  closed.ended = Error{ErrorCode::closed, ""};
  silent.ended = Error{ErrorCode::timeout, ""};
  EXPECT_EQ(certificate_required(tls::kTls13, refused), true);
  EXPECT_EQ(certificate_required(tls::kTls12, done), false);
  EXPECT_EQ(certificate_required(tls::kTls12, closed), true);
  EXPECT_EQ(certificate_required(tls::kTls12, silent), std::nullopt);
}

TEST(CertificateRequired, InTls13ACompleteHandshakeAloneProvesNothing) {
  HandshakeReport report = asked_for_a_certificate();
  report.completed = true;
  EXPECT_EQ(certificate_required(tls::kTls13, report), std::nullopt);
  report.answered = true;
  EXPECT_EQ(certificate_required(tls::kTls13, report), false);
}

TEST(CertificateRequired, IsNotToldByAnotherFault) {
  HandshakeReport fault = asked_for_a_certificate(), ours = fault, early = fault;
  fault.alert_received = tls::Alert{20};
  ours.alert_sent = tls::Alert{47};
  early.certificate_sent = false;
  early.alert_received = tls::Alert{40};
  for (const HandshakeReport& report : {fault, ours, early}) {
    EXPECT_EQ(certificate_required(tls::kTls12, report), std::nullopt);
  }
}

}  // namespace
}  // namespace ucready::probes
