#include "passive/offer.h"

#include <gtest/gtest.h>

#include "tests/passive/hello_maker.h"

namespace ucready::passive {
namespace {

db::ClientOfferPtr offer_of(OfferBook& book, const MadeHello& hello) {
  HelloFields fields;
  return book.read(hello.message(), false, fields);
}

TEST(Offer, WritesItsListsInWireOrderWithoutGrease) {
  OfferBook book;
  const auto offer = offer_of(book, {});
  ASSERT_TRUE(offer);
  EXPECT_EQ(offer->versions, "TLSv1.3,TLSv1.2");
  EXPECT_EQ(offer->ciphers, "TLS_AES_128_GCM_SHA256,TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256");
  EXPECT_EQ(offer->groups, "x25519,secp256r1");
  EXPECT_EQ(offer->signature_schemes, "ecdsa_secp256r1_sha256,rsa_pss_rsae_sha256");
  EXPECT_EQ(offer->alpn, "h2,http/1.1");
  EXPECT_EQ(offer->highest, tls::kTls13);
  EXPECT_EQ(offer->offer_id.size(), 64U);
}

// MD5 and SHA-256 of the texts as `md5sum` and `sha256sum` give them.
TEST(Offer, IsLabelledAsPublished) {
  const auto hello = tls::read_client_hello(ByteView(MadeHello{}.message()).subspan(4));
  ASSERT_TRUE(hello);
  EXPECT_EQ(ja3_text(*hello), "771,4865-49199,0-10-11-13-16-43-51,29-23,0");
  EXPECT_EQ(ja4(*hello).substr(0, 10), "t13d0207h2");
  EXPECT_EQ(ja4(*hello), "t13d0207h2_c1929292aa6b_078775ef5e04");
  OfferBook book;
  EXPECT_EQ(offer_of(book, {})->ja3, "f35d08c46026a7c8edfab6e19cef8620");
}

TEST(Offer, OfNothingButSuitesHasZerosForTheRest) {
  tls::ClientHello hello;
  hello.legacy_version = tls::kSslv3;
  EXPECT_EQ(ja4(hello), "ts3i000000_000000000000_000000000000");
  hello.alpn = {"\xab\xcd"};
  EXPECT_EQ(ja4(hello).substr(0, 10), "ts3i0000ad");
}

TEST(Offer, IsTheSameWhateverChangesFromConnectionToConnection) {
  OfferBook book;
  const auto first = offer_of(book, {});
  MadeHello other;
  other.random = Bytes(32, 0x77);
  other.session_id = Bytes(32, 0x55);
  other.share = Bytes(32, 0x33);
  other.server_name = "other-name.nordwind.example";
  other.grease = 0xfafa;
  EXPECT_EQ(offer_of(book, other), first);
  EXPECT_EQ(book.made(), 1U);
}

TEST(Offer, DiffersInEverythingElse) {
  OfferBook book;
  const auto first = offer_of(book, {});
  const std::vector<void (*)(MadeHello&)> changes = {
      [](MadeHello& hello) { hello.suites.pop_back(); },
      [](MadeHello& hello) { std::swap(hello.suites[0], hello.suites[1]); },
      [](MadeHello& hello) { hello.groups.pop_back(); },
      [](MadeHello& hello) { hello.schemes.pop_back(); },
      [](MadeHello& hello) { hello.alpn.pop_back(); },
      [](MadeHello& hello) { hello.versions.pop_back(); },
      [](MadeHello& hello) { hello.server_name.clear(); },
  };
  for (const auto change : changes) {
    MadeHello other;
    change(other);
    EXPECT_NE(offer_of(book, other)->offer_id, first->offer_id);
  }
}

TEST(Offer, HasNoFingerprintInAnyTruncation) {
  OfferBook book;
  const Bytes whole = MadeHello{}.message();
  for (std::size_t size = 4; size + 1 < whole.size(); ++size) {
    constexpr std::size_t kWithoutExtensions = 81;  // A hello too, of the time before there were any.
    if (size == kWithoutExtensions) continue;
    HelloFields fields;
    EXPECT_EQ(book.read(ByteView(whole).first(size), false, fields)->ja3, "") << size;
  }
}

}  // namespace
}  // namespace ucready::passive
