// The probe against libssl: what it reports must be what a real server was set up to do.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/tls/offers.h"
#include "tests/tls/openssl_server.h"

namespace ucready::tls {
namespace {

using End = ServerAnswer::End;
using testing::Contains;
using testing::ElementsAre;
using testing::IsEmpty;

class HelloProbeWithOpenssl : public testing::Test {
 protected:
  ServerAnswer ask(const ServerConfig& config, const HelloOffer& offer, std::size_t fragment = 0) {
    OpensslServer server(config);
    HelloProbe probe(offer, keys_);
    return interview(server, probe, fragment);
  }

  KeyShares keys_;
};

struct LegacyCase {
  Version version;
  KeyKind key;
  const char* offered;
  std::optional<Group> group;
  std::optional<SignatureScheme> scheme;
  bool dh;
};

class LegacyFlight : public HelloProbeWithOpenssl, public testing::WithParamInterface<LegacyCase> {};

TEST_P(LegacyFlight, IsReadToItsEnd) {
  const LegacyCase& given = GetParam();
  ServerConfig config{.keys = {given.key}, .dh = true};
  HelloOffer offer = legacy_offer(given.version);
  offer.suites = suites(given.offered);

  const ServerAnswer answer = ask(config, offer);

  EXPECT_EQ(answer.end, End::read) << answer.defect;
  EXPECT_TRUE(answer.hello);
  EXPECT_TRUE(answer.flight_complete);
  EXPECT_EQ(answer.version, given.version);
  EXPECT_EQ(name(answer.suite), given.offered);
  EXPECT_EQ(answer.group, given.group);
  EXPECT_EQ(answer.scheme, given.scheme);
  EXPECT_EQ(answer.dh_bits.has_value(), given.dh);
  EXPECT_THAT(answer.certificates, ElementsAre(OpensslServer::certificate_of(given.key)));
  EXPECT_EQ(answer.certificate_request, std::nullopt);
  EXPECT_THAT(answer.extensions, Contains(ExtensionType{0xff01}));
  EXPECT_FALSE(answer.flight.empty());
}

constexpr Group kX25519{0x001d}, kP256{0x0017}, kP384{0x0018};

INSTANTIATE_TEST_SUITE_P(
    OfEachVersionAndKey, LegacyFlight,
    testing::Values(
        LegacyCase{kTls10, KeyKind::rsa, "TLS_RSA_WITH_AES_128_CBC_SHA", {}, {}, false},
        LegacyCase{kTls10, KeyKind::rsa, "TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA", kX25519, {}, false},
        LegacyCase{kTls10, KeyKind::rsa, "TLS_DHE_RSA_WITH_AES_128_CBC_SHA", {}, {}, true},
        LegacyCase{kTls11, KeyKind::p256, "TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA", kX25519, {}, false},
        LegacyCase{kTls11, KeyKind::rsa, "TLS_RSA_WITH_NULL_SHA", {}, {}, false},
        LegacyCase{kTls12, KeyKind::rsa, "TLS_RSA_WITH_AES_256_GCM_SHA384", {}, {}, false},
        LegacyCase{kTls12, KeyKind::rsa, "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256", kX25519, SignatureScheme{0x0804},
                   false},
        LegacyCase{kTls12, KeyKind::rsa_pss, "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256", kX25519, SignatureScheme{0x0809},
                   false},
        LegacyCase{kTls12, KeyKind::p256, "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256", kX25519, SignatureScheme{0x0403},
                   false},
        LegacyCase{kTls12, KeyKind::ed25519, "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256", kX25519,
                   SignatureScheme{0x0807}, false},
        LegacyCase{kTls12, KeyKind::rsa, "TLS_DHE_RSA_WITH_AES_256_GCM_SHA384", {}, SignatureScheme{0x0804}, true}));

TEST_F(HelloProbeWithOpenssl, ReadsAnAnonymousFlightWithoutACertificate) {
  HelloOffer offer = legacy_offer(kTls12);
  offer.suites = suites("TLS_ECDH_anon_WITH_AES_128_CBC_SHA");

  const ServerAnswer answer = ask({}, offer);

  EXPECT_EQ(answer.end, End::read) << answer.defect;
  EXPECT_EQ(answer.group, kX25519);
  EXPECT_EQ(answer.scheme, std::nullopt);
  EXPECT_FALSE(answer.certificate_seen);
}

struct Tls13Case {
  const char* suite;
  Group group;
  KeyKind key;
  std::uint16_t scheme;
};

class Tls13Flight : public HelloProbeWithOpenssl, public testing::WithParamInterface<Tls13Case> {};

TEST_P(Tls13Flight, IsOpenedAndReadToItsCertificateVerify) {
  const Tls13Case& given = GetParam();
  const ServerConfig config{.keys = {given.key},
                            .tls13_ciphers =
                                "TLS_AES_128_GCM_SHA256:TLS_AES_256_GCM_SHA384:TLS_CHACHA20_POLY1305_SHA256:"
                                "TLS_AES_128_CCM_SHA256:TLS_AES_128_CCM_8_SHA256"};
  HelloOffer offer = tls13_offer();
  offer.suites = suites(given.suite);
  offer.key_shares = {given.group};

  const ServerAnswer answer = ask(config, offer);

  EXPECT_EQ(answer.end, End::read) << answer.defect;
  EXPECT_TRUE(answer.flight_complete);
  EXPECT_FALSE(answer.hello_retry);
  EXPECT_EQ(answer.version, kTls13);
  EXPECT_EQ(name(answer.suite), given.suite);
  EXPECT_EQ(answer.group, given.group);
  EXPECT_EQ(answer.scheme, SignatureScheme{given.scheme});
  EXPECT_THAT(answer.certificates, ElementsAre(OpensslServer::certificate_of(given.key)));
}

INSTANTIATE_TEST_SUITE_P(OfEachSuiteGroupAndKey, Tls13Flight,
                         testing::Values(Tls13Case{"TLS_AES_128_GCM_SHA256", kX25519, KeyKind::rsa, 0x0804},
                                         Tls13Case{"TLS_AES_256_GCM_SHA384", kP256, KeyKind::p256, 0x0403},
                                         Tls13Case{"TLS_CHACHA20_POLY1305_SHA256", kP384, KeyKind::p384, 0x0503},
                                         Tls13Case{"TLS_AES_128_CCM_SHA256", kX25519, KeyKind::ed25519, 0x0807},
                                         Tls13Case{"TLS_AES_128_CCM_8_SHA256", kX25519, KeyKind::rsa_pss, 0x0809}));

TEST_F(HelloProbeWithOpenssl, AnswersAHelloRetryRequestWithTheShareItNames) {
  const ServerConfig config{.groups = "P-384"};

  for (const char* suite : {"TLS_AES_128_GCM_SHA256", "TLS_AES_256_GCM_SHA384"}) {
    HelloOffer offer = tls13_offer();
    offer.suites = suites(suite);

    const ServerAnswer answer = ask(config, offer);

    EXPECT_EQ(answer.end, End::read) << answer.defect;
    EXPECT_TRUE(answer.hello_retry);
    EXPECT_TRUE(answer.hello);
    EXPECT_EQ(answer.group, kP384);
    EXPECT_EQ(answer.certificates.size(), 1U);
  }
}

TEST_F(HelloProbeWithOpenssl, IsAskedForAShareWhenItSentNone) {
  HelloOffer offer = tls13_offer();
  offer.key_shares = {};

  const ServerAnswer answer = ask({}, offer);

  EXPECT_EQ(answer.end, End::read) << answer.defect;
  EXPECT_TRUE(answer.hello_retry);
  EXPECT_EQ(answer.group, kX25519);
}

TEST_F(HelloProbeWithOpenssl, ReadsACertificateBehindARareGroup) {
  HelloOffer offer = tls13_offer();
  for (const Group rare : {Group{0x0019}, Group{0x001e}, Group{0x0100}, Group{0x0104}}) {
    offer.groups = {rare};
    offer.key_shares = {};

    const ServerAnswer answer = ask({}, offer);

    EXPECT_EQ(answer.end, End::read) << answer.defect;
    EXPECT_TRUE(answer.hello_retry);
    EXPECT_EQ(answer.group, rare);
    EXPECT_EQ(answer.certificates.size(), 1U);
  }
}

TEST_F(HelloProbeWithOpenssl, ReadsTheSameFromSingleBytes) {
  for (const HelloOffer& offer : {legacy_offer(kTls10), legacy_offer(kTls12), tls13_offer()}) {
    const ServerAnswer answer = ask({.groups = "P-256"}, offer, 1);

    EXPECT_EQ(answer.end, End::read) << answer.defect;
    EXPECT_EQ(answer.version, offer.versions.front());
    EXPECT_EQ(answer.certificates.size(), 1U);
  }
}

// SEQUENCE { SET { SEQUENCE { commonName, UTF8String "Phone CA" } } }
const Bytes kPhoneCa = {0x30, 0x13, 0x31, 0x11, 0x30, 0x0f, 0x06, 0x03, 0x55, 0x04, 0x03,
                        0x0c, 0x08, 'P',  'h',  'o',  'n',  'e',  ' ',  'C',  'A'};

TEST_F(HelloProbeWithOpenssl, ReadsWhichClientCertificatesAreWanted) {
  for (const Version version : {kTls10, kTls12, kTls13}) {
    const HelloOffer offer = version == kTls13 ? tls13_offer() : legacy_offer(version);

    const ServerAnswer answer = ask({.request_client_certificate = true}, offer);

    ASSERT_TRUE(answer.certificate_request) << name(version) << ": " << answer.defect;
    const CertificateRequest& request = *answer.certificate_request;
    EXPECT_THAT(request.authorities, ElementsAre(kPhoneCa));
    EXPECT_EQ(request.certificate_types.empty(), version == kTls13);
    EXPECT_EQ(request.signature_schemes.empty(), version == kTls10);
  }
}

TEST_F(HelloProbeWithOpenssl, ChoosesTheChainBySuitesUpToTls12AndBySchemesInTls13) {
  const ServerConfig both{.keys = {KeyKind::rsa, KeyKind::p256}};
  HelloOffer rsa12 = legacy_offer(kTls12), ecdsa12 = rsa12;
  rsa12.suites = suites("TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256");
  ecdsa12.suites = suites("TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256");
  HelloOffer rsa13 = tls13_offer(), ecdsa13 = rsa13;
  rsa13.schemes = {SignatureScheme{0x0804}};
  ecdsa13.schemes = {SignatureScheme{0x0403}};

  EXPECT_THAT(ask(both, rsa12).certificates, ElementsAre(OpensslServer::certificate_of(KeyKind::rsa)));
  EXPECT_THAT(ask(both, ecdsa12).certificates, ElementsAre(OpensslServer::certificate_of(KeyKind::p256)));
  EXPECT_THAT(ask(both, rsa13).certificates, ElementsAre(OpensslServer::certificate_of(KeyKind::rsa)));
  EXPECT_THAT(ask(both, ecdsa13).certificates, ElementsAre(OpensslServer::certificate_of(KeyKind::p256)));
}

TEST_F(HelloProbeWithOpenssl, HearsTheAlertOfAServerWithoutTheVersion) {
  const ServerConfig modern{.min_version = TLS1_2_VERSION};

  const ServerAnswer old = ask(modern, legacy_offer(kTls10));
  const ServerAnswer sslv3 = ask(modern, legacy_offer(kSslv3));
  const ServerAnswer tls13 = ask({.max_version = TLS1_2_VERSION}, tls13_offer());

  EXPECT_EQ(old.end, End::alert);
  EXPECT_EQ(old.alert, Alert{70});
  EXPECT_FALSE(old.hello);
  EXPECT_EQ(sslv3.end, End::alert);
  EXPECT_EQ(tls13.end, End::alert);
}

TEST_F(HelloProbeWithOpenssl, TakesALowerVersionAsAnAnswer) {
  const ServerAnswer answer = ask({.max_version = TLS1_VERSION}, legacy_offer(kTls12));

  EXPECT_EQ(answer.end, End::read) << answer.defect;
  EXPECT_EQ(answer.version, kTls10);
  EXPECT_EQ(answer.certificates.size(), 1U);
}

TEST_F(HelloProbeWithOpenssl, ReadsTheSelectedProtocolAtEachVersion) {
  for (HelloOffer offer : {legacy_offer(kTls12), tls13_offer()}) {
    offer.alpn = {"h2", "http/1.1"};

    EXPECT_EQ(ask({.alpn = "http/1.1"}, offer).alpn, "http/1.1");
    EXPECT_THAT(ask({}, offer).alpn, IsEmpty());
  }
}

TEST_F(HelloProbeWithOpenssl, StopsAtTheServerHelloWhenNoMoreIsWanted) {
  for (const HelloOffer& offer : {legacy_offer(kTls12), tls13_offer()}) {
    OpensslServer server({});
    HelloProbe probe(offer, keys_, ReadTo::hello);

    const ServerAnswer answer = interview(server, probe);

    EXPECT_EQ(answer.end, End::read);
    EXPECT_TRUE(answer.hello);
    EXPECT_FALSE(answer.flight_complete);
    EXPECT_FALSE(answer.certificate_seen);
  }
}

TEST_F(HelloProbeWithOpenssl, KeepsOpenedRecordsInClearAsEvidence) {
  const ServerAnswer answer = ask({}, tls13_offer());

  const Bytes certificate = OpensslServer::certificate_of(KeyKind::rsa);
  EXPECT_FALSE(std::ranges::search(answer.flight, certificate).empty());
}

}  // namespace
}  // namespace ucready::tls
