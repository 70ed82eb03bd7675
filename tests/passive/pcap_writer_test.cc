#include "passive/pcap_writer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>

#include <csignal>
#include <filesystem>
#include <fstream>

#include "passive/decapsulation.h"
#include "tests/passive/read_capture.h"

namespace ucready::passive {
namespace {

namespace fs = std::filesystem;

class PcapWriter : public testing::Test {
 protected:
  void SetUp() override {
    folder = fs::path(testing::TempDir()) /
             ("ucready_" + std::string(testing::UnitTest::GetInstance()->current_test_info()->name()));
    fs::remove_all(folder);
    fs::create_directory(folder);
  }
  void TearDown() override { fs::remove_all(folder); }
  [[nodiscard]] std::size_t files() const {
    return static_cast<std::size_t>(std::distance(fs::directory_iterator(folder), {}));
  }

  fs::path folder;
};

TEST_F(PcapWriter, WritesWhatTheReaderReads) {
  const std::string path = folder / "evidence.pcap";
  auto writer = PcapFileWriter::create(path, kLinkTypeRaw).value();
  const Bytes large(200'000, 0x33);
  for (int i = 0; i < 5; ++i) {
    ASSERT_TRUE(writer->write({.time_ns = 1'700'000'000'000'000'001 + i, .bytes = large, .wire_bytes = 300'000}));
  }
  ASSERT_TRUE(writer->finish());

  const ReadCapture read = read_all(*open_capture_file(path).value());

  ASSERT_EQ(read.packets.size(), 5U);
  EXPECT_EQ(read.packets[4], (KeptPacket{1'700'000'000'000'000'005, 101, large, 300'000}));
  EXPECT_EQ(read.fault, std::nullopt);
}

TEST_F(PcapWriter, KeepsTheFileFromOthersAndReplacesWhatWasThere) {
  const fs::path path = folder / "evidence.pcap";
  std::ofstream(path) << "old";
  fs::permissions(path, fs::perms::all);

  auto writer = PcapFileWriter::create(path, 1).value();
  EXPECT_EQ(fs::file_size(path), 3U);
  ASSERT_TRUE(writer->finish());

  EXPECT_EQ(fs::status(path).permissions(), fs::perms::owner_read | fs::perms::owner_write);
  EXPECT_EQ(fs::file_size(path), 24U);
  EXPECT_EQ(files(), 1U);
}

TEST_F(PcapWriter, LeavesNothingOfAFileThatWasNotFinished) {
  { auto writer = PcapFileWriter::create(folder / "evidence.pcap", 1).value(); }
  EXPECT_EQ(files(), 0U);
}

TEST_F(PcapWriter, SaysWhyAFileCannotBeMade) {
  const auto writer = PcapFileWriter::create("/nowhere/a.pcap", 1);
  ASSERT_FALSE(writer);
  EXPECT_EQ(writer.error().message, "/nowhere/a.pcap: No such file or directory");
}

TEST_F(PcapWriter, SaysThatTheDiskIsFull) {
  // A file beyond the limit on its size stands for a full disk.
  rlimit before{};
  getrlimit(RLIMIT_FSIZE, &before);
  signal(SIGXFSZ, SIG_IGN);
  const rlimit small{100'000, before.rlim_max};
  setrlimit(RLIMIT_FSIZE, &small);
  auto writer = PcapFileWriter::create(folder / "evidence.pcap", 1).value();
  const Bytes large(200'000, 0x33);
  (void)writer->write({.bytes = large});
  const auto finished = writer->finish();
  setrlimit(RLIMIT_FSIZE, &before);

  ASSERT_FALSE(finished);
  EXPECT_THAT(finished.error().message, testing::EndsWith("evidence.pcap: File too large"));
  writer.reset();
  EXPECT_EQ(files(), 0U);
}

TEST(IpPacket, IsFoundAsTheSegmentItWasMadeOf) {
  for (const bool v6 : {false, true}) {
    for (const bool framed : {false, true}) {
      Segment segment = v6 ? segment_of(kHello, kPhone6, kServer6) : segment_of(kHello);
      segment.cut = 100;
      const Bytes ip_packet = ip_packet_of(segment);
      const Bytes bytes = framed ? ethernet_frame_of(ip_packet) : ip_packet;
      Packet packet = packet_of(bytes, framed ? kLinkTypeEthernet : kLinkTypeRaw);
      packet.wire_bytes += segment.cut;
      Decapsulator decapsulator;
      Segment found;

      ASSERT_TRUE(decapsulator.unwrap(packet, found));

      EXPECT_EQ(found.from, segment.from);
      EXPECT_EQ(found.to, segment.to);
      EXPECT_EQ(found.sequence, segment.sequence);
      EXPECT_EQ(found.flags, segment.flags);
      EXPECT_EQ(as_text(found.payload), kHello);
      EXPECT_EQ(found.cut, 100U);
    }
  }
}

// RFC 1071: the sum over a header, or pseudo-header and segment, that holds its own check sum is all ones.
std::uint32_t folded_sum(ByteView bytes) {
  ByteReader reader(bytes);
  std::uint32_t sum = 0;
  while (reader.remaining() >= 2) sum += reader.u16();
  if (reader.remaining() == 1) sum += std::uint32_t{reader.u8()} << 8U;
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >> 16U);
  return sum;
}

TEST(IpPacket, HasTheRightCheckSums) {
  const Bytes v4 = v4_hello();
  const ByteView view(v4);
  EXPECT_EQ(folded_sum(view.first(20)), 0xffffU);
  EXPECT_EQ(folded_sum(joined({view.subspan(12, 8), hex("0006 0027"), view.subspan(20)})), 0xffffU);

  const Bytes v6 = v6_hello();
  const ByteView view6(v6);
  EXPECT_EQ(folded_sum(joined({view6.subspan(8, 32), hex("00000027 00000006"), view6.subspan(40)})), 0xffffU);
}

TEST(IpPacket, OfAPayloadThatNoLengthHoldsIsFoundAgain) {
  const std::string payload(100'000, 'p');
  for (const bool v6 : {false, true}) {
    const Bytes bytes = ip_packet_of(v6 ? segment_of(payload, kPhone6, kServer6) : segment_of(payload));
    Decapsulator decapsulator;
    Segment found;
    ASSERT_TRUE(decapsulator.unwrap(packet_of(bytes, kLinkTypeRaw), found));
    EXPECT_EQ(as_text(found.payload), payload);
  }
}

}  // namespace
}  // namespace ucready::passive
