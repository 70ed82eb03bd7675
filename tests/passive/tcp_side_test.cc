#include "passive/tcp_side.h"

#include <gmock/gmock.h>

#include <string>

namespace ucready::passive {
namespace {

// What came out, with '_' where bytes are missing.
class Stream {
 public:
  explicit Stream(std::size_t room = 1 << 20) { room_.limit = room; }

  std::size_t take(std::uint32_t sequence, std::string_view text, std::uint32_t cut = 0) {
    return side_.take(
        sequence, as_bytes(text), cut, room_, [this](ByteView bytes) { out += as_text(bytes); },
        [this] { out += '_'; });
  }
  void end() {
    side_.end(
        room_, [this](ByteView bytes) { out += as_text(bytes); }, [this] { out += '_'; });
  }
  TcpSide& side() { return side_; }
  [[nodiscard]] std::size_t held() const { return room_.now; }

  std::string out;

 private:
  TcpSide side_;
  WaitingBytes room_;
};

TEST(TcpSide, GivesBytesOutInOrder) {
  Stream stream;
  stream.take(100, "abc");
  stream.take(103, "def");
  EXPECT_EQ(stream.out, "abcdef");
}

TEST(TcpSide, WaitsForWhatComesLate) {
  Stream stream;
  stream.side().begins_at(100);
  stream.take(106, "ghi");
  stream.take(103, "def");
  EXPECT_EQ(stream.out, "");
  stream.take(100, "abc");
  EXPECT_EQ(stream.out, "abcdefghi");
  EXPECT_EQ(stream.held(), 0U);
}

TEST(TcpSide, DropsWhatItHadAndKeepsWhatIsNew) {
  Stream stream;
  stream.take(100, "abcdef");
  stream.take(100, "abcdef");
  stream.take(103, "defgh");
  stream.take(90, "xxxxxxxxxx");
  EXPECT_EQ(stream.out, "abcdefgh");
}

TEST(TcpSide, GoesOnWhereNumbersWrap) {
  Stream stream;
  stream.take(0xfffffffe, "abc");
  stream.take(4, "fg");
  stream.take(1, "cde");
  EXPECT_EQ(stream.out, "abccdefg");
}

TEST(TcpSide, SaysWhereBytesWereNotCaptured) {
  Stream stream;
  stream.take(100, "abc", 7);
  stream.take(110, "klm");
  EXPECT_EQ(stream.out, "abc_klm");
}

TEST(TcpSide, GivesUpAGapAtTheEnd) {
  Stream stream;
  stream.side().begins_at(100);
  stream.take(100, "abc");
  stream.take(110, "klm");
  stream.end();
  EXPECT_EQ(stream.out, "abc_klm");
  EXPECT_EQ(stream.held(), 0U);
}

TEST(TcpSide, GivesUpAGapWhenTooMuchWaits) {
  Stream stream(100);
  stream.side().begins_at(0);
  stream.take(0, "a");
  for (std::uint32_t i = 0; i < 50; ++i) stream.take(10 + 4 * i, "wxyz");
  EXPECT_THAT(stream.out, ::testing::StartsWith("a_wxyz"));
  EXPECT_LE(stream.held(), 100U);
}

TEST(TcpSide, TakesOneByteASegmentInReverse) {
  Stream stream;
  stream.side().begins_at(0);
  const std::string text = "the quick brown fox jumps over";
  for (std::size_t i = text.size(); i-- > 0;) stream.take(static_cast<std::uint32_t>(i), text.substr(i, 1));
  EXPECT_EQ(stream.out, text);
}

}  // namespace
}  // namespace ucready::passive
