#include "passive/offer.h"

#include <gtest/gtest.h>

#include "passive/ja3s_book.h"
#include "tests/passive/hello_maker.h"
#include "tls/extension.h"
#include "trust/digest.h"

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

template <typename Point>
std::vector<Point> points(std::initializer_list<std::uint16_t> numbers) {
  std::vector<Point> made;
  for (const std::uint16_t number : numbers) made.push_back(Point{number});
  return made;
}

// Chrome's, as the programs that publish JA4 print it, and what stands beside it as JA4_ro.
TEST(Offer, HasTheJa4ThatIsPublishedOfChrome) {
  tls::ClientHello hello;
  hello.legacy_version = tls::kTls12;
  hello.versions = {tls::Version{0x1a1a}, tls::kTls13, tls::kTls12};
  hello.suites = points<tls::CipherSuite>({0x2a2a, 0x1301, 0x1302, 0x1303, 0xc02b, 0xc02f, 0xc02c, 0xc030, 0xcca9,
                                           0xcca8, 0xc013, 0xc014, 0x009c, 0x009d, 0x002f, 0x0035});
  hello.extensions =
      points<tls::ExtensionType>({0x3a3a, 0x000d, 0x0000, 0x000a, 0x0005, 0x000b, 0x002b, 0x001b, 0xff01, 0x0033,
                                  0x4469, 0x002d, 0x0023, 0x0017, 0x0012, 0x0010, 0x4a4a, 0x0015});
  hello.schemes = points<tls::SignatureScheme>({0x0403, 0x0804, 0x0401, 0x0503, 0x0805, 0x0501, 0x0806, 0x0601});
  hello.alpn = {"h2", "http/1.1"};

  EXPECT_EQ(ja4(hello), "t13d1516h2_8daaf6152771_e5627efa2ab1");

  hello.alpn = {"http/1.1"};
  EXPECT_EQ(ja4(hello).substr(0, 10), "t13d1516h1");
  std::erase(hello.extensions, tls::extension::kServerName);
  EXPECT_EQ(ja4(hello).substr(0, 10), "t13i1515h1");
}

// The examples of JA3's own description.
TEST(Offer, HasTheJa3ThatIsPublished) {
  tls::ClientHello hello;
  hello.legacy_version = tls::kTls10;
  hello.suites = points<tls::CipherSuite>({47, 53, 5, 10, 49161, 49162, 49171, 49172, 50, 56, 19, 4});
  hello.extensions = points<tls::ExtensionType>({0, 10, 11});
  hello.groups = points<tls::Group>({23, 24, 25});
  hello.point_formats = {0};
  EXPECT_EQ(to_hex(trust::md5(as_bytes(ja3_text(hello)))), "ada70206e40642a3e4461f35503241d5");

  tls::ClientHello bare;
  bare.legacy_version = tls::kTls10;
  bare.suites = points<tls::CipherSuite>({4, 5, 10, 9, 100, 98, 3, 6, 19, 18, 99});
  EXPECT_EQ(to_hex(trust::md5(as_bytes(ja3_text(bare)))), "de350869b8c85de67a350c8d186f11e6");

  // As tshark and nDPI print it of a server's answer to Safari.
  tls::ServerHello answer;
  answer.legacy_version = answer.version = tls::kTls12;
  answer.suite = tls::CipherSuite{52392};
  answer.extensions = points<tls::ExtensionType>({65281, 0, 11, 16, 23});
  Ja3sBook book;
  EXPECT_EQ(book.read(answer), "f9fcb52580329fb6a9b61d7542087b90");
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
