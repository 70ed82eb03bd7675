#include "tls/tls13_keys.h"

#include <gtest/gtest.h>

#include "tests/tls/hex.h"
#include "tests/tls/rfc8448.h"
#include "tls/handshake.h"
#include "tls/hello_probe.h"

namespace ucready::tls {
namespace {

constexpr CipherSuite kAes128Gcm{0x1301};

Bytes operator+(Bytes left, const Bytes& right) {
  left.insert(left.end(), right.begin(), right.end());
  return left;
}

RecordOpener::Opened open_flight(RecordOpener& opener, const Bytes& record) {
  const ByteView view = record;
  return opener.open(view.first(kRecordHeaderBytes), view.subspan(kRecordHeaderBytes)).value();
}

TEST(Tls13Keys, ReproduceTheSimpleHandshakeOfRfc8448) {
  const Bytes shared = hex("8bd4054fb55b9d63fdfbacf9f04b9f0d35e6d63f537563efd46272900f89492d");
  const Bytes transcript = hex(rfc8448::kSimpleClientHello) + hex(rfc8448::kSimpleServerHello);

  const Secret hash = transcript_hash(kAes128Gcm, transcript);
  const HandshakeSecrets secrets = derive_handshake_secrets(kAes128Gcm, shared, hash.view());

  EXPECT_EQ(to_hex(hash.view()), "860c06edc07858ee8e78f0e7428c58edd6b43f2ca3e6e95f02ed063cf0e1cad8");
  EXPECT_EQ(to_hex(secrets.client.view()), "b3eddb126e067f35a780b3abf45e2d8f3b1a950738f52e9600746a0e27a55a21");
  EXPECT_EQ(to_hex(secrets.server.view()), "b67b7d690cc16c4e75e54213cb2d37b4e9c912bcded9105d42befd59d391ad38");

  RecordOpener opener(kAes128Gcm, secrets.server.view());
  const auto opened = open_flight(opener, hex(rfc8448::kSimpleFlight));
  const std::string content = to_hex(opened.content);
  EXPECT_EQ(opened.type, ContentType::handshake);
  EXPECT_TRUE(content.starts_with("080000240022000a0014001200"));
  EXPECT_TRUE(content.ends_with("140000209b9b141d906337fbd2cbdce71df4deda4ab42c309572cb7fffee5454b78f0718"));
}

TEST(Tls13Keys, ReproduceTheHelloRetryRequestOfRfc8448) {
  const Bytes shared = hex("c142ce13ca11b5c2233652e63ad3d97844f1621fbfb9de69d547dc8fedeabeb4");
  ByteWriter first_hello;
  write_handshake(first_hello, HandshakeType::message_hash,
                  [&] { first_hello.bytes(transcript_hash(kAes128Gcm, hex(rfc8448::kRetryClientHello1)).view()); });
  const Bytes transcript = first_hello.view() + hex(rfc8448::kRetryRequest) + hex(rfc8448::kRetryClientHello2) +
                           Bytes(175) + hex(rfc8448::kRetryServerHello);

  const HandshakeSecrets secrets =
      derive_handshake_secrets(kAes128Gcm, shared, transcript_hash(kAes128Gcm, transcript).view());

  EXPECT_EQ(to_hex(secrets.client.view()), "158aa7ab8855073582b41d674b4055cabcc534728f659314861b4e08e2011566");
  EXPECT_EQ(to_hex(secrets.server.view()), "3403e781e2af7b6508da28574f6e95a1abf162de83a97927c37672a4a0cef8a1");

  RecordOpener opener(kAes128Gcm, secrets.server.view());
  const std::string content = to_hex(open_flight(opener, hex(rfc8448::kRetryFlight)).content);
  EXPECT_TRUE(content.starts_with("080000180016000a0008000600"));
  EXPECT_TRUE(content.ends_with("140000208863e6bfb0420a927fa27f34336a70ae426e968e3eb884945b96856dba3976d1"));
}

TEST(RecordOpener, RefusesAChangedAShortAndARepeatedRecord) {
  const Bytes secret = hex("b67b7d690cc16c4e75e54213cb2d37b4e9c912bcded9105d42befd59d391ad38");
  const Bytes good = hex(rfc8448::kSimpleFlight);
  Bytes changed = good;
  changed.back() ^= 1;
  const auto open = [&](RecordOpener& opener, ByteView record) {
    return opener.open(record.first(kRecordHeaderBytes), record.subspan(kRecordHeaderBytes));
  };

  RecordOpener fresh(kAes128Gcm, secret);
  EXPECT_FALSE(open(fresh, changed));
  EXPECT_FALSE(open(fresh, ByteView(good).first(kRecordHeaderBytes + 16)));

  RecordOpener used(kAes128Gcm, secret);
  EXPECT_TRUE(open(used, good));
  EXPECT_FALSE(open(used, good)) << "its sequence number has moved on";
}

TEST(Tls13Keys, ExistForTheFiveSuitesOfRfc8446) {
  for (std::uint16_t suite = 0x1301; suite <= 0x1305; ++suite) EXPECT_TRUE(has_tls13_keys(CipherSuite{suite}));
  EXPECT_FALSE(has_tls13_keys(CipherSuite{0x1306}));
  EXPECT_FALSE(has_tls13_keys(CipherSuite{0xc02f}));
}

class KeySharesOf : public testing::TestWithParam<Group> {};

TEST_P(KeySharesOf, AgreeFromBothSidesAgainAndAgain) {
  KeyShares client, server;
  const ByteView client_share = client.public_share(GetParam());
  const ByteView server_share = server.public_share(GetParam());
  ASSERT_FALSE(client_share.empty());

  for (int round = 0; round < 3; ++round) {
    const Bytes secret = client.agree(GetParam(), server_share);
    EXPECT_FALSE(secret.empty());
    EXPECT_EQ(secret, server.agree(GetParam(), client_share));
  }
}

TEST_P(KeySharesOf, RefuseWhatIsNoPointAndStillWorkAfterwards) {
  KeyShares client, server;
  const ByteView share = server.public_share(GetParam());

  EXPECT_TRUE(client.agree(GetParam(), Bytes(share.size())).empty());
  EXPECT_TRUE(client.agree(GetParam(), share.first(share.size() - 1)).empty());
  EXPECT_TRUE(client.agree(GetParam(), {}).empty());
  EXPECT_FALSE(client.agree(GetParam(), share).empty());
}

INSTANTIATE_TEST_SUITE_P(EachGroup, KeySharesOf, testing::Values(Group{0x1d}, Group{0x17}, Group{0x18}));

TEST(KeyShares, HaveNoneOfOtherGroups) {
  KeyShares keys;

  constexpr Group kBrainpool{0x1a};
  EXPECT_FALSE(KeyShares::supports(kBrainpool));
  EXPECT_TRUE(keys.public_share(kBrainpool).empty());
  EXPECT_TRUE(keys.agree(kBrainpool, Bytes(65)).empty());
}

}  // namespace
}  // namespace ucready::tls
