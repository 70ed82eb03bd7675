#include "passive/decapsulation.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tests/passive/carriers.h"

namespace ucready::passive {
namespace {

class Decapsulation : public testing::Test {
 protected:
  Decapsulator decapsulator;
  Segment segment;
};

TEST_F(Decapsulation, FindsTheSegmentInWhateverCarriesIt) {
  for (const Carrier& carrier : carriers()) {
    SCOPED_TRACE(carrier.name);

    ASSERT_TRUE(decapsulator.unwrap(packet_of(carrier.bytes, carrier.link_type), segment));

    EXPECT_EQ(segment.from, carrier.v6 ? kPhone6 : kPhone);
    EXPECT_EQ(segment.to, carrier.v6 ? kServer6 : kServer);
    EXPECT_EQ(segment.sequence, 1000U);
    EXPECT_EQ(segment.acknowledgement, 2000U);
    EXPECT_EQ(segment.flags, kAck | kPush);
    EXPECT_EQ(as_text(segment.payload), kHello);
    EXPECT_EQ(segment.cut, 0U);
    EXPECT_EQ(segment.time_ns, 1'700'000'000'123'456'789);
  }
  EXPECT_EQ(decapsulator.counts().segments, carriers().size());
  EXPECT_EQ(decapsulator.counts().malformed, 0U);
}

TEST_F(Decapsulation, SaysHowMuchASnapLengthCut) {
  for (const Carrier& carrier : carriers()) {
    if (carrier.name == "ethernet with padding") continue;
    std::size_t found = 0;
    for (std::size_t size = 0; size < carrier.bytes.size(); ++size) {
      SCOPED_TRACE(carrier.name + " cut at " + std::to_string(size));
      const Bytes captured(carrier.bytes.begin(), carrier.bytes.begin() + static_cast<std::ptrdiff_t>(size));
      Packet packet = packet_of(captured, carrier.link_type);
      packet.wire_bytes = static_cast<std::uint32_t>(carrier.bytes.size());
      if (!decapsulator.unwrap(packet, segment)) continue;
      ++found;
      EXPECT_EQ(segment.payload.size() + segment.cut, kHello.size());
      EXPECT_TRUE(kHello.starts_with(as_text(segment.payload)));
      EXPECT_EQ(segment.sequence, 1000U);
    }
    EXPECT_EQ(found, kHello.size()) << carrier.name;
  }
}

// As an access server wrapped the padded acknowledgements of a load balancer: the IP header counts six bytes that the
// PPPoE header does not, and they lie in the frame as its padding.
TEST_F(Decapsulation, TakesNoPaddingForPayloadWhatTheHeaderInsideSays) {
  const Bytes acknowledgement = ipv4(6, hex("c000 13c5 00000001 00000002 5010 0862 0000 0000 000000000000"));
  const Bytes frame = ethernet("8100", joined({hex("0e78 8100 09aa 8864 1100 0f07 002a 0021"), acknowledgement}));

  ASSERT_TRUE(decapsulator.unwrap(packet_of(frame), segment));

  EXPECT_TRUE(segment.payload.empty());
  EXPECT_EQ(segment.cut, 0U);

  // The next packet is measured by itself.
  const Bytes whole = v4_hello();
  Packet cut = packet_of(ByteView(whole).first(whole.size() - 4), kLinkTypeRaw);
  cut.wire_bytes = static_cast<std::uint32_t>(whole.size());
  ASSERT_TRUE(decapsulator.unwrap(cut, segment));
  EXPECT_EQ(segment.cut, 4U);
}

TEST_F(Decapsulation, GivesASegmentWhoseOptionsWereCut) {
  Bytes tcp = tcp_of_hello();
  tcp.at(12) = 0x80;  // Twelve bytes of options, which are the first of the hello.
  const Bytes whole = ipv4(6, tcp);
  const Bytes captured(whole.begin(), whole.begin() + 44);
  Packet packet = packet_of(captured, kLinkTypeRaw);
  packet.wire_bytes = static_cast<std::uint32_t>(whole.size());

  ASSERT_TRUE(decapsulator.unwrap(packet, segment));

  EXPECT_TRUE(segment.payload.empty());
  EXPECT_EQ(segment.cut, kHello.size() - 12);
}

TEST_F(Decapsulation, TakesALengthOfZeroAsLeftToTheNetworkCard) {
  Bytes v4 = v4_hello();
  v4.at(2) = v4.at(3) = 0;
  Bytes v6 = v6_hello();
  v6.at(4) = v6.at(5) = 0;

  ASSERT_TRUE(decapsulator.unwrap(packet_of(v4, kLinkTypeRaw), segment));
  EXPECT_EQ(as_text(segment.payload), kHello);
  ASSERT_TRUE(decapsulator.unwrap(packet_of(v6, kLinkTypeRaw), segment));
  EXPECT_EQ(as_text(segment.payload), kHello);
}

TEST_F(Decapsulation, PassesOverWhatCarriesNoTcp) {
  const Bytes nothing[] = {
      ethernet("0806", hex("0001")),                // ARP
      ethernet("0026", hex("424203 0000")),         // Spanning tree
      ethernet_frame_of(ipv4(1, hex("0800"))),      // ICMP
      ethernet_frame_of(udp(5060, frame_hello())),  // A port that is no tunnel
      ethernet_frame_of(udp(4789, joined({hex("00000000 00006400"), frame_hello()}))),
      ethernet_frame_of(udp(2152, hex("32 01 0004 00000000 00000000"))),   // An echo request
      ethernet_frame_of(udp(1701, hex("c802 0014 0000 0000 0000 0000"))),  // Control
      ethernet_frame_of(ipv4(50, hex("00000001"))),                        // Encrypted
  };
  for (const Bytes& frame : nothing) EXPECT_FALSE(decapsulator.unwrap(packet_of(frame), segment)) << to_hex(frame);
  EXPECT_EQ(decapsulator.counts().malformed, 0U);
  EXPECT_EQ(decapsulator.counts().packets, std::size(nothing));
}

TEST_F(Decapsulation, CountsWhatContradictsItself) {
  Bytes short_header = v4_hello();
  short_header.at(0) = 0x44;
  Bytes short_total = v4_hello();
  short_total.at(3) = 19;
  Bytes no_version = v4_hello();
  no_version.at(0) = 0x35;
  Bytes short_tcp = v4_hello();
  short_tcp.at(32) = 0x40;
  Bytes long_tcp = v4_hello();
  long_tcp.at(32) = 0xf0;
  for (const Bytes& bad : {short_header, short_total, no_version, short_tcp, long_tcp}) {
    EXPECT_FALSE(decapsulator.unwrap(packet_of(bad, kLinkTypeRaw), segment)) << to_hex(bad);
  }
  EXPECT_EQ(decapsulator.counts().malformed, 5U);
}

TEST_F(Decapsulation, EndsWhereNestingHasNoSense) {
  Bytes deep = v4_hello();
  for (int i = 0; i < 100; ++i) deep = ipv4(4, deep);
  EXPECT_FALSE(decapsulator.unwrap(packet_of(deep, kLinkTypeRaw), segment));

  Bytes tags;
  for (int i = 0; i < 1000; ++i) tags = joined({tags, hex("0064 8100")});
  EXPECT_FALSE(decapsulator.unwrap(packet_of(ethernet("8100", tags)), segment));

  EXPECT_EQ(decapsulator.counts().malformed, 2U);
}

TEST_F(Decapsulation, CountsLinkTypesItDoesNotKnow) {
  for (std::uint32_t type = 1000; type < 2000; ++type) {
    EXPECT_FALSE(decapsulator.unwrap(packet_of(frame_hello(), type), segment));
  }
  EXPECT_FALSE(decapsulator.unwrap(packet_of(frame_hello(), 1000), segment));

  EXPECT_EQ(decapsulator.counts().unknown_link_types.size(), 64U);
  EXPECT_EQ(decapsulator.counts().unknown_link_types.at(1000), 2U);
}

TEST_F(Decapsulation, SurvivesEveryFlippedBit) {
  for (const Carrier& carrier : carriers()) {
    Bytes bytes = carrier.bytes;
    for (std::size_t bit = 0; bit < bytes.size() * 8; ++bit) {
      bytes.at(bit / 8) ^= static_cast<std::uint8_t>(1U << bit % 8);
      if (decapsulator.unwrap(packet_of(bytes, carrier.link_type), segment)) {
        ASSERT_LE(segment.payload.size(), bytes.size()) << carrier.name << " bit " << bit;
      }
      bytes.at(bit / 8) ^= static_cast<std::uint8_t>(1U << bit % 8);
    }
  }
}

}  // namespace
}  // namespace ucready::passive
