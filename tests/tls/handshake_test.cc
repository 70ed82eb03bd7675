#include "tls/handshake.h"

#include <gtest/gtest.h>

#include <chrono>

#include "tests/tls/hex.h"

namespace ucready::tls {
namespace {

TEST(HandshakeReader, FindsManyMessagesInOneFragmentAndOneInMany) {
  const Bytes stream =
      hex("02 000002 aabb"
          "0e 000000"
          "0b 000001 cc");
  for (std::size_t fragment = 1; fragment <= stream.size(); ++fragment) {
    HandshakeReader reader;
    std::vector<std::string> whole;
    for (std::size_t at = 0; at < stream.size(); at += fragment) {
      reader.feed(ByteView(stream).subspan(at, std::min(fragment, stream.size() - at)));
      while (const auto message = reader.next().value()) whole.push_back(to_hex(message->whole));
    }

    EXPECT_EQ(whole, (std::vector<std::string>{"02000002aabb", "0e000000", "0b000001cc"})) << fragment;
    EXPECT_FALSE(reader.mid_message());
  }
}

TEST(HandshakeReader, SaysThatAMessageIsNotWholeYet) {
  HandshakeReader reader;
  reader.feed(hex("02 000002 aa"));

  EXPECT_FALSE(reader.next().value());
  EXPECT_TRUE(reader.mid_message());
}

TEST(HandshakeReader, RefusesAMessageLongerThanItsBoundAtTheHeader) {
  HandshakeReader reader(1000);
  reader.feed(hex("0b 0003e9"));

  const auto message = reader.next();

  ASSERT_FALSE(message);
  EXPECT_EQ(message.error().code, ErrorCode::too_large);
  EXPECT_EQ(message.error().message, "a handshake message of 1001 bytes; at most 1000 are read");
}

TEST(HandshakeReader, TakesTheLargestMessageByteByByteInLinearTime) {
  HandshakeReader reader;
  reader.feed(hex("0b 040000"));
  const Bytes byte = {0x55};
  const auto start = std::chrono::steady_clock::now();

  for (std::size_t i = 1; i < HandshakeReader::kMostMessageBytes; ++i) {
    reader.feed(byte);
    ASSERT_FALSE(reader.next().value());
  }
  reader.feed(byte);

  ASSERT_TRUE(reader.next().value());
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(5)) << "quadratic work takes minutes";
}

}  // namespace
}  // namespace ucready::tls
