#include "probes/replay.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/scripted_transport.h"
#include "tests/support/server_messages.h"
#include "tls/client_hello.h"
#include "tls/recorded_hello.h"

namespace ucready::probes {
namespace {

using db::OfferOutcome;
using support::alert_record;
using support::FunctionConnector;
using support::rsa_flight;
using testing::ElementsAre;

constexpr tls::CipherSuite kRsaSuite{0x002f};

// A client's hello with these suites alone.
RecordedOffer offer_with(const std::string& id, std::vector<tls::CipherSuite> suites) {
  const tls::HelloOffer asked{.versions = {tls::kTls12}, .suites = std::move(suites)};
  const Bytes message = tls::write_client_hello(asked, {});
  return {id, tls::offer_of_recording(message, "").value(), {{"hq-expc", "expc1", "sip-zone", "X14.3"}}};
}

Result<db::InterfaceObservation> replay(FunctionConnector& server, std::vector<RecordedOffer> offers) {
  Target target{.host = "127.0.0.1", .port = 5061, .protocol = "tls"};
  target.offers = std::make_shared<const std::vector<RecordedOffer>>(std::move(offers));
  tls::KeyShares keys;
  trust::CertificateCache certificates;
  ProbeTools tools{server, keys, certificates};
  const ProbeOptions options{.retry_pause = std::chrono::milliseconds(1)};
  return support::run(probe_interface(target, "127.0.0.1", options, tools));
}

std::vector<OfferOutcome> outcomes(const db::InterfaceObservation& seen) {
  std::vector<OfferOutcome> all;
  for (const db::OfferAnswer& answer : seen.offer_answers) all.push_back(answer.outcome);
  return all;
}

TEST(Replay, AsksEachOfferOnceAndNothingElse) {
  FunctionConnector server([](ByteView bytes) -> FunctionConnector::Answer {
    const auto hello = tls::read_client_hello(bytes.subspan(9)).value();
    if (hello.suites.front() != kRsaSuite) return alert_record(2, 40);
    return rsa_flight(tls::kTls12, kRsaSuite, {Bytes{0x30, 0x00}});
  });

  const auto seen = replay(server, {offer_with("a", {kRsaSuite}), offer_with("b", {{0xc02b}})});

  EXPECT_EQ(server.connections, 2);
  EXPECT_EQ(seen->state, db::InterfaceState::tls);
  EXPECT_THAT(outcomes(*seen), ElementsAre(OfferOutcome::answered, OfferOutcome::refused));
  const db::OfferAnswer& answered = seen->offer_answers[0];
  EXPECT_EQ(answered.offer_id, "a");
  EXPECT_EQ(answered.version, tls::kTls12);
  EXPECT_EQ(answered.suite, kRsaSuite);
  EXPECT_EQ(answered.certificates.size(), 1U);
  EXPECT_EQ(answered.client_certificate_requested, false);
  EXPECT_EQ(answered.clients.front().client_node, "expc1");
  EXPECT_EQ(seen->offer_answers[1].alert, tls::Alert{40});
  EXPECT_TRUE(seen->versions.empty());
}

TEST(Replay, WhereNobodyListensOneQuestionSaysSo) {
  FunctionConnector server([](ByteView) { return Bytes{}; });
  server.refuse = Error{ErrorCode::closed, "connection refused"};

  const auto seen = replay(server, {offer_with("a", {kRsaSuite}), offer_with("b", {kRsaSuite})});

  EXPECT_EQ(server.connections, 1);
  EXPECT_EQ(seen->state, db::InterfaceState::closed);
  EXPECT_TRUE(seen->offer_answers.empty());
}

TEST(Replay, ASuiteThatTheClientDidNotOfferIsNoAnswer) {
  FunctionConnector server([](ByteView) { return rsa_flight(tls::kTls12, {0x1a1a}, {Bytes{0x30, 0x00}}); });

  const auto seen = replay(server, {offer_with("a", {kRsaSuite})});

  EXPECT_THAT(outcomes(*seen), ElementsAre(OfferOutcome::not_tls));
  EXPECT_NE(seen->offer_answers[0].detail.find("not offered"), std::string::npos);
}

TEST(Replay, AServerThatHangsUpIsAskedAgainAndThenLeft) {
  FunctionConnector server([](ByteView) { return fail(ErrorCode::closed, "connection closed"); });

  const auto seen = replay(server, {offer_with("a", {kRsaSuite})});

  EXPECT_THAT(outcomes(*seen), ElementsAre(OfferOutcome::closed));
  EXPECT_LE(server.connections, static_cast<int>(kMostTriesOfOffer));
  EXPECT_GT(server.connections, 1);
}

}  // namespace
}  // namespace ucready::probes
