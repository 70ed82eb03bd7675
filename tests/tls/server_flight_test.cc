// The messages of a server's flight, one by one.
#include "tls/server_flight.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/tls/hex.h"
#include "tests/tls/truncation.h"
#include "tls/certificate_message.h"
#include "tls/certificate_request.h"
#include "tls/encrypted_extensions.h"
#include "tls/server_key_exchange.h"

namespace ucready::tls {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

CipherSuite suite(std::string_view text) { return parse_cipher_suite(text).value(); }

TEST(CertificateMessage, HoldsTheChainLeafFirstUpToTls12) {
  const Bytes body = hex("000009 000002 aabb 000001 cc");

  EXPECT_THAT(read_certificate_message(body, kTls12).value(), ElementsAre(hex("aabb"), hex("cc")));
  expect_every_truncation_is_refused(body, [](ByteView cut) { return read_certificate_message(cut, kTls12); });
}

TEST(CertificateMessage, HoldsAContextAndExtensionsInTls13) {
  const Bytes body = hex("01 ff 00000e 000002 aabb 0001 ee 000001 cc 0000");

  EXPECT_THAT(read_certificate_message(body, kTls13).value(), ElementsAre(hex("aabb"), hex("cc")));
  expect_every_truncation_is_refused(body, [](ByteView cut) { return read_certificate_message(cut, kTls13); });
}

TEST(CertificateMessage, MayBeEmpty) {
  EXPECT_THAT(read_certificate_message(hex("000000"), kTls10).value(), IsEmpty());
}

TEST(CertificateMessage, IsRefusedWhenACertificateEndsAfterTheList) {
  EXPECT_FALSE(read_certificate_message(hex("000005 000003 aabb"), kTls12));
}

TEST(CertificateMessage, KeepsThirtyTwoCertificatesOf64Kilobytes) {
  ByteWriter body;
  body.u24_block([&] {
    body.u24_block([&] { body.bytes(Bytes(70'000)); });
    for (int i = 0; i < 40; ++i) body.u24_block([&] { body.u8(0x30); });
  });

  const auto certificates = read_certificate_message(body.view(), kTls12);

  ASSERT_TRUE(certificates);
  EXPECT_EQ(certificates->size(), 32U);
  EXPECT_EQ(certificates->front().size(), 65'536U);
}

TEST(CertificateRequest, OfTls12HasTypesSchemesAndAuthorities) {
  const Bytes body = hex("02 0140 0004 0403 1a2b 0006 0001 aa 0001 bb");

  const auto request = read_certificate_request(body, kTls12);

  ASSERT_TRUE(request) << request.error().message;
  EXPECT_THAT(request->certificate_types, ElementsAre(1, 64));
  EXPECT_THAT(request->signature_schemes, ElementsAre(SignatureScheme{0x0403}, SignatureScheme{0x1a2b}));
  EXPECT_THAT(request->authorities, ElementsAre(hex("aa"), hex("bb")));
  expect_every_truncation_is_refused(body, [](ByteView cut) { return read_certificate_request(cut, kTls12); });
}

TEST(CertificateRequest, BelowTls12HasNoSchemes) {
  const auto request = read_certificate_request(hex("01 01 0000"), kTls11);

  ASSERT_TRUE(request) << request.error().message;
  EXPECT_THAT(request->certificate_types, ElementsAre(1));
  EXPECT_THAT(request->signature_schemes, IsEmpty());
  EXPECT_THAT(request->authorities, IsEmpty());
}

TEST(CertificateRequest, OfTls13ReadsItsThreeExtensionsAndPassesOverOthers) {
  const Bytes body = hex("00 001d 000d 0004 0002 0403 0032 0004 0002 0401 002f 0005 0003 0001 aa 1a2b 0000");

  const auto request = read_certificate_request(body, kTls13);

  ASSERT_TRUE(request) << request.error().message;
  EXPECT_THAT(request->signature_schemes, ElementsAre(SignatureScheme{0x0403}));
  EXPECT_THAT(request->signature_schemes_cert, ElementsAre(SignatureScheme{0x0401}));
  EXPECT_THAT(request->authorities, ElementsAre(hex("aa")));
  expect_every_truncation_is_refused(body, [](ByteView cut) { return read_certificate_request(cut, kTls13); });
}

TEST(CertificateRequest, KeepsAtMost256Authorities) {
  ByteWriter body;
  body.u8(0);
  body.u16_block([&] {
    for (int i = 0; i < 300; ++i) body.u16_block([&] { body.u8(0x30); });
  });

  EXPECT_EQ(read_certificate_request(body.view(), kTls10).value().authorities.size(), 256U);
}

TEST(CertificateRequest, IsRefusedWithHalfAScheme) {
  EXPECT_FALSE(read_certificate_request(hex("01 01 0003 040304 0000"), kTls12));
}

TEST(ServerKeyExchange, OfEcdheNamesGroupAndScheme) {
  const Bytes body = hex("03 001d 02 aabb 0804 0003 010203");

  const auto exchange = read_server_key_exchange(body, kTls12, suite("TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256"));

  ASSERT_TRUE(exchange) << exchange.error().message;
  EXPECT_EQ(exchange->group, Group{0x1d});
  EXPECT_EQ(exchange->scheme, SignatureScheme{0x0804});
  EXPECT_EQ(exchange->dh_bits, std::nullopt);
  expect_every_truncation_is_refused(body, [](ByteView cut) {
    return read_server_key_exchange(cut, kTls12, suite("TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256"));
  });
}

TEST(ServerKeyExchange, BelowTls12NamesNoScheme) {
  const auto exchange =
      read_server_key_exchange(hex("03 0017 01 aa 0001 ff"), kTls10, suite("TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA"));

  ASSERT_TRUE(exchange) << exchange.error().message;
  EXPECT_EQ(exchange->group, Group{0x17});
  EXPECT_EQ(exchange->scheme, std::nullopt);
}

TEST(ServerKeyExchange, CountsTheBitsOfAPrimeWithoutItsLeadingZeros) {
  const Bytes body = hex("0004 0001ffff 0001 02 0001 05 0401 0001 ff");

  const auto exchange = read_server_key_exchange(body, kTls12, suite("TLS_DHE_RSA_WITH_AES_128_CBC_SHA"));

  ASSERT_TRUE(exchange) << exchange.error().message;
  EXPECT_EQ(exchange->dh_bits, 17);
  EXPECT_EQ(exchange->scheme, SignatureScheme{0x0401});
}

TEST(ServerKeyExchange, OfAnonymousSuitesHasNoSignature) {
  EXPECT_TRUE(read_server_key_exchange(hex("03 001d 01 aa"), kTls12, suite("TLS_ECDH_anon_WITH_AES_128_CBC_SHA")));
  EXPECT_TRUE(read_server_key_exchange(hex("0001 ff 0001 02 0001 05"), kTls12, suite("TLS_DH_anon_WITH_RC4_128_MD5")));
}

TEST(ServerKeyExchange, ReadsExplicitCurves) {
  const CipherSuite ecdhe = suite("TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA");
  const auto prime = read_server_key_exchange(hex("01 01aa 01aa 01aa 01aa 01aa 01aa 01aa 0001 ff"), kTls10, ecdhe);
  const auto trinomial =
      read_server_key_exchange(hex("02 00a3 01 01aa 01aa 01aa 01aa 01aa 01aa 01aa 0001 ff"), kTls10, ecdhe);
  const auto pentanomial =
      read_server_key_exchange(hex("02 00a3 02 01aa 01aa 01aa 01aa 01aa 01aa 01aa 01aa 01aa 0001 ff"), kTls10, ecdhe);

  EXPECT_EQ(prime.value().group, Group{0xff01});
  EXPECT_EQ(trinomial.value().group, Group{0xff02});
  EXPECT_EQ(pentanomial.value().group, Group{0xff02});
}

TEST(ServerKeyExchange, RefusesAnUnknownCurveType) {
  EXPECT_FALSE(read_server_key_exchange(hex("04 001d 01 aa"), kTls12, suite("TLS_ECDH_anon_WITH_AES_128_CBC_SHA")));
}

TEST(ServerKeyExchange, SaysHowManyBytesAreTooMany) {
  const auto exchange =
      read_server_key_exchange(hex("03 001d 01 aa ffff"), kTls12, suite("TLS_ECDH_anon_WITH_AES_128_CBC_SHA"));

  ASSERT_FALSE(exchange);
  EXPECT_EQ(exchange.error().message, "ServerKeyExchange has 2 bytes too many");
}

TEST(ServerKeyExchange, TakesThePskHintFirst) {
  EXPECT_TRUE(read_server_key_exchange(hex("0002 6869"), kTls12, suite("TLS_PSK_WITH_AES_128_CBC_SHA")));
  EXPECT_EQ(read_server_key_exchange(hex("0000 03 0018 01 aa"), kTls12, suite("TLS_ECDHE_PSK_WITH_AES_128_CBC_SHA"))
                .value()
                .group,
            Group{0x18});
}

TEST(ServerKeyExchange, OfExportSuitesHoldsATemporaryRsaKey) {
  EXPECT_TRUE(
      read_server_key_exchange(hex("0001 ff 0001 03 0001 aa"), kSslv3, suite("TLS_RSA_EXPORT_WITH_RC4_40_MD5")));
}

TEST(ServerKeyExchange, OfASuiteOfUnknownFormIsNotRead) {
  EXPECT_EQ(read_server_key_exchange(hex("0102"), kTls12, CipherSuite{0x1a2b}).value(), ServerKeyExchange{});
}

TEST(EncryptedExtensions, HaveTypesAndTheSelectedProtocol) {
  const Bytes body = hex("000d 000a 0000 0010 0005 0003 02 6832");

  const auto message = read_encrypted_extensions(body);

  ASSERT_TRUE(message) << message.error().message;
  EXPECT_THAT(message->extensions, ElementsAre(ExtensionType{10}, ExtensionType{16}));
  EXPECT_EQ(message->alpn, "h2");
  expect_every_truncation_is_refused(body, read_encrypted_extensions);
}

TEST(ServerFlight, EndsWithCertificateVerifyInTls13) {
  ServerAnswer answer;
  answer.version = kTls13;
  const Bytes body = hex("0403 0002 aabb");

  ASSERT_TRUE(take_flight_message({HandshakeType::certificate_verify, body, body}, answer));

  EXPECT_EQ(answer.scheme, SignatureScheme{0x0403});
  EXPECT_TRUE(answer.flight_complete);
  expect_every_truncation_is_refused(body, [&](ByteView cut) {
    return take_flight_message({HandshakeType::certificate_verify, cut, cut}, answer);
  });
}

TEST(ServerFlight, PassesOverStatusesTicketsAndUnknownMessages) {
  for (const Version version : {kTls12, kTls13}) {
    ServerAnswer answer;
    answer.version = version;
    for (const int type : {4, 22, 99}) {
      const Bytes body = hex("ff");
      EXPECT_TRUE(take_flight_message({HandshakeType{static_cast<std::uint8_t>(type)}, body, body}, answer));
    }
    EXPECT_FALSE(answer.flight_complete);
  }
}

TEST(ServerFlight, HasNoSecondCertificateMessage) {
  ServerAnswer answer;
  answer.version = kTls12;
  const Bytes body = hex("000000");
  ASSERT_TRUE(take_flight_message({HandshakeType::certificate, body, body}, answer));

  EXPECT_FALSE(take_flight_message({HandshakeType::certificate, body, body}, answer));
}

}  // namespace
}  // namespace ucready::tls
