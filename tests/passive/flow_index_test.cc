#include "passive/flow_index.h"

#include <gtest/gtest.h>

#include <map>
#include <random>

#include "passive/flow_key.h"
#include "passive/recent_starts.h"

namespace ucready::passive {
namespace {

TEST(FlowIndex, FindsWhatIsThereAfterAnyOrderOfComingAndGoing) {
  constexpr std::size_t kMost = 64;
  FlowIndex index;
  std::map<std::uint32_t, std::uint64_t> there;  // Slot to hash; few homes, so that probing is long.
  std::mt19937 random(7);
  for (int step = 0; step < 20'000; ++step) {
    const auto slot = static_cast<std::uint32_t>(random() % kMost);
    if (const auto known = there.find(slot); known != there.end()) {
      index.erase(known->second, slot);
      there.erase(known);
    } else {
      const std::uint64_t hash = (static_cast<std::uint64_t>(slot) << 40U) | (random() % 4);
      index.insert(hash, slot);
      there[slot] = hash;
    }
    for (const auto& [kept, hash] : there) {
      ASSERT_EQ(index.find(hash, [&](std::uint32_t found) { return found == kept; }), kept) << "step " << step;
    }
  }
}

TEST(FlowIndex, GrowsWithItsFlows) {
  constexpr std::uint32_t kFlows = 100'000;
  FlowIndex index;
  const auto hash_of = [](std::uint32_t slot) { return slot * 0x9e3779b97f4a7c15ULL; };
  for (std::uint32_t slot = 0; slot < kFlows; ++slot) index.insert(hash_of(slot), slot);
  for (std::uint32_t slot = 0; slot < kFlows; slot += 2) index.erase(hash_of(slot), slot);

  for (std::uint32_t slot = 0; slot < kFlows; ++slot) {
    ASSERT_EQ(index.find(hash_of(slot), [&](std::uint32_t found) { return found == slot; }),
              slot % 2 == 0 ? FlowIndex::kNone : slot);
  }
}

Endpoint end(const char* address, std::uint16_t port) { return {*parse_ip_address(address), port}; }

TEST(FlowKey, IsTheSameForBothDirections) {
  const Endpoint client = end("10.1.0.7", 40001), server = end("10.0.0.11", 5061);
  const KeyedSegment there = key_of(client, server), back = key_of(server, client);
  EXPECT_EQ(there.key, back.key);
  EXPECT_NE(there.from, back.from);
  EXPECT_EQ(there.key.end(there.from), client);
  EXPECT_EQ(there.key.end(back.from), server);
}

TEST(FlowKey, KeepsIpv4AndIpv6Apart) {
  EXPECT_NE(key_of(end("1.2.3.4", 1), end("1.2.3.5", 2)).key, key_of(end("102:304::", 1), end("102:305::", 2)).key);
}

TEST(RecentStarts, KnowsBothSidesUntilTheConnectionEnds) {
  RecentStarts starts(16);
  starts.note(0x1234, Side::a, 100);
  starts.note(0x1234, Side::b, 200);
  EXPECT_EQ(starts.start(0x1234, Side::a), 100U);
  EXPECT_EQ(starts.start(0x1234, Side::b), 200U);
  EXPECT_EQ(starts.start(0x5678, Side::a), std::nullopt);
  starts.note_end(0x1234);
  EXPECT_TRUE(starts.ended(0x1234));
  EXPECT_EQ(starts.start(0x1234, Side::a), std::nullopt);
  starts.note(0x1234, Side::a, 300);
  EXPECT_FALSE(starts.ended(0x1234));
}

}  // namespace
}  // namespace ucready::passive
