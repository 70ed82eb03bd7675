#include "passive/fragments.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <numeric>

#include "passive/decapsulation.h"
#include "tests/passive/packets.h"

namespace ucready::passive {
namespace {

constexpr std::int64_t kSecond = 1'000'000'000;

Bytes counted(std::size_t size) {
  Bytes bytes(size);
  std::iota(bytes.begin(), bytes.end(), std::uint8_t{0});
  return bytes;
}

Fragment piece(ByteView whole, std::uint32_t from, std::uint32_t to, std::uint32_t identification = 7) {
  return {.from = kPhone.address,
          .to = kServer.address,
          .identification = identification,
          .protocol = 6,
          .offset = from,
          .more = to < whole.size(),
          .bytes = whole.subspan(from, to - from)};
}

TEST(Fragments, MakeTheDatagramInEveryOrder) {
  const Bytes whole = counted(36);
  std::vector<Fragment> pieces{piece(whole, 0, 8), piece(whole, 8, 16), piece(whole, 16, 24), piece(whole, 24, 32),
                               piece(whole, 32, 36)};
  std::vector<int> order{0, 1, 2, 3, 4};
  do {
    Fragments fragments;
    for (std::size_t i = 0; i < order.size(); ++i) {
      const auto datagram = fragments.add(pieces.at(static_cast<std::size_t>(order[i])), 0);
      ASSERT_EQ(datagram.has_value(), i + 1 == order.size());
      if (datagram) {
        EXPECT_EQ(datagram->bytes, whole);
      }
    }
    EXPECT_EQ(fragments.unused(), 0U);
    EXPECT_EQ(fragments.memory(), 0U);
  } while (std::next_permutation(order.begin(), order.end()));
}

TEST(Fragments, KeepWhatCameFirstWhereTheyOverlap) {
  const Bytes first = counted(32);
  Bytes other(32, 0xee);
  Fragments fragments;

  EXPECT_FALSE(fragments.add(piece(first, 8, 16), 0));
  EXPECT_FALSE(fragments.add(piece(other, 0, 24), 0));
  const auto datagram = fragments.add(piece(first, 16, 32), 0);

  ASSERT_TRUE(datagram);
  Bytes expected(32, 0xee);
  std::copy_n(first.begin() + 8, 8, expected.begin() + 8);
  std::copy_n(first.begin() + 24, 8, expected.begin() + 24);
  EXPECT_EQ(datagram->bytes, expected);
}

TEST(Fragments, GiveOneDatagramWhenEachComesTwice) {
  const Bytes whole = counted(24);
  Fragments fragments;
  int datagrams = 0;
  for (int round = 0; round < 3; ++round) {  // The identification is used again later.
    const std::int64_t now = round * kSecond;
    for (const auto& [from, to] : {std::pair{0U, 8U}, {8U, 16U}, {16U, 24U}}) {
      for (int copy = 0; copy < 2; ++copy) datagrams += fragments.add(piece(whole, from, to), now + copy) ? 1 : 0;
    }
  }
  EXPECT_EQ(datagrams, 3);
  EXPECT_EQ(fragments.unused(), 0U);
}

TEST(Fragments, OfOneDatagramThatContradictItAreDropped) {
  const Bytes whole = counted(32);
  Fragments two_ends;
  EXPECT_FALSE(two_ends.add(piece(whole, 16, 32), 0));
  EXPECT_FALSE(two_ends.add(piece(ByteView(whole).first(24), 16, 24), 0));
  EXPECT_EQ(two_ends.unused(), 2U);
  EXPECT_EQ(two_ends.memory(), 0U);

  Fragments beyond_end;
  EXPECT_FALSE(beyond_end.add(piece(whole, 8, 16), 0));
  EXPECT_FALSE(beyond_end.add(piece(ByteView(whole).first(8), 0, 8), 0));
  EXPECT_EQ(beyond_end.memory(), 0U);

  Fragments too_long;
  Fragment last = piece(whole, 24, 32);
  last.offset = 65528;
  EXPECT_FALSE(too_long.add(last, 0));
  EXPECT_EQ(too_long.memory(), 0U);
}

TEST(Fragments, AreForgottenWhenTheRestDoesNotCome) {
  const Bytes whole = counted(16);
  Fragments fragments;
  EXPECT_FALSE(fragments.add(piece(whole, 0, 8), 0));
  EXPECT_FALSE(fragments.add(piece(whole, 8, 16), 31 * kSecond));
  EXPECT_EQ(fragments.unused(), 2U);
}

TEST(Fragments, StayWithinTheirBounds) {
  const Bytes whole = counted(16);
  Fragments fragments;
  for (std::uint32_t i = 0; i < 20'000; ++i) {
    Fragment far = piece(whole, 0, 8, i);
    far.offset = 65'000 + i % 8 * 8;
    EXPECT_FALSE(fragments.add(far, 0));
    ASSERT_LE(fragments.memory(), Fragments::kMostBytes);
  }
  EXPECT_EQ(fragments.unused(), 20'000U);
}

TEST(Fragments, OfASegmentAreFoundInPackets) {
  const Bytes tcp = tcp_of_hello();
  const ByteView view(tcp);
  const Bytes second = ipv4(6, view.subspan(24), {.identification = 9, .offset = 24});
  const Bytes first = ipv4(6, view.first(24), {.identification = 9, .more = true});
  const Bytes first6 = ipv6(44, joined({hex("06 00 0001 00000009"), view.first(24)}));
  const Bytes second6 = ipv6(44, joined({hex("06 00 0018 00000009"), view.subspan(24)}));
  Decapsulator decapsulator;
  Segment segment;

  for (const auto& [one, other] : {std::pair{first, second}, {second, first}, {first6, second6}, {second6, first6}}) {
    Decapsulator fresh;
    EXPECT_FALSE(fresh.unwrap(packet_of(one, kLinkTypeRaw), segment));
    EXPECT_EQ(fresh.counts().fragments_dropped, 1U);
    ASSERT_TRUE(fresh.unwrap(packet_of(other, kLinkTypeRaw), segment));
    EXPECT_EQ(as_text(segment.payload), kHello);
    EXPECT_EQ(fresh.counts().fragments_dropped, 0U);
  }
}

TEST(Fragments, OfATunnelInATunnelAreFound) {
  const Bytes tcp = tcp_of_hello();
  const ByteView view(tcp);
  const Bytes inner_first = ipv4(4, ipv4(6, view.first(24), {.identification = 9, .more = true}));
  const Bytes inner_second = ipv4(6, view.subspan(24), {.identification = 9, .offset = 24});
  const Bytes outer_first = ipv4(4, ByteView(inner_second).first(16), {.identification = 10, .more = true});
  const Bytes outer_second = ipv4(4, ByteView(inner_second).subspan(16), {.identification = 10, .offset = 16});
  Decapsulator decapsulator;
  Segment segment;

  EXPECT_FALSE(decapsulator.unwrap(packet_of(outer_first, kLinkTypeRaw), segment));
  EXPECT_FALSE(decapsulator.unwrap(packet_of(inner_first, kLinkTypeRaw), segment));
  ASSERT_TRUE(decapsulator.unwrap(packet_of(outer_second, kLinkTypeRaw), segment));

  EXPECT_EQ(as_text(segment.payload), kHello);
  EXPECT_EQ(segment.from, kPhone);
}

}  // namespace
}  // namespace ucready::passive
