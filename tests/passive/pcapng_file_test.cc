#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>

#include "passive/timestamp.h"
#include "tests/passive/read_capture.h"

namespace ucready::passive {
namespace {

using testing::Optional;
using testing::StartsWith;

// Numbers in the byte order of a section, in network order where `little` is false.
class Numbers {
 public:
  explicit Numbers(bool little) : little_(little) {}
  Numbers& u16(std::uint16_t value) {
    return bytes({static_cast<std::uint8_t>(value >> 8), static_cast<std::uint8_t>(value)});
  }
  Numbers& u32(std::uint32_t value) {
    return bytes({static_cast<std::uint8_t>(value >> 24U), static_cast<std::uint8_t>(value >> 16U),
                  static_cast<std::uint8_t>(value >> 8U), static_cast<std::uint8_t>(value)});
  }
  // Filled up to four bytes.
  Numbers& text(std::string_view value) {
    out_.text(value);
    while (out_.size() % 4 != 0) out_.u8(0);
    return *this;
  }
  [[nodiscard]] const Bytes& view() const { return out_.view(); }

 private:
  Numbers& bytes(Bytes value) {
    if (little_) std::reverse(value.begin(), value.end());
    out_.bytes(value);
    return *this;
  }

  bool little_;
  ByteWriter out_;
};

class Pcapng {
 public:
  explicit Pcapng(bool little = true) { section(little); }

  Pcapng& section(bool little) {
    little_ = little;
    return block(0x0a0d0d0a, numbers().u32(0x1a2b3c4d).u16(1).u16(0).u32(0xffffffff).u32(0xffffffff));
  }
  Pcapng& interface(std::uint16_t link_type, const Numbers& options, std::uint32_t snap_length = 0) {
    return block(1, numbers().u16(link_type).u16(0).u32(snap_length), options);
  }
  Pcapng& interface(std::uint16_t link_type) { return interface(link_type, numbers()); }
  Pcapng& packet(std::uint32_t number, std::uint64_t time, std::string_view bytes) {
    const auto size = static_cast<std::uint32_t>(bytes.size());
    return block(6, numbers()
                        .u32(number)
                        .u32(static_cast<std::uint32_t>(time >> 32U))
                        .u32(static_cast<std::uint32_t>(time))
                        .u32(size)
                        .u32(size + 1)
                        .text(bytes));
  }
  Pcapng& block(std::uint32_t type, const Numbers& body, const Numbers& options) {
    const auto length = static_cast<std::uint32_t>(12 + body.view().size() + options.view().size());
    file_ = joined(
        {file_, numbers().u32(type).u32(length).view(), body.view(), options.view(), numbers().u32(length).view()});
    return *this;
  }
  Pcapng& block(std::uint32_t type, const Numbers& body) { return block(type, body, numbers()); }
  [[nodiscard]] Numbers numbers() const { return Numbers(little_); }
  [[nodiscard]] const Bytes& file() const { return file_; }

 private:
  bool little_ = true;
  Bytes file_;
};

KeptPacket kept(std::int64_t time_ns, std::uint32_t link_type, std::string_view text, std::uint32_t more = 1) {
  return {time_ns, link_type, Bytes(as_bytes(text).begin(), as_bytes(text).end()),
          static_cast<std::uint32_t>(text.size()) + more};
}

TEST(PcapngFile, HoldsInterfacesAndSectionsOfEveryKind) {
  Pcapng file(true);
  const auto nanoseconds = [&] { return file.numbers().u16(9).u16(1).text("\x09").u16(0).u16(0); };
  file.interface(1).interface(101, nanoseconds()).packet(0, 5, "abcde").packet(1, 5, "fgh");
  file.section(false).interface(113).packet(0, 7, "ij");

  const ReadCapture read = read_capture(file.file());

  EXPECT_THAT(read.packets, testing::ElementsAre(kept(5000, 1, "abcde"), kept(5, 101, "fgh"), kept(7000, 113, "ij")));
  EXPECT_EQ(read.fault, std::nullopt);
}

TEST(PcapngFile, CountsTimeAsTheInterfaceDoes) {
  struct Case {
    std::uint8_t resolution;
    std::int64_t offset;
    std::uint64_t ticks;
    std::int64_t time_ns;
  };
  const Case cases[] = {
      {6, 0, 1'700'000'000'123'456, 1'700'000'000'123'456'000},
      {9, 0, 1'700'000'000'123'456'789, 1'700'000'000'123'456'789},
      {0, 0, 1'700'000'000, 1'700'000'000'000'000'000},
      {3, 100, 1'500, 101'500'000'000},
      {6, -1, 1'500'000, 500'000'000},
      {12, 0, 1'700'000'000'123, 1'700'000'000},
      {0x80 | 10, 0, 1536, 1'500'000'000},
      {0x80 | 32, 0, std::uint64_t{3} << 31U, 1'500'000'000},
      {0x80 | 63, 0, std::uint64_t{3} << 62U, 1'500'000'000},
      {19, 0, 10'000'000'000'000'000'000U, 1'000'000'000},
      {40, 3, 77, 3'000'000'000},
      {0x80 | 100, 3, 77, 3'000'000'000},
  };
  for (const Case& each : cases) {
    EXPECT_EQ(TimeUnit::of(each.resolution, each.offset).to_ns(each.ticks), each.time_ns)
        << int{each.resolution} << " " << each.ticks;
  }
}

TEST(PcapngFile, KeepsAnImpossibleTimeWithinBounds) {
  constexpr auto kMost = std::numeric_limits<std::int64_t>::max();
  for (int resolution = 0; resolution < 256; ++resolution) {
    for (const std::int64_t offset : {std::int64_t{0}, kMost, std::numeric_limits<std::int64_t>::min()}) {
      const TimeUnit unit = TimeUnit::of(static_cast<std::uint8_t>(resolution), offset);
      const std::int64_t time_ns = unit.to_ns(std::numeric_limits<std::uint64_t>::max());
      EXPECT_LE(time_ns, kMost / 2);
      EXPECT_GE(time_ns, -(kMost / 2));
    }
  }
}

TEST(PcapngFile, HoldsSimpleAndObsoletePackets) {
  Pcapng file;
  file.interface(1, file.numbers(), 4);
  file.block(2, file.numbers().u16(0).u16(9).u32(0).u32(5).u32(3).u32(8).text("abc"));
  file.block(3, file.numbers().u32(6).text("defg"));
  file.block(3, file.numbers().u32(2).text("hi"));

  const ReadCapture read = read_capture(file.file());

  EXPECT_THAT(read.packets,
              testing::ElementsAre(kept(5000, 1, "abc", 5), kept(5000, 1, "defg", 2), kept(5000, 1, "hi", 0)));
  EXPECT_EQ(read.fault, std::nullopt);
}

TEST(PcapngFile, HandsOutSecretsAndPassesOverOtherBlocks) {
  Pcapng file;
  const std::string line = "CLIENT_RANDOM 00 01";
  file.block(10, file.numbers().u32(0x544c534b).u32(static_cast<std::uint32_t>(line.size())).text(line));
  file.block(10, file.numbers().u32(0x57474b4c).u32(4).text("wire"));  // WireGuard's
  file.block(10, file.numbers().u32(0x544c534b).u32(3).text("abc"));
  file.block(4, file.numbers().text("names"));
  file.block(0x80000001, file.numbers().text(std::string(700'000, 'p')));  // Private, and larger than any buffer.
  file.interface(1).packet(0, 1, "abc");

  const ReadCapture read = read_capture(file.file());

  EXPECT_EQ(read.secrets, "CLIENT_RANDOM 00 01\nabc\n");
  EXPECT_THAT(read.packets, testing::ElementsAre(kept(1000, 1, "abc")));
  EXPECT_EQ(read.fault, std::nullopt);
}

TEST(PcapngFile, HoldsSecretsLargerThanAnyBuffer) {
  Pcapng file;
  const std::string lines(1'000'001, 's');
  file.block(10, file.numbers().u32(0x544c534b).u32(static_cast<std::uint32_t>(lines.size())).text(lines));
  file.interface(1).packet(0, 1, "abc");

  const ReadCapture read = read_capture(file.file());

  EXPECT_EQ(read.secrets, lines + "\n");
  EXPECT_EQ(read.packets.size(), 1U);
}

TEST(PcapngFile, KeepsTheFirstOfAPacketThatIsTooLarge) {
  Pcapng file;
  file.interface(1).packet(0, 1, std::string(500'001, 'x')).packet(0, 2, "abc");

  const ReadCapture read = read_capture(file.file());

  ASSERT_EQ(read.packets.size(), 2U);
  EXPECT_EQ(read.packets[0].bytes.size(), 262144U);
  EXPECT_EQ(read.packets[0].wire_bytes, 500'002U);
  EXPECT_EQ(read.packets[1], kept(2000, 1, "abc"));
}

TEST(PcapngFile, GoesOnBehindABlockThatIsWrongWithin) {
  Pcapng file;
  file.packet(3, 1, "lost");
  file.interface(1);
  file.block(6, file.numbers().u32(0).u32(0).u32(1).u32(99).u32(99).text("lost"));
  file.block(1, file.numbers().u32(0));
  file.packet(0, 1, "abc");

  const ReadCapture read = read_capture(file.file());

  EXPECT_THAT(read.packets, testing::ElementsAre(kept(1000, 1, "abc")));
  EXPECT_EQ(read.fault, "damaged at byte 28: a packet of interface 3, which nothing describes");
}

TEST(PcapngFile, TellsTheFirstFaultsAndCountsTheOthers) {
  Pcapng file;
  for (int i = 0; i < 40; ++i) file.packet(3, 1, "lost");
  file.interface(1);
  file.packet(0, 1, "abc");
  const Bytes bytes = file.file();

  const auto source = open_capture(memory_stream(Bytes(bytes.begin(), bytes.end() - 1)), "test");
  ASSERT_TRUE(source);
  Packet packet;
  EXPECT_FALSE((*source)->next(packet));

  const Faults& faults = (*source)->faults();
  EXPECT_EQ(faults.count, 41U);
  ASSERT_EQ(faults.told.size(), Faults::kMostTold);
  EXPECT_EQ(faults.told[0], "damaged at byte 28: a packet of interface 3, which nothing describes");
  EXPECT_EQ(faults.told[1], "damaged at byte 64: a packet of interface 3, which nothing describes");
}

TEST(PcapngFile, StopsWhereLengthsContradictEachOther) {
  Pcapng file;
  file.interface(1).packet(0, 1, "abc").packet(0, 2, "def");
  Bytes bytes = file.file();
  bytes.at(bytes.size() - 4) += 4;
  const ReadCapture differing = read_capture(bytes);
  EXPECT_EQ(differing.packets.size(), 1U);
  EXPECT_EQ(differing.fault, "damaged at byte 84: a block whose two lengths differ (36 and 40)");

  const ReadCapture tiny = read_capture(joined({file.file(), hex("06000000 08000000 08000000")}));
  EXPECT_EQ(tiny.packets.size(), 2U);
  EXPECT_EQ(tiny.fault, "damaged at byte 120: a block of 8 bytes");

  const ReadCapture no_order = read_capture(joined({file.file(), hex("0a0d0d0a 1c000000 01020304")}));
  EXPECT_EQ(no_order.packets.size(), 2U);
  EXPECT_EQ(no_order.fault, "damaged at byte 120: a section header of no byte order (0x01020304)");
}

TEST(PcapngFile, GivesWhatItHoldsBeforeItIsCutShort) {
  Pcapng file;
  file.interface(1).packet(0, 1, "abc");
  const std::size_t whole_packet = file.file().size();
  file.packet(0, 2, "defgh");
  for (std::size_t size = 4; size < file.file().size(); ++size) {
    SCOPED_TRACE(size);
    const ReadCapture read =
        read_capture(Bytes(file.file().begin(), file.file().begin() + static_cast<std::ptrdiff_t>(size)));
    EXPECT_EQ(read.packets.size(), size < whole_packet ? 0 : 1);
    const bool between_blocks = size == 28 || size == 48 || size == whole_packet;
    if (!between_blocks) {
      EXPECT_THAT(read.fault, Optional(StartsWith("cut short at byte " + std::to_string(size) + ", ")));
    } else {
      EXPECT_EQ(read.fault, std::nullopt);
    }
  }
}

TEST(PcapngFile, SurvivesEveryFlippedBit) {
  Pcapng file;
  file.interface(1, file.numbers().u16(9).u16(1).text("\x09").u16(14).u16(8).u32(0).u32(0).u16(0).u16(0));
  file.block(10, file.numbers().u32(0x544c534b).u32(3).text("abc"));
  file.packet(0, 1, "abc").block(3, file.numbers().u32(3).text("abc"));
  for (std::size_t bit = 32; bit < file.file().size() * 8; ++bit) {
    Bytes bytes = file.file();
    bytes.at(bit / 8) ^= static_cast<std::uint8_t>(1U << bit % 8);
    EXPECT_LE(read_capture(bytes).packets.size(), 2U);
  }
}

}  // namespace
}  // namespace ucready::passive
