#include "passive/compressed_certificate.h"

#include <brotli/encode.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <zlib.h>
#include <zstd.h>

#include <memory>

#include "passive/key_log.h"
#include "tests/passive/replay.h"
#include "tls/handshake.h"
#include "tls/record.h"
#include "tls/tls13_keys.h"

namespace ucready::passive {
namespace {

constexpr std::uint16_t kZlib = 1, kBrotli = 2, kZstd = 3;

Bytes packed(std::uint16_t algorithm, ByteView plain) {
  std::size_t size = plain.size() + 1024;
  Bytes out(size);
  if (algorithm == kZlib) {
    uLongf zlib_size = size;
    EXPECT_EQ(compress(out.data(), &zlib_size, plain.data(), plain.size()), Z_OK);
    size = zlib_size;
  } else if (algorithm == kBrotli) {
    EXPECT_EQ(BrotliEncoderCompress(9, 22, BROTLI_MODE_GENERIC, plain.size(), plain.data(), &size, out.data()), 1);
  } else {
    size = ZSTD_compress(out.data(), out.size(), plain.data(), plain.size(), 3);
    EXPECT_EQ(ZSTD_isError(size), 0U);
  }
  out.resize(size);
  return out;
}

Bytes message(std::uint16_t algorithm, std::size_t claimed, ByteView content) {
  ByteWriter out;
  out.u16(algorithm);
  out.u24(static_cast<std::uint32_t>(claimed));
  out.u24_block([&] { out.bytes(content); });
  return out.take();
}

Bytes some_certificates(std::size_t size) {
  Bytes bytes(size);
  for (std::size_t i = 0; i < size; ++i) bytes[i] = static_cast<std::uint8_t>(i * i >> 3U);
  return bytes;
}

TEST(CompressedCertificate, IsReadWhateverTheAlgorithm) {
  for (const std::size_t size : {std::size_t{1}, std::size_t{3000}, std::size_t{kMostCertificateBytes}}) {
    const Bytes plain = some_certificates(size);
    for (const std::uint16_t algorithm : {kZlib, kBrotli, kZstd}) {
      SCOPED_TRACE(algorithm);
      const auto read = read_compressed_certificate(message(algorithm, size, packed(algorithm, plain)));
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
      EXPECT_FALSE(read_compressed_certificate(message(algorithm, claimed, content))) << claimed;
    }
  }
}

TEST(CompressedCertificate, ThatWouldBecomeGigabytesIsRefused) {
  const Bytes zeros(std::size_t{64} << 20U);
  for (const std::uint16_t algorithm : {kZlib, kBrotli, kZstd}) {
    SCOPED_TRACE(algorithm);
    const Bytes bomb = packed(algorithm, zeros);
    ASSERT_LT(bomb.size(), 128U * 1024);
    EXPECT_FALSE(read_compressed_certificate(message(algorithm, kMostCertificateBytes, bomb)));
    EXPECT_FALSE(read_compressed_certificate(message(algorithm, 0xffffff, bomb)));
  }
}

TEST(CompressedCertificate, CutOrDamagedAnywhereIsRefusedAndNoHarm) {
  const Bytes plain = some_certificates(900);
  for (const std::uint16_t algorithm : {kZlib, kBrotli, kZstd}) {
    SCOPED_TRACE(algorithm);
    const Bytes content = packed(algorithm, plain);
    const Bytes whole = message(algorithm, plain.size(), content);
    for (std::size_t size = 0; size < whole.size(); ++size) {
      EXPECT_FALSE(read_compressed_certificate(ByteView(whole).first(size))) << size;
    }
    for (std::size_t size = 0; size < content.size(); ++size) {
      EXPECT_FALSE(read_compressed_certificate(message(algorithm, plain.size(), ByteView(content).first(size))))
          << size;
    }
    for (std::size_t bit = 0; bit < content.size() * 8; ++bit) {
      Bytes damaged = content;
      damaged[bit / 8] ^= static_cast<std::uint8_t>(1U << bit % 8);
      const auto read = read_compressed_certificate(message(algorithm, plain.size(), damaged));
      if (read) {
        EXPECT_EQ(read->size(), plain.size());
      }
    }
  }
  EXPECT_FALSE(read_compressed_certificate(message(4, 900, packed(kZlib, plain))));
  Bytes trailed = message(kZlib, plain.size(), packed(kZlib, plain));
  trailed.push_back(0);
  EXPECT_FALSE(read_compressed_certificate(trailed));
}

// HKDF-Expand-Label with one block of SHA-256 (RFC 8446 section 7.1).
Bytes expanded(ByteView secret, std::string_view label, std::uint16_t size) {
  ByteWriter info;
  info.u16(size);
  info.u8_block([&] { info.bytes(as_bytes("tls13 " + std::string(label))); });
  info.u8(0);  // context
  info.u8(1);  // first block
  Bytes block(32);
  HMAC(EVP_sha256(), secret.data(), static_cast<int>(secret.size()), info.view().data(), info.view().size(),
       block.data(), nullptr);
  block.resize(size);
  return block;
}

// The first record of a direction under TLS_AES_128_GCM_SHA256.
Bytes sealed(ByteView secret, ByteView handshake) {
  constexpr std::size_t kTag = 16;
  const Bytes key = expanded(secret, "key", 16), iv = expanded(secret, "iv", 12);
  Bytes inner(handshake.begin(), handshake.end());
  inner.push_back(static_cast<std::uint8_t>(tls::ContentType::handshake));
  ByteWriter header;
  header.u8(static_cast<std::uint8_t>(tls::ContentType::application_data));
  header.u16(0x0303);
  header.u16(static_cast<std::uint16_t>(inner.size() + kTag));
  Bytes record(header.view().begin(), header.view().end());
  Bytes out(inner.size() + kTag);
  const std::unique_ptr<EVP_CIPHER_CTX, decltype(&EVP_CIPHER_CTX_free)> cipher(EVP_CIPHER_CTX_new(),
                                                                               EVP_CIPHER_CTX_free);
  int size = 0;
  EVP_EncryptInit_ex(cipher.get(), EVP_aes_128_gcm(), nullptr, key.data(), iv.data());
  EVP_EncryptUpdate(cipher.get(), nullptr, &size, record.data(), static_cast<int>(record.size()));
  EVP_EncryptUpdate(cipher.get(), out.data(), &size, inner.data(), static_cast<int>(inner.size()));
  EVP_EncryptFinal_ex(cipher.get(), out.data() + size, &size);
  EVP_CIPHER_CTX_ctrl(cipher.get(), EVP_CTRL_GCM_GET_TAG, kTag, out.data() + inner.size());
  record.insert(record.end(), out.begin(), out.end());
  return record;
}

// The same handshake as the server would have sent it with its certificate compressed, in one record: libssl 3.0
// cannot.
void compress_certificate(Pair& pair, std::uint16_t algorithm) {
  Flight& flight = *std::ranges::find(pair.flights, Side::b, &Flight::from);
  KeyLog log;
  log.add(pair.key_log);
  const Flight& hello = *std::ranges::find(pair.flights, Side::a, &Flight::from);
  const TrafficSecrets* const secrets = log.find(ByteView(hello.bytes).subspan(5 + 4 + 2, 32));
  ASSERT_NE(secrets, nullptr);
  tls::RecordOpener opener(tls::CipherSuite{0x1301}, secrets->server_handshake.view());

  ByteWriter clear, opened;
  tls::HandshakeReader messages;
  bool finished = false;
  ByteReader reader(flight.bytes);
  Bytes behind;
  while (reader.remaining() > 0) {
    const ByteView header = reader.bytes(5);
    const ByteView body = reader.bytes(static_cast<std::size_t>(header[3] << 8U | header[4]));
    if (header[0] != static_cast<std::uint8_t>(tls::ContentType::application_data)) {
      clear.bytes(header);
      clear.bytes(body);
      continue;
    }
    ASSERT_FALSE(finished);
    const auto content = opener.open(header, body);
    ASSERT_TRUE(content);
    messages.feed(content->content);
    while (true) {
      const auto next = messages.next();
      if (!next || !*next) break;
      finished = finished || (*next)->type == tls::HandshakeType::finished;
      if ((*next)->type != tls::HandshakeType::certificate) {
        opened.bytes((*next)->whole);
        continue;
      }
      const Bytes whole = message(algorithm, (*next)->body.size(), packed(algorithm, (*next)->body));
      tls::write_handshake(opened, tls::HandshakeType::compressed_certificate, [&] { opened.bytes(whole); });
    }
  }
  ASSERT_TRUE(finished);
  clear.bytes(sealed(secrets->server_handshake.view(), opened.view()));
  flight.bytes = clear.take();
}

TEST(CompressedCertificate, OfAHandshakeIsReadWithItsSecrets) {
  for (const std::uint16_t algorithm : {kZlib, kBrotli, kZstd}) {
    SCOPED_TRACE(algorithm);
    Pair pair = talk({.key = "ec:P-256", .tls13_ciphers = "TLS_AES_128_GCM_SHA256"});
    compress_certificate(pair, algorithm);

    const Heard heard = hear(pair.flights, {.key_log = pair.key_log});

    ASSERT_EQ(heard.seen.server_chain.size(), 1U);
    EXPECT_EQ(heard.seen.server_chain[0]->der, pair.server_certificate);
    EXPECT_EQ(heard.seen.server_key_type, "ecdsa");
    EXPECT_EQ(heard.seen.established, true);
    EXPECT_EQ(heard.seen.client_certificate_requested, false);
  }
}

}  // namespace
}  // namespace ucready::passive
