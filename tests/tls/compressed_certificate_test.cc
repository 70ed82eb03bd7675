#include "tls/compressed_certificate.h"

#include <gtest/gtest.h>

#include "tests/support/sealed_records.h"

namespace ucready::tls {
namespace {

using support::compressed_certificate;
using support::kBrotli;
using support::kZlib;
using support::kZstd;
using support::packed;

Bytes some_certificates(std::size_t size) {
  Bytes bytes(size);
  for (std::size_t i = 0; i < size; ++i) bytes[i] = static_cast<std::uint8_t>(i * i >> 3U);
  return bytes;
}

TEST(CompressedCertificate, IsReadWhateverTheAlgorithm) {
  for (const std::size_t size : {std::size_t{1}, std::size_t{3000}, std::size_t{kMostInflatedBytes}}) {
    const Bytes plain = some_certificates(size);
    for (const std::uint16_t algorithm : {kZlib, kBrotli, kZstd}) {
      SCOPED_TRACE(algorithm);
      const auto read = read_compressed_certificate(compressed_certificate(algorithm, size, packed(algorithm, plain)));
      ASSERT_TRUE(read) << read.error().message;
      EXPECT_EQ(*read, plain);
    }
  }
}

TEST(CompressedCertificate, OfAnotherLengthThanItSaysIsRefused) {
  const Bytes plain = some_certificates(3000);
  for (const std::uint16_t algorithm : {kZlib, kBrotli, kZstd}) {
    SCOPED_TRACE(algorithm);
    const Bytes content = packed(algorithm, plain);
    for (const std::size_t claimed : {0U, 1U, 2999U, 3001U, 65536U, 65537U, 0xffffffU}) {
      EXPECT_FALSE(read_compressed_certificate(compressed_certificate(algorithm, claimed, content))) << claimed;
    }
  }
}

TEST(CompressedCertificate, ThatWouldBecomeGigabytesIsRefused) {
  const Bytes zeros(std::size_t{64} << 20U);
  for (const std::uint16_t algorithm : {kZlib, kBrotli, kZstd}) {
    SCOPED_TRACE(algorithm);
    const Bytes bomb = packed(algorithm, zeros);
    ASSERT_LT(bomb.size(), 128U * 1024);
    EXPECT_FALSE(read_compressed_certificate(compressed_certificate(algorithm, kMostInflatedBytes, bomb)));
    EXPECT_FALSE(read_compressed_certificate(compressed_certificate(algorithm, 0xffffff, bomb)));
  }
}

TEST(CompressedCertificate, CutOrDamagedAnywhereIsRefusedAndNoHarm) {
  const Bytes plain = some_certificates(900);
  for (const std::uint16_t algorithm : {kZlib, kBrotli, kZstd}) {
    SCOPED_TRACE(algorithm);
    const Bytes content = packed(algorithm, plain);
    const Bytes whole = compressed_certificate(algorithm, plain.size(), content);
    for (std::size_t size = 0; size < whole.size(); ++size) {
      EXPECT_FALSE(read_compressed_certificate(ByteView(whole).first(size))) << size;
    }
    for (std::size_t size = 0; size < content.size(); ++size) {
      EXPECT_FALSE(
          read_compressed_certificate(compressed_certificate(algorithm, plain.size(), ByteView(content).first(size))))
          << size;
    }
    for (std::size_t bit = 0; bit < content.size() * 8; ++bit) {
      Bytes damaged = content;
      damaged[bit / 8] ^= static_cast<std::uint8_t>(1U << bit % 8);
      const auto read = read_compressed_certificate(compressed_certificate(algorithm, plain.size(), damaged));
      if (read) {
        EXPECT_EQ(read->size(), plain.size());
      }
    }
  }
  EXPECT_FALSE(read_compressed_certificate(compressed_certificate(4, 900, packed(kZlib, plain))));
  Bytes trailed = compressed_certificate(kZlib, plain.size(), packed(kZlib, plain));
  trailed.push_back(0);
  EXPECT_FALSE(read_compressed_certificate(trailed));
}

}  // namespace
}  // namespace ucready::tls
