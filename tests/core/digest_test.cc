#include "core/digest.h"

#include <gtest/gtest.h>

namespace ucready {
namespace {

// The examples of FIPS 180-4's companion page (SHA256.pdf) and the million letters a.
TEST(Sha256, AgreesWithThePublishedExamples) {
  EXPECT_EQ(sha256_hex({}), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  EXPECT_EQ(sha256_hex(as_bytes("abc")), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(sha256_hex(as_bytes("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq")),
            "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
  EXPECT_EQ(sha256_hex(Bytes(1'000'000, 'a')), "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

TEST(Sha256, GivesTheSameHoweverTheMessageIsCut) {
  const Bytes message(200, 'x');
  for (std::size_t cut = 0; cut <= message.size(); ++cut) {
    Sha256 digest;
    digest.update(ByteView(message).first(cut));
    digest.update(ByteView(message).subspan(cut));
    EXPECT_EQ(to_hex(digest.finish()), sha256_hex(message)) << "cut at " << cut;
  }
}

TEST(Sha256, TellsFieldsApart) {
  Sha256 one;
  one.field("ab");
  one.field("c");
  Sha256 other;
  other.field("a");
  other.field("bc");

  EXPECT_NE(one.finish(), other.finish());
}

}  // namespace
}  // namespace ucready
