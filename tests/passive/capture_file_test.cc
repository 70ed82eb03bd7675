#include "passive/capture_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>
#include <zlib.h>
#include <zstd.h>

#include <array>
#include <fstream>

#include "tests/passive/packets.h"
#include "tests/passive/read_capture.h"

namespace ucready::passive {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::Optional;
using testing::StartsWith;

constexpr std::string_view kFileHeader = "a1b2c3d4 0002 0004 00000000 00000000 00040000 00000001";
constexpr std::string_view kFileHeaderLittle = "d4c3b2a1 0200 0400 00000000 00000000 00000400 01000000";

TEST(CaptureFile, OfPcapIsReadInBothByteOrders) {
  for (const Bytes& file : {hex(std::string(kFileHeader) + "65000000 00000002 00000003 00000005 616263"),
                            hex(std::string(kFileHeaderLittle) + "00000065 02000000 03000000 05000000 616263")}) {
    const ReadCapture read = read_capture(file);

    ASSERT_EQ(read.packets.size(), 1U);
    EXPECT_EQ(read.packets[0].time_ns, 0x65000000 * 1'000'000'000LL + 2000);
    EXPECT_EQ(read.packets[0].link_type, 1U);
    EXPECT_EQ(as_text(read.packets[0].bytes), "abc");
    EXPECT_EQ(read.packets[0].wire_bytes, 5U);
    EXPECT_EQ(read.fault, std::nullopt);
  }
}

TEST(CaptureFile, OfPcapsVariantsIsRead) {
  struct Case {
    std::string_view what;
    std::string bytes;
    std::uint32_t link_type;
    std::int64_t fraction_ns;
  };
  const Case cases[] = {
      {"nanoseconds",
       "a1b23c4d 0002 0004 00000000 00000000 00040000 00000065"
       "00000001 00000002 00000003 00000003 616263",
       101, 2},
      {"Kuznetzov's",
       "a1b2cd34 0002 0004 00000000 00000000 00040000 00000001"
       "00000001 00000002 00000003 00000003 00000001 0800 00 00 616263",
       1, 2000},
      {"Ixia's",
       "1c0001ac 0002 0004 00000000 00000000 00040000 00000001 00000014"
       "00000001 00000002 00000003 00000003 616263",
       1, 2},
      {"AIX's",
       "a1b2c3d4 0002 0002 00000000 00000000 00040000 00000006"
       "00000001 00000002 00000003 00000003 616263",
       1, 2},
      {"lengths in the old order",
       "a1b2c3d4 0002 0003 00000000 00000000 00040000 00000001"
       "00000001 00000002 00000005 00000003 616263",
       1, 2000},
      {"a snap length of nothing and a frame check sequence",
       "a1b2c3d4 0002 0004 00000000 00000000 00000000 24000001 00000001 00000002 00000003 00000003 616263", 1, 2000},
  };
  for (const Case& each : cases) {
    SCOPED_TRACE(each.what);

    const ReadCapture read = read_capture(hex(each.bytes));

    ASSERT_EQ(read.packets.size(), 1U);
    EXPECT_EQ(read.packets[0].time_ns, 1'000'000'000 + each.fraction_ns);
    EXPECT_EQ(read.packets[0].link_type, each.link_type);
    EXPECT_EQ(as_text(read.packets[0].bytes), "abc");
    EXPECT_EQ(read.fault, std::nullopt);
  }
}

TEST(CaptureFile, GivesWhatItHoldsBeforeItIsCutShort) {
  const Bytes whole = two_packets();
  for (std::size_t size = 4; size < whole.size(); ++size) {
    SCOPED_TRACE(size);
    const ReadCapture read = read_capture(Bytes(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(size)));

    const std::size_t first_ends = 24 + 16 + 3;
    EXPECT_EQ(read.packets.size(), size < first_ends ? 0 : 1);
    if (size == 24 || size == first_ends) {
      EXPECT_EQ(read.fault, std::nullopt);
    } else {
      EXPECT_THAT(read.fault, Optional(StartsWith("cut short at byte " + std::to_string(size) + ", in the ")));
    }
  }
}

TEST(CaptureFile, StopsAtAPacketThatCannotBe) {
  const ReadCapture read = read_capture(joined({two_packets(), hex("00000001 00000002 fffffff0 fffffff0 616263")}));

  EXPECT_EQ(read.packets.size(), 2U);
  EXPECT_EQ(read.fault, "damaged at byte 63: a packet of 4294967280 bytes");
}

TEST(CaptureFile, KeepsTheFirstOfAPacketThatIsTooLarge) {
  ByteWriter file;
  write_pcap_header(file, 1);
  const Bytes large(1'000'000, 0x55);
  write_pcap_packet(file, packet_of(large));
  write_pcap_packet(file, packet_of(as_bytes("small")));

  const ReadCapture read = read_capture(file.view());

  ASSERT_EQ(read.packets.size(), 2U);
  EXPECT_EQ(read.packets[0].bytes.size(), 262144U);
  EXPECT_EQ(read.packets[0].wire_bytes, 1'000'000U);
  EXPECT_EQ(as_text(read.packets[1].bytes), "small");
  EXPECT_EQ(read.fault, std::nullopt);
}

TEST(CaptureFile, IsKnownByItsContentOrRefusedWithAReason) {
  const auto refusal = [](std::string_view content) {
    return open_capture(memory_stream(Bytes(as_bytes(content).begin(), as_bytes(content).end())), "hello.txt")
        .error()
        .message;
  };
  EXPECT_EQ(refusal(""), "hello.txt: is no pcap or pcapng file (it is empty)");
  EXPECT_EQ(refusal("ab"), "hello.txt: is no pcap or pcapng file (begins with 61 62)");
  EXPECT_EQ(refusal("hello"), "hello.txt: is no pcap or pcapng file (begins with 68 65 6c 6c)");
  EXPECT_EQ(refusal("snoop"), "hello.txt: is a snoop file; Wireshark's editcap makes a pcapng file of it");
}

TEST(CaptureFile, ThatCannotBeOpenedIsNamed) {
  EXPECT_EQ(open_capture_file("/nowhere/a.pcap").error().message, "/nowhere/a.pcap: No such file or directory");
  EXPECT_EQ(open_capture_file("/").error().message, "/: is a directory");
}

TEST(CaptureFile, IsReadInPiecesOfAnySize) {
  class Trickle final : public ByteStream {
   public:
    Trickle(Bytes bytes, std::size_t most) : bytes_(std::move(bytes)), most_(most) {}
    std::size_t read(std::span<std::uint8_t> into) override {
      const std::size_t count = std::min({into.size(), most_, bytes_.size() - taken_});
      std::copy_n(bytes_.begin() + static_cast<std::ptrdiff_t>(taken_), count, into.begin());
      taken_ += count;
      return count;
    }
    [[nodiscard]] std::uint64_t taken() const override { return taken_; }
    [[nodiscard]] std::uint64_t size() const override { return 0; }

   private:
    Bytes bytes_;
    std::size_t most_;
    std::size_t taken_ = 0;
  };
  for (const std::size_t most : {1, 2, 3, 7, 1000}) {
    const ReadCapture read = read_all(*open_capture(std::make_unique<Trickle>(two_packets(), most), "trickle").value());
    EXPECT_EQ(read.packets, read_capture(two_packets()).packets) << most;
  }
}

TEST(CaptureFile, SurvivesEveryFlippedBit) {
  const Bytes whole = two_packets();
  for (std::size_t bit = 32; bit < whole.size() * 8; ++bit) {
    Bytes bytes = whole;
    bytes.at(bit / 8) ^= static_cast<std::uint8_t>(1U << bit % 8);
    const ReadCapture read = read_capture(bytes);
    EXPECT_LE(read.packets.size(), 2U);
    EXPECT_TRUE(read.packets.size() == 2 || read.fault) << "bit " << bit;
  }
}

Bytes gzipped(ByteView plain) {
  Bytes out(compressBound(plain.size()) + 64);
  z_stream state{};
  deflateInit2(&state, 6, Z_DEFLATED, 16 + MAX_WBITS, 8, Z_DEFAULT_STRATEGY);
  state.next_in = const_cast<Bytef*>(plain.data());
  state.avail_in = static_cast<uInt>(plain.size());
  state.next_out = out.data();
  state.avail_out = static_cast<uInt>(out.size());
  deflate(&state, Z_FINISH);
  out.resize(state.total_out);
  deflateEnd(&state);
  return out;
}

Bytes zstd_packed(ByteView plain) {
  Bytes out(ZSTD_compressBound(plain.size()));
  const std::unique_ptr<ZSTD_CCtx, decltype(&ZSTD_freeCCtx)> context(ZSTD_createCCtx(), ZSTD_freeCCtx);
  ZSTD_CCtx_setParameter(context.get(), ZSTD_c_checksumFlag, 1);
  out.resize(ZSTD_compress2(context.get(), out.data(), out.size(), plain.data(), plain.size()));
  return out;
}

// Large enough for several rounds of every buffer, of bytes that do not compress.
Bytes many_packets() {
  ByteWriter file;
  write_pcap_header(file, 1);
  std::uint32_t state = 1;
  for (int i = 0; i < 1000; ++i) {
    Bytes bytes(1000);
    for (std::uint8_t& byte : bytes) byte = static_cast<std::uint8_t>((state = state * 1664525 + 1013904223) >> 24U);
    write_pcap_packet(file, packet_of(bytes));
  }
  return file.take();
}

TEST(CaptureFile, IsLookedThroughGzipAndZstd) {
  const Bytes plain = many_packets();
  const ReadCapture expected = read_capture(plain);
  ASSERT_EQ(expected.packets.size(), 1000U);
  const ByteView view(plain);
  for (const Bytes& packed :
       {gzipped(plain), zstd_packed(plain), joined({gzipped(view.first(5000)), gzipped(view.subspan(5000))}),
        joined({zstd_packed(view.first(5000)), zstd_packed(view.subspan(5000))}),
        joined({gzipped(plain), hex("0000000000000000")}),
        joined({hex("502a4d18 04000000 00000000"), zstd_packed(plain)})}) {
    const ReadCapture read = read_capture(packed);
    EXPECT_EQ(read.packets, expected.packets);
    EXPECT_EQ(read.fault, std::nullopt);
  }
}

TEST(CaptureFile, ThatIsCompressedAndCutGivesWhatItHolds) {
  for (const Bytes& packed : {gzipped(many_packets()), zstd_packed(many_packets())}) {
    const std::size_t size = packed.size() / 2;
    const ReadCapture read = read_capture(Bytes(packed.begin(), packed.begin() + static_cast<std::ptrdiff_t>(size)));
    EXPECT_GT(read.packets.size(), 250U);
    EXPECT_LT(read.packets.size(), 501U);
    EXPECT_THAT(read.fault, Optional(testing::EndsWith("data are cut short at byte " + std::to_string(size))));
  }
}

TEST(CaptureFile, ThatIsCompressedAndDamagedGivesWhatItHolds) {
  for (Bytes packed : {gzipped(many_packets()), zstd_packed(many_packets())}) {
    packed.at(packed.size() / 2) ^= 0x01;  // Within a packet: only the check sum at the end tells.
    const ReadCapture read = read_capture(packed);
    EXPECT_GT(read.packets.size(), 890U);  // zstd gives nothing of a last block that is wrong.
    EXPECT_THAT(read.fault, Optional(testing::HasSubstr("data are damaged at byte ")));

    packed.resize(packed.size() / 4);
    packed.resize(packed.size() + 4096, 0xff);  // No block begins so.
    const ReadCapture early = read_capture(packed);
    EXPECT_GT(early.packets.size(), 100U);
    EXPECT_NE(early.fault, std::nullopt);
  }
}

TEST(CaptureFile, TellsHowFarItIs) {
  const std::string path = testing::TempDir() + "/ucready_progress.pcap";
  std::ofstream(path, std::ios::binary) << as_text(two_packets());

  auto source = open_capture_file(path).value();
  EXPECT_EQ(source->size(), two_packets().size());
  const ReadCapture read = read_all(*source);

  EXPECT_EQ(read.packets.size(), 2U);
  EXPECT_EQ(source->bytes_read(), two_packets().size());
  std::remove(path.c_str());
}

TEST(CaptureFile, ComesOverStandardInput) {
  std::array<int, 2> ends{};
  ASSERT_EQ(pipe(ends.data()), 0);
  const Bytes packed = gzipped(two_packets());
  ASSERT_EQ(write(ends[1], packed.data(), packed.size()), static_cast<ssize_t>(packed.size()));
  close(ends[1]);
  const int before = dup(STDIN_FILENO);
  dup2(ends[0], STDIN_FILENO);

  auto source = open_capture_file("-").value();
  const ReadCapture read = read_all(*source);

  EXPECT_EQ(read.packets, read_capture(two_packets()).packets);
  EXPECT_EQ(source->size(), 0U);
  EXPECT_EQ(source->bytes_read(), packed.size());
  EXPECT_EQ(open_capture_file("-").error().message, "standard input: is no pcap or pcapng file (it is empty)");
  dup2(before, STDIN_FILENO);
  close(before);
  close(ends[0]);
}

}  // namespace
}  // namespace ucready::passive
