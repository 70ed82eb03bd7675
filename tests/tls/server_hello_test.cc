#include "tls/server_hello.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/tls/hex.h"
#include "tests/tls/rfc8448.h"
#include "tests/tls/truncation.h"

namespace ucready::tls {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

const std::string kRandom(64, '1');

ByteView body_of(const Bytes& message) { return ByteView(message).subspan(4); }

TEST(ServerHello, OfTls13NamesVersionGroupAndShare) {
  const auto hello = read_server_hello(body_of(hex(rfc8448::kSimpleServerHello)));

  ASSERT_TRUE(hello) << hello.error().message;
  EXPECT_FALSE(hello->retry);
  EXPECT_EQ(hello->legacy_version, kTls12);
  EXPECT_EQ(hello->version, kTls13);
  EXPECT_EQ(hello->suite, CipherSuite{0x1301});
  EXPECT_EQ(hello->group, Group{0x1d});
  EXPECT_EQ(hello->share.size(), 32U);
  EXPECT_THAT(hello->extensions, ElementsAre(ExtensionType{51}, ExtensionType{43}));
}

TEST(ServerHello, WithTheFixedRandomIsAHelloRetryRequest) {
  const auto hello = read_server_hello(body_of(hex(rfc8448::kRetryRequest)));

  ASSERT_TRUE(hello) << hello.error().message;
  EXPECT_TRUE(hello->retry);
  EXPECT_EQ(hello->version, kTls13);
  EXPECT_EQ(hello->group, Group{0x17});
  EXPECT_THAT(hello->share, IsEmpty());
  EXPECT_EQ(hello->cookie.size(), 114U);
}

TEST(ServerHello, OfSslv3EndsWithoutExtensions) {
  const auto hello = read_server_hello(hex("0300" + kRandom + "00 000a 00"));

  ASSERT_TRUE(hello) << hello.error().message;
  EXPECT_EQ(hello->version, kSslv3);
  EXPECT_EQ(hello->suite, CipherSuite{0x000a});
  EXPECT_THAT(hello->extensions, IsEmpty());
}

TEST(ServerHello, ReadsTheSelectedProtocolAndPassesOverUnknownExtensions) {
  const auto hello =
      read_server_hello(hex("0303" + kRandom + "00 c02f 00 0010 1a2b 0003 010203 0010 0005 0003 02 6832"));

  ASSERT_TRUE(hello) << hello.error().message;
  EXPECT_EQ(hello->alpn, "h2");
  EXPECT_THAT(hello->extensions, ElementsAre(ExtensionType{0x1a2b}, ExtensionType{16}));
}

TEST(ServerHello, IsRefusedWhenCutAnywhereButBeforeItsExtensions) {
  const Bytes message = hex(rfc8448::kSimpleServerHello);
  const std::size_t without_extensions = 2 + 32 + 1 + 2 + 1;
  for (std::size_t size = 0; size < message.size() - 4; ++size) {
    EXPECT_EQ(read_server_hello(body_of(message).first(size)).has_value(), size == without_extensions) << size;
  }
}

TEST(ServerHello, IsRefusedWithAnExtensionItCannotRead) {
  const auto hello = read_server_hello(hex("0303" + kRandom + "00 1301 00 0007 002b 0003 030400"));

  ASSERT_FALSE(hello);
  EXPECT_EQ(hello.error().message, "ServerHello's supported_versions cannot be read");
}

TEST(ServerHello, IsRefusedWithBytesAfterItsExtensions) {
  EXPECT_FALSE(read_server_hello(hex("0303" + kRandom + "00 c02f 00 0000 00")));
}

}  // namespace
}  // namespace ucready::tls
