#include "probes/replay.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/scripted_transport.h"
#include "tests/support/sealed_records.h"
#include "tests/support/server_messages.h"
#include "tls/client_hello.h"
#include "tls/handshake.h"
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

TEST(Replay, WhoAnswersInAnotherLanguageIsSaidToSpeakNoTls) {
  FunctionConnector server([](ByteView) -> FunctionConnector::Answer {
    const auto text = as_bytes("HTTP/1.1 400 Bad Request\r\n\r\n");
    return Bytes(text.begin(), text.end());
  });

  const auto seen = replay(server, {offer_with("a", {kRsaSuite}), offer_with("b", {kRsaSuite})});

  EXPECT_EQ(server.connections, 1);
  EXPECT_EQ(seen->state, db::InterfaceState::not_tls);
  EXPECT_TRUE(seen->detail.starts_with("HTTP/1.1 400"));
}

TEST(Replay, TheStateOfWhoNeverSpeaksTlsIsHowItEnds) {
  FunctionConnector closing([](ByteView) { return fail(ErrorCode::closed, "connection closed"); });
  EXPECT_EQ(replay(closing, {offer_with("a", {kRsaSuite})})->state, db::InterfaceState::closed);
  FunctionConnector resetting([](ByteView) { return fail(ErrorCode::reset, "connection reset"); });
  EXPECT_EQ(replay(resetting, {offer_with("a", {kRsaSuite})})->state, db::InterfaceState::reset);
  FunctionConnector lying([](ByteView) { return rsa_flight(tls::kTls12, {0x1a1a}, {Bytes{0x30, 0x00}}); });
  EXPECT_EQ(replay(lying, {offer_with("a", {kRsaSuite})})->state, db::InterfaceState::not_tls);
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

// RFC 8879: a client that says it can inflate a certificate is sent one that came compressed.
class CompressedReplay : public testing::Test {
 protected:
  db::OfferAnswer answer_to(ByteView compressed_certificate) {
    FunctionConnector server([&](ByteView hello) {
      ByteWriter messages;
      tls::write_handshake(messages, tls::HandshakeType::encrypted_extensions, [&] { messages.u16(0); });
      tls::write_handshake(messages, tls::HandshakeType::compressed_certificate,
                           [&] { messages.bytes(compressed_certificate); });
      tls::write_handshake(messages, tls::HandshakeType::certificate_verify, [&] {
        messages.u16(0x0804);
        messages.u16_block([&] { messages.bytes(Bytes(256, 7)); });
      });
      return support::tls13_answer(hello, messages.view());
    });
    const tls::HelloOffer asked{.versions = {tls::kTls13},
                                .suites = {{0x1301}},
                                .groups = {{0x001d}},
                                .schemes = {{0x0804}},
                                .key_shares = {{0x001d}}};
    tls::KeyShares keys;
    const Bytes share(keys.public_share({0x001d}).begin(), keys.public_share({0x001d}).end());
    const std::array<tls::KeyShareEntry, 1> shares{{{{0x001d}, share}}};
    const Bytes message = tls::write_client_hello(asked, {.key_shares = shares});
    const auto seen = replay(server, {{"a", tls::offer_of_recording(message, "").value(), {}}});
    EXPECT_EQ(seen->state, db::InterfaceState::tls);
    return seen->offer_answers.at(0);
  }

  static Bytes certificate_message(ByteView leaf) {
    ByteWriter body;
    body.u8(0);  // certificate_request_context
    body.u24_block([&] {
      body.u24_block([&] { body.bytes(leaf); });
      body.u16(0);  // extensions
    });
    return body.take();
  }
};

TEST_F(CompressedReplay, ReadsTheLeafWhateverTheAlgorithm) {
  const Bytes leaf{0x30, 0x03, 0x02, 0x01, 0x05};
  const Bytes plain = certificate_message(leaf);
  for (const std::uint16_t algorithm : {support::kZlib, support::kBrotli, support::kZstd}) {
    const auto answer =
        answer_to(support::compressed_certificate(algorithm, plain.size(), support::packed(algorithm, plain)));

    EXPECT_EQ(answer.outcome, OfferOutcome::answered);
    ASSERT_EQ(answer.certificates.size(), 1U) << algorithm << answer.detail;
    EXPECT_EQ(answer.certificates[0]->der, leaf);
    EXPECT_EQ(answer.detail, "");
  }
}

TEST_F(CompressedReplay, SaysWhyALeafIsUnknown) {
  const Bytes plain = certificate_message(Bytes{0x30, 0x00});
  const Bytes content = support::packed(support::kZlib, plain);
  const Bytes unreadable[] = {support::compressed_certificate(0x1a2b, plain.size(), content),
                              support::compressed_certificate(support::kZlib, plain.size() + 1, content),
                              support::compressed_certificate(support::kZlib, 0xffffff, content), Bytes{}};
  for (const Bytes& body : unreadable) {
    const auto answer = answer_to(body);

    EXPECT_EQ(answer.outcome, OfferOutcome::answered) << "the server chose, whatever is known of its certificate";
    EXPECT_EQ(answer.version, tls::kTls13);
    EXPECT_TRUE(answer.certificates.empty());
    EXPECT_TRUE(answer.detail.starts_with("its certificate came compressed and cannot be read: ")) << answer.detail;
  }
}

}  // namespace
}  // namespace ucready::probes
