#include "passive/offer_book.h"

#include <gtest/gtest.h>

#include "tls/client_hello.h"

namespace ucready::passive {
namespace {

tls::HelloOffer plain_offer() {
  tls::HelloOffer offer;
  offer.versions = {tls::kTls13, tls::kTls12};
  offer.suites = {{0x1301}, {0xc02b}, {0xc02f}};
  offer.groups = {{29}, {23}};
  offer.schemes = {{0x0403}, {0x0804}};
  offer.key_shares = {{29}};
  offer.server_name = "cucm-pub.nordwind.test";
  return offer;
}

Bytes hello(const tls::HelloOffer& offer, std::uint8_t seed) {
  const Bytes share(32, seed);
  const tls::KeyShareEntry entry{{29}, share};
  tls::HelloParts parts;
  parts.random.fill(seed);
  parts.session_id.fill(seed);
  parts.key_shares = std::span(&entry, 1);
  return tls::write_client_hello(offer, parts);
}

TEST(OfferBook, KnowsAClientAgainWhateverItsRandomsAndTheNameItAsksFor) {
  OfferBook book;
  tls::HelloOffer elsewhere = plain_offer();
  elsewhere.server_name = "imp.nordwind.test";
  const auto first = book.offer_of(hello(plain_offer(), 1));
  EXPECT_EQ(first, book.offer_of(hello(plain_offer(), 2)));
  EXPECT_EQ(first->offer_id, book.offer_of(hello(elsewhere, 3))->offer_id);
  EXPECT_EQ(first->ciphers,
            "TLS_AES_128_GCM_SHA256,TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256,TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256");
  EXPECT_EQ(first->versions, "TLSv1.3,TLSv1.2");
  EXPECT_EQ(first->highest, tls::kTls13);
}

TEST(OfferBook, TellsClientsApartByTheOrderOfTheirLists) {
  OfferBook book;
  tls::HelloOffer other = plain_offer();
  std::swap(other.suites[1], other.suites[2]);
  EXPECT_NE(book.offer_of(hello(plain_offer(), 1))->offer_id, book.offer_of(hello(other, 1))->offer_id);
}

TEST(OfferBook, KeepsAMalformedHelloAsBytes) {
  OfferBook book;
  Bytes message = hello(plain_offer(), 1);
  message.resize(60);
  const auto kept = book.offer_of(message);
  ASSERT_NE(kept, nullptr);
  EXPECT_EQ(kept->hello, message);
  EXPECT_EQ(kept->ciphers, "");
  EXPECT_EQ(kept->ja3, "");
}

TEST(OfferBook, StaysBoundedWhenEveryHelloIsAnother) {
  OfferBook book;
  for (std::uint16_t i = 0; i < 20'000; ++i) {
    tls::HelloOffer offer = plain_offer();
    offer.suites.push_back({i});
    ASSERT_NE(book.offer_of(hello(offer, 1)), nullptr);
  }
}

}  // namespace
}  // namespace ucready::passive
