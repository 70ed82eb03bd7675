// Damaged captures through the whole pipeline: cut at every place, and with bits flipped. In one process, so that
// memory which one of them corrupts shows in the next; meant to be run with AddressSanitizer.
#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <iterator>
#include <random>

#include "passive/pcap_writer.h"
#include "tests/passive/captures.h"
#include "tests/passive/tls_pair.h"
#include "tests/support/whole_pipeline.h"

namespace ucready::passive {
namespace {

constexpr std::uint64_t kMostPackets = 20'000;
constexpr std::size_t kCaptures = 50;
constexpr std::size_t kMostShared = 60'000;  // Bytes: larger ones say no more, only slower.

Bytes contents(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  const ByteView bytes = as_bytes(text);
  return {bytes.begin(), bytes.end()};
}

// A handshake of two TLS stacks as a capture, in segments of a given size.
Bytes capture_of(const std::vector<Flight>& flights, std::size_t segment_bytes, bool in_order) {
  const Endpoint client{*parse_ip_address("192.0.2.10"), 49152}, server{*parse_ip_address("192.0.2.20"), 5061};
  std::vector<Segment> segments;
  std::uint32_t next[2] = {1000, 2000};
  const auto add = [&](Side from, std::uint8_t flags, ByteView payload) {
    const bool from_client = from == Side::a;
    std::uint32_t& sequence = next[from_client ? 0 : 1];
    segments.push_back({.from = from_client ? client : server,
                        .to = from_client ? server : client,
                        .sequence = sequence,
                        .acknowledgement = next[from_client ? 1 : 0],
                        .flags = flags,
                        .payload = payload});
    sequence += static_cast<std::uint32_t>(payload.size()) + ((flags & (kSyn | kFin)) != 0 ? 1 : 0);
  };
  add(Side::a, kSyn, {});
  add(Side::b, kSyn | kAck, {});
  for (const Flight& flight : flights) {
    for (ByteView rest = flight.bytes; !rest.empty();) {
      const ByteView part = rest.first(std::min(segment_bytes, rest.size()));
      rest = rest.subspan(part.size());
      add(flight.from, kAck | kPush, part);
    }
  }
  add(Side::a, kAck | kFin, {});
  add(Side::b, kAck | kFin, {});
  if (!in_order) std::shuffle(segments.begin() + 2, segments.end() - 2, std::mt19937(3));
  ByteWriter file;
  write_pcap_header(file, kLinkTypeEthernet);
  std::int64_t time_ns = 1'790'000'000'000'000'000;
  for (Segment& segment : segments) {
    segment.time_ns = time_ns += 1'000'000;
    const Bytes frame = ethernet_frame_of(ip_packet_of(segment));
    write_pcap_packet(
        file, {.time_ns = segment.time_ns, .bytes = frame, .wire_bytes = static_cast<std::uint32_t>(frame.size())});
  }
  return file.take();
}

// Made ones first, then those checked in, then the shared ones where they are, up to fifty.
std::vector<Bytes> captures_to_damage() {
  std::vector<Bytes> all;
  for (const int version : {0x0303, 0x0304}) {
    for (const std::size_t segment_bytes : {1400, 100}) {
      for (const bool in_order : {true, false}) {
        all.push_back(capture_of(talk({.version = version}).flights, segment_bytes, in_order));
      }
    }
  }
  const auto corpus = std::filesystem::path(UCREADY_SOURCE_DIR) / "tests" / "fuzz" / "corpus";
  for (const char* folder : {"capture_file", "whole_pipeline"}) {
    std::error_code ignored;
    for (const auto& entry : std::filesystem::directory_iterator(corpus / folder, ignored)) {
      if (all.size() < kCaptures) all.push_back(contents(entry.path()));
    }
  }
  const std::vector<std::filesystem::path> shared = captures();
  // Spread over the whole set, so that every origin is among them.
  const std::size_t stride = std::max<std::size_t>(1, shared.size() / 60);
  for (std::size_t i = 0; i < shared.size() && all.size() < kCaptures; i += stride) {
    std::error_code ignored;
    if (std::filesystem::file_size(shared[i], ignored) <= kMostShared) all.push_back(contents(shared[i]));
  }
  return all;
}

class Damage : public ::testing::Test {
 protected:
  const std::vector<Bytes> captures_ = captures_to_damage();
  WholePipeline pipeline_;
};

TEST_F(Damage, EveryTruncationIsReadToItsEnd) {
  constexpr std::size_t kSmall = 600, kCutsOfLarge = 150;
  ASSERT_GE(captures_.size(), 17U);
  for (const Bytes& capture : captures_) {
    const std::size_t stride = capture.size() <= kSmall ? 1 : capture.size() / kCutsOfLarge + 1;
    for (std::size_t size = 0; size < capture.size(); size += stride) {
      (void)pipeline_.read(ByteView(capture).first(size), kMostPackets);
    }
  }
}

TEST_F(Damage, FlippedBitsAreReadToTheEnd) {
  constexpr int kRounds = 120;
  std::mt19937 random(11);
  for (const Bytes& capture : captures_) {
    for (int round = 0; round < kRounds; ++round) {
      Bytes damaged = capture;
      // One bit, or many: a header here and a length there.
      const int flips = 1 << round % 6;
      for (int i = 0; i < flips && !damaged.empty(); ++i) {
        damaged[random() % damaged.size()] ^= static_cast<std::uint8_t>(1U << random() % 8);
      }
      (void)pipeline_.read(damaged, kMostPackets);
    }
  }
}

TEST_F(Damage, TheUndamagedOnesHoldWhatTheyShould) {
  std::uint64_t sessions = 0;
  for (std::size_t i = 0; i < 8; ++i) {
    const auto read = pipeline_.read(captures_[i], kMostPackets);
    ASSERT_TRUE(read) << i;
    sessions += read->flows.sessions;
  }
  EXPECT_EQ(sessions, 8U);
}

}  // namespace
}  // namespace ucready::passive
