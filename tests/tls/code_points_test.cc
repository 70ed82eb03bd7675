#include "tls/code_points.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

namespace ucready::tls {
namespace {

SuiteFacts facts_of(std::string_view suite) { return facts(parse_cipher_suite(suite).value()); }

TEST(CodePoints, HaveTheNamesOfTheirRegistries) {
  EXPECT_EQ(name(kTls12), "TLSv1.2");
  EXPECT_EQ(name(kSslv3), "SSLv3");
  EXPECT_EQ(name(CipherSuite{0xc02f}), "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256");
  EXPECT_EQ(name(CipherSuite{0x0002}), "TLS_RSA_WITH_NULL_SHA");
  EXPECT_EQ(name(Group{0x001d}), "x25519");
  EXPECT_EQ(name(Group{0x11ec}), "X25519MLKEM768");
  EXPECT_EQ(name(SignatureScheme{0x0403}), "ecdsa_secp256r1_sha256");
  EXPECT_EQ(name(ExtensionType{35}), "session_ticket");
  EXPECT_EQ(name(Alert{48}), "unknown_ca");
}

TEST(CodePoints, WithoutANameAreHexadecimal) {
  EXPECT_EQ(name(CipherSuite{0x1a2b}), "0x1a2b");
  EXPECT_EQ(name(Group{0x0003}), "sect163r2");
  EXPECT_EQ(name(Group{0x0099}), "0x0099");
  EXPECT_EQ(name(Alert{0x5b}), "0x5b");
  EXPECT_EQ(name(Version{0x0305}), "0x0305");
}

TEST(CodePoints, KnowSignallingAndGreaseValues) {
  EXPECT_EQ(name(CipherSuite{0x00ff}), "TLS_EMPTY_RENEGOTIATION_INFO_SCSV");
  EXPECT_EQ(name(CipherSuite{0x5600}), "TLS_FALLBACK_SCSV");
  EXPECT_TRUE(is_signalling(CipherSuite{0x00ff}));
  EXPECT_FALSE(is_signalling(CipherSuite{0xc02f}));
  EXPECT_EQ(name(CipherSuite{0x3a3a}), "grease_0x3A3A");
  EXPECT_TRUE(is_grease(0xfafa));
  EXPECT_FALSE(is_grease(0xfa0a));
  EXPECT_FALSE(is_grease(0x0b0b));
}

TEST(CodePoints, AreReadFromNamesAndFromHexadecimal) {
  EXPECT_EQ(parse_version("TLSv1.3"), kTls13);
  EXPECT_EQ(parse_cipher_suite("TLS_FALLBACK_SCSV"), CipherSuite{0x5600});
  EXPECT_EQ(parse_cipher_suite("0x1a2b"), CipherSuite{0x1a2b});
  EXPECT_EQ(parse_group("grease_0x3A3A"), Group{0x3a3a});
  EXPECT_EQ(parse_signature_scheme("ed25519"), SignatureScheme{0x0807});
  EXPECT_EQ(parse_group("X25519"), std::nullopt);
  EXPECT_EQ(parse_group("0x1a2b3"), std::nullopt);
  EXPECT_EQ(parse_group("0x"), std::nullopt);
  EXPECT_EQ(parse_group(""), std::nullopt);
}

TEST(CodePoints, StandInTheRegistriesOnceAndInOrder) {
  const auto strictly_rising = [](auto registry) {
    return std::ranges::adjacent_find(registry, [](const auto& a, const auto& b) { return a.point >= b.point; }) ==
           registry.end();
  };

  EXPECT_TRUE(strictly_rising(all_cipher_suites()));
  EXPECT_TRUE(strictly_rising(all_groups()));
  EXPECT_TRUE(strictly_rising(all_signature_schemes()));
  EXPECT_TRUE(strictly_rising(all_extension_types()));
  EXPECT_TRUE(strictly_rising(all_alerts()));
}

TEST(CodePoints, ComeBackFromTheirNames) {
  const std::set<std::uint16_t> shares_its_name = {0xffe0, 0xffe1};  // With 0xfeff and 0xfefe.
  for (const auto& row : all_cipher_suites()) {
    if (shares_its_name.contains(row.point.value)) continue;
    EXPECT_EQ(parse_cipher_suite(row.name), row.point);
  }
  for (const auto& row : all_groups()) EXPECT_EQ(parse_group(row.name), row.point);
  for (const auto& row : all_signature_schemes()) EXPECT_EQ(parse_signature_scheme(row.name), row.point);
}

TEST(SuiteFacts, AreReadFromTheName) {
  const SuiteFacts modern = facts_of("TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256");
  EXPECT_EQ(modern.key_exchange, KeyExchange::ecdhe);
  EXPECT_EQ(modern.authentication, Authentication::ecdsa);
  EXPECT_TRUE(modern.aead);
  EXPECT_TRUE(modern.tls12_only);
  EXPECT_TRUE(modern.forward_secret);

  const SuiteFacts null = facts_of("TLS_RSA_WITH_NULL_SHA");
  EXPECT_EQ(null.key_exchange, KeyExchange::rsa);
  EXPECT_TRUE(null.null_encryption);
  EXPECT_FALSE(null.aead);
  EXPECT_FALSE(null.tls12_only);
  EXPECT_FALSE(null.forward_secret);

  const SuiteFacts exported = facts_of("TLS_RSA_EXPORT_WITH_RC4_40_MD5");
  EXPECT_TRUE(exported.export_grade);
  EXPECT_TRUE(exported.rc4);

  EXPECT_TRUE(facts_of("SSL_RSA_FIPS_WITH_3DES_EDE_CBC_SHA").triple_des);
  EXPECT_EQ(facts_of("SSL_RSA_FIPS_WITH_3DES_EDE_CBC_SHA").key_exchange, KeyExchange::rsa);
}

TEST(SuiteFacts, TellAnonymousSuitesFromStaticOnes) {
  EXPECT_EQ(facts_of("TLS_DH_anon_WITH_AES_128_CBC_SHA").authentication, Authentication::none);
  EXPECT_EQ(facts_of("TLS_DH_anon_WITH_AES_128_CBC_SHA").key_exchange, KeyExchange::dhe);
  EXPECT_EQ(facts_of("TLS_DH_RSA_WITH_AES_128_CBC_SHA").key_exchange, KeyExchange::dh);
  EXPECT_EQ(facts_of("TLS_ECDH_ECDSA_WITH_AES_128_CBC_SHA").key_exchange, KeyExchange::ecdh);
}

TEST(SuiteFacts, KnowWhatBelongsToTls13) {
  for (const char* suite : {"TLS_AES_128_CCM_8_SHA256", "TLS_SM4_GCM_SM3", "TLS_GOSTR341112_256_WITH_MAGMA_MGM_L"}) {
    EXPECT_EQ(facts_of(suite).key_exchange, KeyExchange::tls13) << suite;
    EXPECT_EQ(facts_of(suite).authentication, Authentication::by_scheme) << suite;
  }
}

TEST(SuiteFacts, LetPskSuitesWithSha2MacsBelowTls12) {
  EXPECT_FALSE(facts_of("TLS_PSK_WITH_AES_128_CBC_SHA256").tls12_only);
  EXPECT_TRUE(facts_of("TLS_RSA_WITH_AES_128_CBC_SHA256").tls12_only);
}

TEST(SuiteFacts, AreKnownForEveryRegisteredSuiteAndForNoOther) {
  for (const auto& row : all_cipher_suites()) {
    const bool known = facts(row.point).key_exchange != KeyExchange::unknown;
    EXPECT_EQ(known, !is_signalling(row.point)) << row.name;
  }
  EXPECT_EQ(facts(CipherSuite{0x1a2b}).key_exchange, KeyExchange::unknown);
}

}  // namespace
}  // namespace ucready::tls
