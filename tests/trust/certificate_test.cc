#include "trust/certificate.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <openssl/err.h>

#include "tests/support/certificate_maker.h"

namespace ucready::trust {
namespace {

using support::CertificateRecipe;
using support::MadeCertificate;
using support::make_certificate;

Certificate read(const CertificateRecipe& recipe) { return *read_certificate(make_certificate(recipe).der); }

TEST(Certificate, SaysEverythingOfAnOrdinaryServerCertificate) {
  const MadeCertificate root = make_certificate({.subject = {{"O", "Nordwind"}, {"CN", "NW-Root"}}, .is_ca = true});
  const MadeCertificate made =
      make_certificate({.subject = {{"C", "DE"}, {"O", "Nordwind"}, {"CN", "hh-cucm1.nordwind.example"}},
                        .key = "rsa:2048",
                        .hash = "sha384",
                        .serial = "0123456789abcdef",
                        .not_before = "260103040506Z",
                        .not_after = "281231235959Z",
                        .dns = {"hh-cucm1.nordwind.example", "hh-cucm"},
                        .ip = {"10.0.0.11", "2001:db8:0:0:0:0:0:1"},
                        .eku = "serverAuth,clientAuth,1.3.6.1.5.5.7.3.17",
                        .key_usage = "digitalSignature,keyEncipherment"},
                       &root);

  const Certificate certificate = *read_certificate(made.der);

  EXPECT_EQ(certificate.defect, "");
  EXPECT_EQ(certificate.der, made.der);
  EXPECT_EQ(certificate.sha256.size(), 64U);
  EXPECT_EQ(certificate.subject, "CN=hh-cucm1.nordwind.example,O=Nordwind,C=DE");
  EXPECT_EQ(certificate.issuer, "CN=NW-Root,O=Nordwind");
  EXPECT_EQ(certificate.serial, "0123456789abcdef");
  EXPECT_EQ(certificate.key_type, "rsa");
  EXPECT_EQ(certificate.key_bits, 2048);
  EXPECT_EQ(certificate.curve, "");
  EXPECT_EQ(certificate.signature_algorithm, "ecdsa-with-SHA384");
  EXPECT_EQ(certificate.signature_hash, "sha384");
  EXPECT_EQ(certificate.not_before, "2026-01-03T04:05:06Z");
  EXPECT_EQ(certificate.not_after, "2028-12-31T23:59:59Z");
  EXPECT_EQ(certificate.san, "DNS:hh-cucm1.nordwind.example,DNS:hh-cucm,IP:10.0.0.11,IP:2001:db8::1");
  EXPECT_EQ(certificate.eku, "serverAuth,clientAuth,1.3.6.1.5.5.7.3.17");
  EXPECT_EQ(certificate.key_usage, "digitalSignature,keyEncipherment");
  EXPECT_FALSE(certificate.is_ca);
  EXPECT_FALSE(certificate.self_signed);
}

TEST(Certificate, KnowsASelfSignedAuthority) {
  const Certificate certificate = read({.key_usage = "keyCertSign,cRLSign", .is_ca = true});

  EXPECT_TRUE(certificate.self_signed);
  EXPECT_TRUE(certificate.is_ca);
  EXPECT_EQ(certificate.key_usage, "keyCertSign,cRLSign");
}

TEST(Certificate, IsNotSelfSignedWhenAnotherKeyOfThatNameSignedIt) {
  const MadeCertificate other = make_certificate({.new_key = true});
  const MadeCertificate same_name = make_certificate({}, &other);

  const Certificate certificate = *read_certificate(same_name.der);

  EXPECT_EQ(certificate.subject, certificate.issuer);
  EXPECT_FALSE(certificate.self_signed);
}

struct KeyCase {
  const char* recipe;
  const char* key_type;
  int key_bits;
  const char* curve;
};

class CertificateKey : public testing::TestWithParam<KeyCase> {};

TEST_P(CertificateKey, IsNamedWithItsSizeAndCurve) {
  const Certificate certificate = read({.key = GetParam().recipe});

  EXPECT_EQ(certificate.key_type, GetParam().key_type);
  EXPECT_EQ(certificate.key_bits, GetParam().key_bits);
  EXPECT_EQ(certificate.curve, GetParam().curve);
  EXPECT_TRUE(certificate.self_signed);
}

INSTANTIATE_TEST_SUITE_P(
    Kinds, CertificateKey,
    testing::Values(KeyCase{"rsa:1024", "rsa", 1024, ""}, KeyCase{"rsa-pss:2048", "rsa-pss", 2048, ""},
                    KeyCase{"dsa:1024", "dsa", 1024, ""}, KeyCase{"ed25519", "ed25519", 256, ""},
                    KeyCase{"ed448", "ed448", 456, ""}, KeyCase{"ec:P-256", "ecdsa", 256, "secp256r1"},
                    KeyCase{"ec:P-384", "ecdsa", 384, "secp384r1"}, KeyCase{"ec:P-521", "ecdsa", 521, "secp521r1"},
                    KeyCase{"ec:secp256k1", "ecdsa", 256, "secp256k1"},
                    KeyCase{"ec:prime192v1", "ecdsa", 192, "secp192r1"},
                    KeyCase{"ec:brainpoolP256r1", "ecdsa", 256, "brainpoolP256r1"},
                    KeyCase{"ec-explicit:P-256", "ecdsa", 256, "explicit"}));

struct SignatureCase {
  CertificateRecipe recipe;
  const char* algorithm;
  const char* hash;
};

TEST(Certificate, NamesTheSignatureAndItsHash) {
  const SignatureCase cases[] = {
      {{.key = "rsa:2048", .hash = "sha1"}, "sha1WithRSAEncryption", "sha1"},
      {{.key = "rsa:2048", .hash = "md5"}, "md5WithRSAEncryption", "md5"},
      {{.key = "rsa:2048", .hash = "sha256"}, "sha256WithRSAEncryption", "sha256"},
      {{.key = "rsa:2048", .hash = "sha1", .pss = true}, "rsassaPss", "sha1"},
      {{.key = "rsa:2048", .hash = "sha256", .pss = true}, "rsassaPss", "sha256"},
      {{.key = "rsa-pss:2048", .hash = "sha512"}, "rsassaPss", "sha512"},
      {{.key = "ec:P-256", .hash = "sha1"}, "ecdsa-with-SHA1", "sha1"},
      {{.key = "dsa:1024", .hash = "sha256"}, "dsa_with_SHA256", "sha256"},
      {{.key = "ed25519"}, "ED25519", ""},
      {{.key = "ed448"}, "ED448", ""},
  };
  for (const SignatureCase& one : cases) {
    const Certificate certificate = read(one.recipe);
    EXPECT_EQ(certificate.signature_algorithm, one.algorithm);
    EXPECT_EQ(certificate.signature_hash, one.hash) << one.algorithm;
  }
}

TEST(Certificate, ReadsDatesOfAnyCentury) {
  const Certificate certificate = read({.not_before = "19491231235959Z", .not_after = "99991231235959Z"});

  EXPECT_EQ(certificate.not_before, "1949-12-31T23:59:59Z");
  EXPECT_EQ(certificate.not_after, "9999-12-31T23:59:59Z");
  EXPECT_EQ(read({.not_before = "500101000000Z"}).not_before, "1950-01-01T00:00:00Z");
  EXPECT_EQ(read({.not_after = "491231235959Z"}).not_after, "2049-12-31T23:59:59Z");
}

TEST(Certificate, LeavesADateEmptyThatIsNone) {
  const Certificate certificate = read({.not_before = "soon", .not_after = "20261341000000Z"});

  EXPECT_EQ(certificate.defect, "");
  EXPECT_EQ(certificate.not_before, "");
  EXPECT_EQ(certificate.not_after, "");
  EXPECT_EQ(certificate.subject, "CN=host.example");
}

TEST(Certificate, HasADefectAtEveryTruncationAndNothingElse) {
  const MadeCertificate made = make_certificate({.dns = {"a.example"}, .eku = "serverAuth"});
  for (std::size_t size = 0; size < made.der.size(); ++size) {
    const Certificate certificate = *read_certificate(ByteView(made.der).first(size));
    ASSERT_EQ(certificate.defect, "no X.509 certificate") << size;
    ASSERT_EQ(certificate.der.size(), size);
    ASSERT_EQ(certificate.subject, "");
    ASSERT_EQ(certificate.san, "");
  }
  EXPECT_EQ(ERR_peek_error(), 0UL);
}

TEST(Certificate, RefusesBytesBehindIt) {
  MadeCertificate made = make_certificate({});
  made.der.insert(made.der.end(), {0, 1, 2});

  EXPECT_EQ(read_certificate(made.der)->defect, "bytes after the end of the certificate: 3");
}

TEST(Certificate, IsCutAt64Kilobytes) {
  const MadeCertificate made = make_certificate({.dns = {std::string(70'000, 'a')}});

  const Certificate certificate = *read_certificate(made.der);

  EXPECT_EQ(certificate.defect, "longer than 64 kB; cut there");
  EXPECT_EQ(certificate.der.size(), 65'536U);
}

TEST(Certificate, RefusesAnExtensionThatIsThereTwiceOrNoValueOfItsKind) {
  const Bytes server_auth = {0x30, 0x0a, 0x06, 0x08, 0x2b, 6, 1, 5, 5, 7, 3, 1};

  EXPECT_EQ(read({.eku = "clientAuth", .more = {{"2.5.29.37", server_auth}}}).defect,
            "unreadable extension extendedKeyUsage");
  EXPECT_EQ(read({.more = {{"2.5.29.17", {0x30, 0x05, 0x82, 0x7f}}}}).defect, "unreadable extension subjectAltName");
  EXPECT_EQ(read({.more = {{"1.2.3.4", {0xff}}}}).defect, "");
}

TEST(Certificate, NeverLeavesErrorsInTheLibrarysQueue) {
  read_certificate(as_bytes("garbage"));
  read({.not_before = "soon"});

  EXPECT_EQ(ERR_peek_error(), 0UL);
}

TEST(CertificateCache, GivesTheSameObjectForTheSameBytes) {
  const MadeCertificate made = make_certificate({});
  CertificateCache cache;

  const CertificatePtr first = cache.read(made.der);

  EXPECT_EQ(cache.read(Bytes(made.der)), first);
  EXPECT_EQ(*first, *read_certificate(made.der));
}

TEST(CertificateCache, ForgetsWhatWasNotAskedForLong) {
  const Bytes first = {1}, often = {2};
  CertificateCache cache(8);
  const CertificatePtr forgotten = cache.read(first), kept = cache.read(often);

  for (std::uint8_t i = 10; i < 40; ++i) {
    cache.read(Bytes{i});
    cache.read(often);
  }

  EXPECT_NE(cache.read(first), forgotten);
  EXPECT_EQ(cache.read(often), kept);
}

TEST(CertificateCache, IsBoundedByBytesToo) {
  const Bytes first(1000, 1), second(1000, 2), third(1000, 3);
  CertificateCache cache(4096, 2500);
  const CertificatePtr forgotten = cache.read(first);

  cache.read(second);
  cache.read(third);

  EXPECT_NE(cache.read(first), forgotten);
}

}  // namespace
}  // namespace ucready::trust
