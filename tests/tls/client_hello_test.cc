#include "tls/client_hello.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/tls/hex.h"
#include "tests/tls/offers.h"
#include "tests/tls/rfc8448.h"
#include "tests/tls/truncation.h"
#include "tls/extension.h"

namespace ucready::tls {
namespace {

using testing::Contains;
using testing::Each;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::Not;

ByteView body_of(const Bytes& message) { return ByteView(message).subspan(4); }

ClientHello written(const HelloOffer& offer, const HelloParts& parts = {}) {
  return read_client_hello(body_of(write_client_hello(offer, parts))).value();
}

TEST(ClientHello, OfRfc8448IsReadWithAllItsListsInOrder) {
  const auto hello = read_client_hello(body_of(hex(rfc8448::kSimpleClientHello)));

  ASSERT_TRUE(hello) << hello.error().message;
  EXPECT_EQ(hello->legacy_version, kTls12);
  EXPECT_EQ(hello->random.size(), 32U);
  EXPECT_THAT(hello->session_id, IsEmpty());
  EXPECT_EQ(hello->suites, suites("TLS_AES_128_GCM_SHA256", "TLS_CHACHA20_POLY1305_SHA256", "TLS_AES_256_GCM_SHA384"));
  EXPECT_EQ(hello->server_name, "server");
  EXPECT_THAT(hello->versions, ElementsAre(kTls13));
  EXPECT_EQ(hello->highest_version(), kTls13);
  EXPECT_EQ(hello->groups.size(), 9U);
  EXPECT_EQ(hello->schemes.size(), 15U);
  EXPECT_THAT(hello->key_shares, ElementsAre(Group{0x1d}));
  EXPECT_THAT(hello->psk_modes, ElementsAre(1));
  EXPECT_EQ(hello->extensions.front(), extension::kServerName);
  EXPECT_EQ(hello->extensions.back(), ExtensionType{28});
  EXPECT_THAT(hello->unreadable, IsEmpty());
}

TEST(ClientHello, IsRefusedWhenCutAnywhereButWhereOldOnesEnd) {
  const Bytes message = hex(rfc8448::kSimpleClientHello);
  const std::size_t without_extensions = 2 + 32 + 1 + 2 + 6 + 2;
  for (std::size_t size = 0; size < message.size() - 4; ++size) {
    const bool read = read_client_hello(body_of(message).first(size)).has_value();
    EXPECT_EQ(read, size == without_extensions) << size;
  }
}

TEST(ClientHello, KeepsUnknownNumbersAndGrease) {
  const Bytes body = hex("0303" + std::string(64, '0') + "00 0004 3a3a1a2b 0100 0004 0a0a0000");

  const auto hello = read_client_hello(body);

  ASSERT_TRUE(hello);
  EXPECT_THAT(hello->suites, ElementsAre(CipherSuite{0x3a3a}, CipherSuite{0x1a2b}));
  EXPECT_THAT(hello->extensions, ElementsAre(ExtensionType{0x0a0a}));
}

TEST(ClientHello, NamesTheExtensionItCannotRead) {
  // supported_groups with an odd length, then a server_name that is fine.
  const Bytes body =
      hex("0303" + std::string(64, '0') + "00 0002 002f 0100 0013 000a0005 0003 001d00 0000 0006 0004 00 0001 61");

  const auto hello = read_client_hello(body);

  ASSERT_TRUE(hello) << hello.error().message;
  EXPECT_THAT(hello->unreadable, ElementsAre(extension::kSupportedGroups));
  EXPECT_EQ(hello->server_name, "a");
}

TEST(ClientHello, InSslv2FormIsReadWithoutSslv2Suites) {
  const Bytes record = hex("01 0301 0006 0000 0004 00002f 010080 01020304");

  const auto hello = read_sslv2_client_hello(record);

  ASSERT_TRUE(hello) << hello.error().message;
  EXPECT_TRUE(hello->sslv2_form);
  EXPECT_EQ(hello->highest_version(), kTls10);
  EXPECT_THAT(hello->suites, ElementsAre(CipherSuite{0x002f}));
  EXPECT_EQ(to_hex(hello->random), "01020304");
  expect_every_truncation_is_refused(record, read_sslv2_client_hello);
}

TEST(WrittenClientHello, SaysExactlyWhatWasOffered) {
  HelloOffer offer = tls13_offer();
  offer.server_name = "cucm.example.com";
  offer.alpn = {"h2", "http/1.1"};
  offer.schemes_cert = {SignatureScheme{0x0401}};
  const KeyShareEntry share{Group{0x1d}, as_bytes("a share")};
  HelloParts parts;
  parts.key_shares = {&share, 1};
  parts.cookie = as_bytes("a cookie");

  const ClientHello hello = written(offer, parts);

  EXPECT_EQ(hello.legacy_version, kTls12);
  EXPECT_EQ(hello.session_id.size(), 32U);
  EXPECT_EQ(hello.versions, offer.versions);
  EXPECT_EQ(hello.suites, offer.suites);
  EXPECT_EQ(hello.groups, offer.groups);
  EXPECT_EQ(hello.schemes, offer.schemes);
  EXPECT_EQ(hello.schemes_cert, offer.schemes_cert);
  EXPECT_EQ(hello.alpn, offer.alpn);
  EXPECT_EQ(hello.server_name, offer.server_name);
  EXPECT_THAT(hello.key_shares, ElementsAre(Group{0x1d}));
  EXPECT_EQ(as_text(hello.cookie), "a cookie");
  EXPECT_THAT(hello.compressions, ElementsAre(0));
  EXPECT_THAT(hello.point_formats, ElementsAre(0));
  EXPECT_THAT(hello.unreadable, IsEmpty());
}

TEST(WrittenClientHello, HasNoTls13ExtensionsBelowTls13) {
  const ClientHello hello = written(legacy_offer(kTls12));

  EXPECT_EQ(hello.legacy_version, kTls12);
  EXPECT_THAT(hello.session_id, IsEmpty());
  for (const ExtensionType type :
       {extension::kSupportedVersions, extension::kKeyShare, extension::kPskKeyExchangeModes}) {
    EXPECT_FALSE(hello.has(type)) << name(type);
  }
  EXPECT_TRUE(hello.has(extension::kSignatureAlgorithms));
  EXPECT_TRUE(hello.has(extension::kExtendedMasterSecret));
  EXPECT_TRUE(hello.has(extension::kSessionTicket));
  EXPECT_TRUE(hello.has(extension::kRenegotiationInfo));
}

TEST(WrittenClientHello, NamesSignatureSchemesFromTls12On) {
  EXPECT_FALSE(written(legacy_offer(kTls11)).has(extension::kSignatureAlgorithms));
}

TEST(WrittenClientHello, OfSslv3HasNoExtensionsAndSignalsSafeRenegotiation) {
  const ClientHello hello = written(legacy_offer(kSslv3));

  EXPECT_EQ(hello.legacy_version, kSslv3);
  EXPECT_THAT(hello.extensions, IsEmpty());
  EXPECT_EQ(hello.suites.back(), CipherSuite{0x00ff});
}

TEST(WrittenClientHello, HasNoGroupsWhereNoneAreOffered) {
  HelloOffer offer = legacy_offer(kTls12);
  offer.groups = {};

  const ClientHello hello = written(offer);

  EXPECT_THAT(hello.extensions, Not(Contains(extension::kSupportedGroups)));
  EXPECT_THAT(hello.extensions, Not(Contains(extension::kEcPointFormats)));
}

TEST(WrittenClientHello, IsNeverOf256To511Bytes) {
  HelloOffer offer = legacy_offer(kTls12);
  bool padded = false;
  for (std::size_t length = 1; length < 400; ++length) {
    offer.server_name = std::string(length, 'a');

    const Bytes message = write_client_hello(offer, {});

    EXPECT_TRUE(message.size() < 256 || message.size() >= 512) << message.size();
    const ClientHello hello = read_client_hello(body_of(message)).value();
    EXPECT_EQ(hello.server_name, offer.server_name);
    padded = padded || hello.has(extension::kPadding);
  }
  EXPECT_TRUE(padded);
}

}  // namespace
}  // namespace ucready::tls
