#include "probes/interface_probe.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "probes/hello_offers.h"
#include "tests/support/scripted_transport.h"
#include "tests/support/server_messages.h"
#include "tls/client_hello.h"

namespace ucready::probes {
namespace {

using db::InterfaceState;
using db::VersionObservation;
using db::VersionOutcome;
using support::alert_record;
using support::FunctionConnector;
using support::rsa_flight;

constexpr tls::CipherSuite kRsaSuite{0x002f};

tls::ClientHello read_hello(ByteView record) {
  return tls::read_client_hello(record.subspan(9)).value();  // Behind the record's and the message's header.
}

// Answers hellos of that highest version with an RSA flight, others with protocol_version.
FunctionConnector::Answer serve(ByteView bytes, std::initializer_list<tls::Version> versions) {
  const tls::ClientHello hello = read_hello(bytes);
  const tls::Version asked = hello.highest_version();
  const bool rsa_offered = std::ranges::count(hello.suites, kRsaSuite) > 0;
  if (std::ranges::count(versions, asked) == 0) return alert_record(2, 70);
  return rsa_offered ? rsa_flight(asked, kRsaSuite, {Bytes{0x30, 0x00}}) : alert_record(2, 40);
}

struct Asked {
  Result<db::InterfaceObservation> seen;
  [[nodiscard]] const VersionObservation& version(tls::Version version) const {
    return *std::ranges::find(seen->versions, version, &VersionObservation::version);
  }
};

Asked interview(FunctionConnector& server, Depth depth = Depth::quick, Target target = {}) {
  if (target.protocol.empty()) target.protocol = "tls";
  tls::KeyShares keys;
  trust::CertificateCache certificates;
  ProbeTools tools{server, keys, certificates};
  const ProbeOptions options{.depth = depth, .retry_pause = std::chrono::milliseconds(1)};
  return {support::run(probe_interface(target, "127.0.0.1", options, tools))};
}

TEST(InterfaceProbe, ReadsWhichVersionsAreAcceptedAndWhichChainTheyShow) {
  FunctionConnector server([](ByteView hello) { return serve(hello, {tls::kTls11, tls::kTls12}); });
  const Asked asked = interview(server);
  EXPECT_EQ(asked.seen->state, InterfaceState::tls);
  EXPECT_EQ(asked.version(tls::kTls12).outcome, VersionOutcome::accepted);
  EXPECT_EQ(asked.version(tls::kTls12).suite, kRsaSuite);
  EXPECT_EQ(asked.version(tls::kTls11).outcome, VersionOutcome::accepted);
  EXPECT_EQ(asked.version(tls::kTls10).outcome, VersionOutcome::refused);
  EXPECT_EQ(asked.version(tls::kTls13).alert, tls::Alert{70});
  ASSERT_EQ(asked.seen->chains.size(), 2U);
  EXPECT_NE(asked.seen->chains[0].certificates.at(0)->defect, "");
  ASSERT_EQ(asked.seen->client_auth.size(), 2U);
  EXPECT_FALSE(asked.seen->client_auth[0].requested);
}

TEST(InterfaceProbe, DepthVersionsAsksOneHelloAVersion) {
  FunctionConnector server([](ByteView hello) { return serve(hello, {tls::kTls12}); });
  const Asked asked = interview(server, Depth::versions);
  EXPECT_EQ(server.connections, 4);
  EXPECT_EQ(asked.seen->versions.size(), 4U);
}

TEST(InterfaceProbe, AClosedPortCostsOneConnection) {
  FunctionConnector server([](ByteView) { return Bytes{}; });
  server.refuse = Error{ErrorCode::closed, "connection refused"};
  const Asked asked = interview(server);
  EXPECT_EQ(server.connections, 1);
  EXPECT_EQ(asked.seen->state, InterfaceState::closed);
  EXPECT_EQ(asked.seen->detail, "connection refused");
  EXPECT_TRUE(asked.seen->versions.empty());
}

TEST(InterfaceProbe, AConnectionThatTimesOutIsTriedOnceMore) {
  FunctionConnector server([](ByteView) { return Bytes{}; });
  server.refuse = Error{ErrorCode::timeout, "no answer in time"};
  EXPECT_EQ(interview(server).seen->state, InterfaceState::timeout);
  EXPECT_EQ(server.connections, 2);
}

TEST(InterfaceProbe, SaysWhatSpeaksInsteadOfTls) {
  FunctionConnector server([](ByteView) -> FunctionConnector::Answer {
    const ByteView text = as_bytes("HTTP/1.1 400 Bad Request\r\n\r\n");
    return Bytes(text.begin(), text.end());
  });
  const Asked asked = interview(server);
  EXPECT_EQ(asked.seen->state, InterfaceState::not_tls);
  EXPECT_TRUE(asked.seen->detail.starts_with("HTTP/1.1 400 Bad Request"));
  EXPECT_TRUE(asked.seen->versions.empty());
  EXPECT_EQ(server.connections, 1);
}

TEST(InterfaceProbe, AnAlertToEverythingIsTls) {
  FunctionConnector server([](ByteView) { return alert_record(2, 40); });
  const Asked asked = interview(server);
  EXPECT_EQ(asked.seen->state, InterfaceState::tls);
  ASSERT_EQ(asked.seen->versions.size(), 4U);
  for (const VersionObservation& seen : asked.seen->versions) EXPECT_EQ(seen.outcome, VersionOutcome::refused);
}

TEST(InterfaceProbe, SilenceIsATimeoutAndNoVerdict) {
  FunctionConnector server([](ByteView) { return fail(ErrorCode::timeout, "no answer in time"); });
  const Asked asked = interview(server);
  EXPECT_EQ(asked.seen->state, InterfaceState::timeout);
  for (const VersionObservation& seen : asked.seen->versions) EXPECT_EQ(seen.outcome, VersionOutcome::timeout);
}

TEST(InterfaceProbe, ACloseAfterAnAnswerCountsOnlyWhenPacedTriesAgree) {
  // Given a server of TLSv1.2 that closes without a word on anything else
  FunctionConnector server([](ByteView bytes) -> FunctionConnector::Answer {
    if (read_hello(bytes).highest_version() != tls::kTls12) return fail(ErrorCode::closed, "connection closed");
    return serve(bytes, {tls::kTls12});
  });
  const Asked asked = interview(server, Depth::versions);
  EXPECT_EQ(asked.version(tls::kTls10).outcome, VersionOutcome::closed);
  EXPECT_EQ(asked.version(tls::kTls12).outcome, VersionOutcome::accepted);
  EXPECT_GT(server.slowed, 0);
  EXPECT_GT(server.restored, 0);
  EXPECT_EQ(server.connections,
            1 + 3 * 3 + 2 * 3 + 3);  // 1.2; the others; 1.1 and 1.0 with fewer suites; a client of today.
}

TEST(InterfaceProbe, AServerThatClosesEverySecondConnectionIsStillReadRight) {
  int count = 0;
  FunctionConnector server([&](ByteView bytes) -> FunctionConnector::Answer {
    if (++count % 2 == 0) return fail(ErrorCode::reset, "connection reset");
    return serve(bytes, {tls::kTls10, tls::kTls12});
  });
  const Asked asked = interview(server);
  EXPECT_EQ(asked.version(tls::kTls12).outcome, VersionOutcome::accepted);
  EXPECT_EQ(asked.version(tls::kTls10).outcome, VersionOutcome::accepted);
  EXPECT_EQ(asked.version(tls::kTls11).outcome, VersionOutcome::refused);
  EXPECT_EQ(asked.version(tls::kTls13).outcome, VersionOutcome::refused);
}

TEST(InterfaceProbe, TellsWhatAClientOfTodayMeetsAtAnIntolerantServer) {
  FunctionConnector server([](ByteView bytes) -> FunctionConnector::Answer {
    if (!read_hello(bytes).versions.empty()) return fail(ErrorCode::reset, "connection reset");
    return serve(bytes, {tls::kTls12});
  });
  const Asked asked = interview(server, Depth::versions);
  EXPECT_EQ(asked.version(tls::kTls13).outcome, VersionOutcome::reset);
  EXPECT_NE(asked.version(tls::kTls13).detail.find("a hello that offers TLSv1.3 and TLSv1.2: connection reset"),
            std::string::npos);
}

TEST(InterfaceProbe, DoesNotBelieveASuiteThatWasNotOffered) {
  FunctionConnector server([](ByteView) -> FunctionConnector::Answer {
    return rsa_flight(tls::kTls12, tls::CipherSuite{0x1a1a}, {Bytes{0x30, 0x00}});
  });
  const Asked asked = interview(server, Depth::versions);
  for (const VersionObservation& seen : asked.seen->versions) EXPECT_NE(seen.outcome, VersionOutcome::accepted);
}

TEST(InterfaceProbe, ALowerVersionInsteadIsARefusal) {
  FunctionConnector server([](ByteView) -> FunctionConnector::Answer {
    return rsa_flight(tls::kTls10, kRsaSuite, {Bytes{0x30, 0x00}});
  });
  const Asked asked = interview(server, Depth::versions);
  EXPECT_EQ(asked.version(tls::kTls10).outcome, VersionOutcome::accepted);
  EXPECT_EQ(asked.version(tls::kTls11).outcome, VersionOutcome::refused);
  EXPECT_EQ(asked.version(tls::kTls11).negotiated, tls::kTls10);
}

TEST(InterfaceProbe, ChoosesAShorterHelloForAServerThatChokesOnALongOne) {
  FunctionConnector server([](ByteView bytes) -> FunctionConnector::Answer {
    const tls::ClientHello hello = read_hello(bytes);
    if (hello.suites.size() > 40) return fail(ErrorCode::closed, "connection closed");
    return serve(bytes, {tls::kTls10});
  });
  const Asked asked = interview(server, Depth::versions);
  EXPECT_EQ(asked.version(tls::kTls10).outcome, VersionOutcome::accepted);
}

TEST(InterfaceProbe, AsksWithAndWithoutANameWhereOneIsKnown) {
  FunctionConnector server([](ByteView bytes) -> FunctionConnector::Answer {
    if (read_hello(bytes).server_name != "cucm.example") return alert_record(2, 40);
    return serve(bytes, {tls::kTls12});
  });
  Target target;
  target.server_name = "cucm.example";
  const Asked asked = interview(server, Depth::quick, target);
  EXPECT_EQ(asked.version(tls::kTls12).outcome, VersionOutcome::accepted);
  EXPECT_EQ(asked.version(tls::kTls12).detail, "only when asked for cucm.example");
  ASSERT_EQ(asked.seen->chains.size(), 1U);
  EXPECT_EQ(asked.seen->chains[0].server_name, "cucm.example");
}

TEST(HelloOffers, AskNothingThatIntrusionDetectionFlagsUnlessTold) {
  for (const tls::Version version : {tls::kTls10, tls::kTls11, tls::kTls12}) {
    for (const tls::CipherSuite suite : version_offer(version).suites) {
      const tls::SuiteFacts facts = tls::facts(suite);
      EXPECT_FALSE(facts.null_encryption || facts.export_grade || facts.rc4) << tls::name(suite);
      EXPECT_NE(facts.authentication, tls::Authentication::none) << tls::name(suite);
    }
    EXPECT_LE(version_offer(version).suites.size(), 100U);
    EXPECT_FALSE(version_offer(version, Suites::legacy).suites.empty());
  }
}

TEST(HelloOffers, EverySuiteOfATls12HelloHasASchemeForItsKey) {
  for (const LeafKind kind : {LeafKind::rsa, LeafKind::ecdsa}) {
    const auto offer = leaf_offer(tls::kTls12, kind);
    EXPECT_FALSE(offer->suites.empty());
    EXPECT_GT(std::ranges::count(offer->schemes, tls::SignatureScheme{0x0401}), 0);
    EXPECT_GT(std::ranges::count(offer->schemes, tls::SignatureScheme{0x0403}), 0);
  }
  EXPECT_FALSE(leaf_offer(tls::kTls11, LeafKind::edwards).has_value());
}

}  // namespace
}  // namespace ucready::probes
