#include "passive/packet_filter.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/passive/packets.h"

namespace ucready::passive {
namespace {

using testing::Optional;
using testing::StartsWith;

TEST(PacketFilter, LetsThroughWhatItNames) {
  auto filter = PacketFilter::compile("tcp port 5061 and host 192.0.2.10").value();
  EXPECT_TRUE(filter.passes(packet_of(frame_hello())));
  EXPECT_FALSE(filter.passes(packet_of(ethernet_frame_of(v6_hello()))));
  EXPECT_FALSE(filter.passes(packet_of(ethernet_frame_of(udp(5061, as_bytes("no TCP"))))));
  EXPECT_EQ(filter.trouble(), std::nullopt);
}

TEST(PacketFilter, IsCompiledForEachLinkType) {
  auto filter = PacketFilter::compile("tcp port 5061").value();
  const Bytes v4 = v4_hello();
  const Bytes cooked = joined({hex("0000 0001 0006 0200000000010000 0800"), v4});
  const Bytes null = joined({hex("02000000"), v4});
  EXPECT_TRUE(filter.passes(packet_of(v4, 101)));
  EXPECT_TRUE(filter.passes(packet_of(v4, 228)));
  EXPECT_TRUE(filter.passes(packet_of(cooked, 113)));
  EXPECT_TRUE(filter.passes(packet_of(null, 0)));
  EXPECT_EQ(filter.trouble(), std::nullopt);
}

TEST(PacketFilter, ThatIsWrongIsRefusedWithLibpcapsReason) {
  const auto filter = PacketFilter::compile("tcp portt 5061");
  ASSERT_FALSE(filter);
  EXPECT_EQ(filter.error().code, ErrorCode::invalid_input);
  EXPECT_THAT(filter.error().message, StartsWith("filter 'tcp portt 5061': "));
}

TEST(PacketFilter, SaysForWhichLinkTypeItMeansNothing) {
  auto filter = PacketFilter::compile("ether host 02:00:00:00:00:01").value();
  EXPECT_TRUE(filter.passes(packet_of(frame_hello())));
  EXPECT_FALSE(filter.passes(packet_of(v4_hello(), 101)));
  EXPECT_THAT(filter.trouble(), Optional(testing::EndsWith(", for packets of link type 101")));
}

TEST(PacketFilter, TakesAnyNumberForALinkType) {
  auto filter = PacketFilter::compile("tcp").value();
  for (const std::uint32_t type : {2U, 147U, 1000U, 65535U, 0xffffffffU}) {
    EXPECT_FALSE(filter.passes(packet_of(as_bytes("?"), type))) << type;
  }
  EXPECT_TRUE(filter.passes(packet_of(frame_hello())));
}

}  // namespace
}  // namespace ucready::passive
