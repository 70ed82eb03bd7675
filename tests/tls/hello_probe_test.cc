// The probe against canned answers: what servers do that libssl never would.
#include "tls/hello_probe.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/tls/hex.h"
#include "tests/tls/offers.h"
#include "tls/client_hello.h"
#include "tls/handshake.h"
#include "tls/record.h"

namespace ucready::tls {
namespace {

using End = ServerAnswer::End;
using testing::ElementsAre;
using testing::HasSubstr;

const std::string kRandom(64, '1');
const std::string kRetryRandom = "cf21ad74e59a6111be1d8c021e65b891c2a211167abb8c5e079e09e2c8a8339c";

Bytes message(int type, std::string_view body) {
  ByteWriter out;
  write_handshake(out, HandshakeType{static_cast<std::uint8_t>(type)}, [&] { out.bytes(hex(body)); });
  return out.take();
}

Bytes server_hello(std::string_view version, std::string_view suite, std::string_view extensions = "") {
  return message(2, std::string(version) + kRandom + "00" + std::string(suite) + "00" + std::string(extensions));
}

Bytes retry_request(std::string_view extensions) {
  return message(2, "0303" + kRetryRandom + "00 1301 00" + std::string(extensions));
}

Bytes operator+(Bytes left, const Bytes& right) {
  left.insert(left.end(), right.begin(), right.end());
  return left;
}

Bytes handshake_record(const Bytes& content) {
  ByteWriter out;
  write_records(out, ContentType::handshake, kTls12, content);
  return out.take();
}

// SSLv3 to TLSv1.2 with RSA key transport: the shortest whole flight.
const Bytes kHello = server_hello("0303", "002f");
const Bytes kCertificate = message(11, "000005 000002 3000");
const Bytes kDone = message(14, "");
const Bytes kFlight = handshake_record(kHello + kCertificate + kDone);

class HelloProbeTest : public testing::Test {
 protected:
  ServerAnswer ask(const HelloOffer& offer, const Bytes& reply) {
    HelloProbe probe(offer, keys_);
    probe.take_output();
    probe.receive(reply);
    if (!probe.done()) probe.peer_closed();
    return probe.take_answer();
  }
  ServerAnswer ask(const Bytes& reply) { return ask(legacy_offer(kTls12), reply); }

  KeyShares keys_;
};

TEST_F(HelloProbeTest, SendsOneRecordOfVersion0301) {
  const HelloOffer asked = legacy_offer(kTls12);
  HelloProbe probe(asked, keys_);

  EXPECT_TRUE(probe.wants_to_send());
  const Bytes sent = probe.take_output();

  EXPECT_FALSE(probe.wants_to_send());
  RecordReader records(Sender::client);
  records.feed(sent);
  Record record;
  ASSERT_EQ(records.next(record), RecordReader::State::record);
  EXPECT_EQ(record.version, kTls10);
  EXPECT_TRUE(read_client_hello(record.body.subspan(4)));
  EXPECT_TRUE(records.pending().empty());
}

TEST_F(HelloProbeTest, SendsSslv3InARecordOfItsVersion) {
  const HelloOffer asked = legacy_offer(kSslv3);
  HelloProbe probe(asked, keys_);

  EXPECT_EQ(to_hex(ByteView(probe.take_output()).first(3)), "160300");
}

TEST_F(HelloProbeTest, ReadsAWholeFlight) {
  const ServerAnswer answer = ask(kFlight);

  EXPECT_EQ(answer.end, End::read) << answer.defect;
  EXPECT_TRUE(answer.flight_complete);
  EXPECT_EQ(answer.version, kTls12);
  EXPECT_EQ(name(answer.suite), "TLS_RSA_WITH_AES_128_CBC_SHA");
  EXPECT_THAT(answer.certificates, ElementsAre(hex("3000")));
  EXPECT_EQ(answer.flight, kFlight);
}

TEST_F(HelloProbeTest, ReadsTheSameInAnyFragments) {
  const ServerAnswer whole = ask(kFlight);
  for (std::size_t fragment = 1; fragment < kFlight.size(); ++fragment) {
    const HelloOffer asked = legacy_offer(kTls12);
    HelloProbe probe(asked, keys_);
    for (std::size_t at = 0; at < kFlight.size(); at += fragment) {
      probe.receive(ByteView(kFlight).subspan(at, std::min(fragment, kFlight.size() - at)));
    }
    EXPECT_EQ(probe.answer(), whole) << fragment;
  }
}

TEST_F(HelloProbeTest, ReadsTheSameFromRecordsOfOneByte) {
  const Bytes content = kHello + kCertificate + kDone;
  Bytes records;
  for (const std::uint8_t byte : content) records = records + handshake_record({byte});

  const ServerAnswer answer = ask(records);

  EXPECT_EQ(answer.end, End::read) << answer.defect;
  EXPECT_THAT(answer.certificates, ElementsAre(hex("3000")));
}

TEST_F(HelloProbeTest, StaysOpenAtEveryTruncation) {
  for (std::size_t size = 0; size < kFlight.size(); ++size) {
    const ServerAnswer answer = ask({kFlight.begin(), kFlight.begin() + static_cast<std::ptrdiff_t>(size)});

    EXPECT_EQ(answer.end, End::open) << size;
    EXPECT_FALSE(answer.flight_complete);
  }
}

TEST_F(HelloProbeTest, IgnoresWhatComesAfterTheEnd) {
  const HelloOffer asked = legacy_offer(kTls12);
  HelloProbe probe(asked, keys_);
  probe.receive(kFlight);
  const ServerAnswer before = probe.answer();

  probe.receive(as_bytes("more"));

  EXPECT_EQ(probe.answer(), before);
  EXPECT_EQ(probe.received_bytes(), kFlight.size());
}

TEST_F(HelloProbeTest, KeepsTheFirstBytesOfWhatIsNoTls) {
  const auto of = [&](std::string_view text) { return ask({as_bytes(text).begin(), as_bytes(text).end()}); };

  EXPECT_EQ(of("HTTP/1.1 400 Bad Request\r\n").end, End::not_tls);
  EXPECT_EQ(of("HTTP/1.1 400 Bad Request\r\n").not_tls, "HTTP/1.1 400 Bad Request\r\n");
  EXPECT_EQ(of("220 mail.example.com ESMTP\r\n").end, End::not_tls);
  EXPECT_EQ(of(std::string(1000, 'x')).not_tls.size(), 256U);
}

TEST_F(HelloProbeTest, EndsAtAFatalAlert) {
  const ServerAnswer answer = ask(hex("15 0303 0002 0246"));

  EXPECT_EQ(answer.end, End::alert);
  EXPECT_EQ(answer.alert, Alert{70});
  EXPECT_FALSE(answer.hello);
}

TEST_F(HelloProbeTest, HearsAnAlertThatIsCutOverTwoRecords) {
  EXPECT_EQ(ask(hex("15 0303 0001 02"
                    "15 0303 0001 28"))
                .alert,
            Alert{40});
}

TEST_F(HelloProbeTest, PassesOverWarnings) {
  const ServerAnswer answer = ask(hex("15 0303 0002 0170") + kFlight);

  EXPECT_EQ(answer.end, End::read) << answer.defect;
  EXPECT_THAT(answer.warnings, ElementsAre(Alert{112}));
  EXPECT_EQ(answer.alert, std::nullopt);
}

TEST_F(HelloProbeTest, KeepsAtMostEightWarnings) {
  Bytes warnings;
  for (int i = 0; i < 20; ++i) warnings = warnings + hex("15 0303 0002 0170");

  EXPECT_EQ(ask(warnings + kFlight).warnings.size(), 8U);
}

TEST_F(HelloProbeTest, EndsAtCloseNotifyThoughItIsAWarning) {
  EXPECT_EQ(ask(hex("15 0303 0002 0100")).end, End::alert);
}

TEST_F(HelloProbeTest, PassesOverAHelloRequest) {
  EXPECT_EQ(ask(handshake_record(message(0, "")) + kFlight).end, End::read);
}

TEST_F(HelloProbeTest, RecordsASuiteThatWasNotOfferedAsADefect) {
  const ServerAnswer answer = ask(handshake_record(server_hello("0303", "0005")));

  EXPECT_EQ(answer.end, End::malformed);
  EXPECT_EQ(answer.suite, CipherSuite{0x0005});
  EXPECT_EQ(answer.version, kTls12);
  EXPECT_EQ(answer.defect, "the server chose TLS_RSA_WITH_RC4_128_SHA, which was not offered");
}

TEST_F(HelloProbeTest, RecordsAVersionAboveTheOfferAsADefect) {
  const ServerAnswer answer = ask(legacy_offer(kTls10), handshake_record(server_hello("0303", "002f")));

  EXPECT_EQ(answer.end, End::malformed);
  EXPECT_EQ(answer.version, kTls12);
  EXPECT_EQ(answer.defect, "the server chose TLSv1.2, which was not offered");
}

TEST_F(HelloProbeTest, TakesALowerVersionForAnAnswerOnlyWhereItWasImplied) {
  EXPECT_EQ(ask(handshake_record(server_hello("0301", "002f") + kCertificate + kDone)).end, End::read);

  HelloOffer offer = tls13_offer();
  offer.suites = suites("TLS_AES_128_GCM_SHA256", "TLS_RSA_WITH_AES_128_CBC_SHA");
  const ServerAnswer answer = ask(offer, kFlight);
  EXPECT_EQ(answer.end, End::malformed);
  EXPECT_EQ(answer.version, kTls12);
}

TEST_F(HelloProbeTest, RefusesATls13SuiteAtTls12) {
  HelloOffer offer = legacy_offer(kTls12);
  offer.suites = suites("TLS_AES_128_GCM_SHA256");

  EXPECT_EQ(ask(offer, handshake_record(server_hello("0303", "1301"))).defect,
            "the server chose TLS_AES_128_GCM_SHA256, which TLSv1.2 does not have");
}

TEST_F(HelloProbeTest, RefusesMessagesOutOfPlace) {
  EXPECT_EQ(ask(handshake_record(kCertificate)).end, End::malformed);
  EXPECT_EQ(ask(handshake_record(kHello + kHello)).end, End::malformed);
  EXPECT_EQ(ask(handshake_record(kHello + kCertificate + kCertificate)).end, End::malformed);
  EXPECT_EQ(ask(handshake_record(kHello + message(20, "00"))).end, End::malformed);
  EXPECT_EQ(ask(handshake_record(kHello) + hex("14 0303 0001 01")).end, End::malformed);
  EXPECT_EQ(ask(handshake_record(kHello) + hex("17 0303 0001 01")).end, End::malformed);
  EXPECT_EQ(ask(handshake_record(kHello) + hex("16 0303 0000")).end, End::malformed);
  EXPECT_EQ(ask(handshake_record(kHello) + hex("48545450")).end, End::malformed);
}

TEST_F(HelloProbeTest, StopsAServerThatNeverEnds) {
  const HelloOffer asked = legacy_offer(kTls12);
  HelloProbe probe(asked, keys_);
  const Bytes nothing_new = handshake_record(message(0, ""));
  Bytes chunk;
  while (chunk.size() < 60'000) chunk = chunk + nothing_new;

  int fed = 0;
  while (!probe.done() && ++fed < 1000) probe.receive(chunk);

  EXPECT_EQ(probe.answer().end, End::too_long);
  EXPECT_LE(probe.received_bytes(), 600'000U);
  EXPECT_EQ(probe.answer().flight.size(), 32U * 1024);
}

TEST_F(HelloProbeTest, StopsAtAMessageThatIsTooLong) {
  const ServerAnswer answer = ask(handshake_record(kHello + hex("0b ffffff")));

  EXPECT_EQ(answer.end, End::too_long);
  EXPECT_THAT(answer.defect, HasSubstr("16777215 bytes"));
}

TEST_F(HelloProbeTest, AnswersARetryWithTheShareAndTheCookie) {
  const HelloOffer asked = tls13_offer();
  HelloProbe probe(asked, keys_);
  const Bytes first = probe.take_output();

  probe.receive(handshake_record(retry_request("0016 002b 0002 0304 0033 0002 0017 002c 0006 0004 01020304")));

  ASSERT_TRUE(probe.wants_to_send());
  EXPECT_TRUE(probe.answer().hello_retry);
  EXPECT_FALSE(probe.answer().hello);
  RecordReader records(Sender::client);
  records.feed(first);
  records.feed(probe.take_output());
  Record record;
  ASSERT_EQ(records.next(record), RecordReader::State::record);
  const ClientHello before = read_client_hello(record.body.subspan(4)).value();
  ASSERT_EQ(records.next(record), RecordReader::State::record);
  EXPECT_EQ(record.type, ContentType::change_cipher_spec);
  ASSERT_EQ(records.next(record), RecordReader::State::record);
  const ClientHello after = read_client_hello(record.body.subspan(4)).value();
  EXPECT_THAT(before.key_shares, ElementsAre(Group{0x1d}));
  EXPECT_THAT(after.key_shares, ElementsAre(Group{0x17}));
  EXPECT_EQ(to_hex(after.cookie), "01020304");
  EXPECT_EQ(after.random, before.random);
  EXPECT_EQ(after.session_id, before.session_id);
  EXPECT_EQ(after.suites, before.suites);
}

TEST_F(HelloProbeTest, LearnsTheGroupOfARetryItHasNoCodeFor) {
  HelloOffer offer = tls13_offer();
  constexpr Group kHybrid{0x11ec};
  offer.groups = {kHybrid};
  offer.key_shares = {};

  const ServerAnswer answer = ask(offer, handshake_record(retry_request("000c 002b 0002 0304 0033 0002 11ec")));

  EXPECT_EQ(answer.end, End::read) << answer.defect;
  EXPECT_TRUE(answer.hello_retry);
  EXPECT_FALSE(answer.hello);
  EXPECT_TRUE(answer.encrypted_unread);
  EXPECT_EQ(answer.group, kHybrid);
}

TEST_F(HelloProbeTest, RefusesRetriesThatMakeNoSense) {
  const auto retried = [&](std::string_view extensions) {
    return ask(tls13_offer(), handshake_record(retry_request(extensions)));
  };

  EXPECT_EQ(retried("000c 002b 0002 0304 0033 0002 0019").defect,
            "the HelloRetryRequest names secp521r1, which was not offered");
  EXPECT_EQ(retried("000c 002b 0002 0304 0033 0002 001d").defect,
            "the HelloRetryRequest names x25519, of which a share was sent");
  EXPECT_EQ(retried("0006 002b 0002 0304").defect, "a HelloRetryRequest that asks for no change");
  EXPECT_EQ(retried("").end, End::malformed);
}

TEST_F(HelloProbeTest, RefusesASecondRetry) {
  const HelloOffer asked = tls13_offer();
  HelloProbe probe(asked, keys_);
  const Bytes retry = handshake_record(retry_request("000c 002b 0002 0304 0033 0002 0017"));
  probe.receive(retry);
  probe.take_output();

  probe.receive(retry);

  EXPECT_EQ(probe.answer().end, End::malformed);
  EXPECT_EQ(probe.answer().defect, "a second HelloRetryRequest");
}

TEST_F(HelloProbeTest, RefusesAServerHelloWithoutAUsableShare) {
  const auto answered = [&](std::string_view extensions) {
    return ask(tls13_offer(), handshake_record(server_hello("0303", "1301", extensions)));
  };
  const std::string zeros(64, '0');

  EXPECT_EQ(answered("0006 002b 0002 0304").end, End::malformed);
  EXPECT_EQ(answered("000f 002b 0002 0304 0033 0005 0017 0001 04").end, End::malformed);
  EXPECT_EQ(answered("002e 002b 0002 0304 0033 0024 001d 0020" + zeros).defect,
            "the server's key share is no point of x25519");
}

TEST_F(HelloProbeTest, SaysWhenItHasNoCodeForTheSuite) {
  HelloOffer offer = tls13_offer();
  offer.suites = {CipherSuite{0x1306}};
  const std::string share(64, '9');

  const ServerAnswer answer =
      ask(offer, handshake_record(server_hello("0303", "1306", "002e 002b 0002 0304 0033 0024 001d 0020" + share)));

  EXPECT_EQ(answer.end, End::read) << answer.defect;
  EXPECT_TRUE(answer.hello);
  EXPECT_TRUE(answer.encrypted_unread);
}

TEST_F(HelloProbeTest, RefusesRecordsItCannotOpen) {
  const std::string share(64, '9');
  const Bytes hello = handshake_record(server_hello("0303", "1301", "002e 002b 0002 0304 0033 0024 001d 0020" + share));
  const Bytes compatibility = hex("14 0303 0001 01");

  EXPECT_EQ(ask(tls13_offer(), hello + compatibility).end, End::open);
  EXPECT_EQ(ask(tls13_offer(), hello + compatibility + hex("15 0303 0002 0228")).alert, Alert{40}) << "in clear";
  EXPECT_EQ(ask(tls13_offer(), hello + hex("17 0303 0014") + Bytes(20)).defect, "an encrypted record cannot be opened");
  EXPECT_EQ(ask(tls13_offer(), hello + kFlight).end, End::malformed);
}

}  // namespace
}  // namespace ucready::tls
