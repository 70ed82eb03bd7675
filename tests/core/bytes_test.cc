#include "core/bytes.h"

#include <gtest/gtest.h>

namespace ucready {
namespace {

TEST(ByteReader, ReadsFieldsInWireOrder) {
  const Bytes bytes{0x01, 0x02, 0x03, 0x04, 0x05, 0x06, 0x02, 0xaa, 0xbb, 0x00};
  ByteReader reader(bytes);
  EXPECT_EQ(reader.u8(), 0x01);
  EXPECT_EQ(reader.u16(), 0x0203);
  EXPECT_EQ(reader.u24(), 0x040506U);
  EXPECT_EQ(to_hex(reader.u8_block()), "aabb");
  EXPECT_FALSE(reader.done());
  EXPECT_EQ(reader.rest().size(), 1U);
  EXPECT_TRUE(reader.done());
}

TEST(ByteReader, IsNotOkForGoodAfterAMissingByte) {
  const Bytes bytes{0x01, 0x02};
  ByteReader reader(bytes);
  EXPECT_EQ(reader.u24(), 0U);
  EXPECT_FALSE(reader.ok());
  EXPECT_EQ(reader.u8(), 0);
  EXPECT_FALSE(reader.ok());
  EXPECT_FALSE(reader.done());
}

TEST(ByteReader, RefusesABlockLongerThanWhatIsThere) {
  const Bytes bytes{0xff, 0xff, 0x01};
  ByteReader reader(bytes);
  EXPECT_TRUE(reader.u16_block().empty());
  EXPECT_FALSE(reader.ok());
}

TEST(ByteWriter, FillsInTheLengthOfABlockAfterwards) {
  ByteWriter writer;
  writer.u24_block([&] {
    writer.u16(0x0102);
    writer.u8_block([&] { writer.text("hi"); });
  });
  EXPECT_EQ(to_hex(writer.view()),
            "000005"
            "0102"
            "02"
            "6869");
}

}  // namespace
}  // namespace ucready
