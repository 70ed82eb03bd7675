#include "tests/support/sealed_records.h"

#include <brotli/encode.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <zlib.h>
#include <zstd.h>

#include <memory>
#include <stdexcept>

#include "tests/support/server_messages.h"
#include "tls/client_hello.h"
#include "tls/extension.h"
#include "tls/handshake.h"
#include "tls/hello_probe.h"
#include "tls/tls13_keys.h"

namespace ucready::support {
namespace {

constexpr tls::CipherSuite kSuite{0x1301};
constexpr tls::Group kX25519{0x001d};

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

Bytes share_in(ByteView hello_body) {
  Bytes found;
  ByteReader reader(hello_body);
  reader.u16();       // legacy_version
  reader.bytes(32);   // random
  reader.u8_block();  // session_id
  reader.u16_block();
  reader.u8_block();
  const bool whole = tls::for_each_extension(reader.u16_block(), [&](tls::ExtensionType type, ByteView content) {
    if (type != tls::extension::kKeyShare) return;
    ByteReader shares(ByteReader(content).u16_block());
    while (!shares.empty() && shares.ok()) {
      const tls::Group group{shares.u16()};
      const ByteView share = shares.u16_block();
      if (group == kX25519) found.assign(share.begin(), share.end());
    }
  });
  if (!whole) throw std::runtime_error("a hello whose extensions are cut short");
  return found;
}

}  // namespace

Bytes packed(std::uint16_t algorithm, ByteView plain) {
  std::size_t size = plain.size() + 1024;
  Bytes out(size);
  bool done = false;
  if (algorithm == kZlib) {
    uLongf zlib_size = size;
    done = compress(out.data(), &zlib_size, plain.data(), plain.size()) == Z_OK;
    size = zlib_size;
  } else if (algorithm == kBrotli) {
    done = BrotliEncoderCompress(9, 22, BROTLI_MODE_GENERIC, plain.size(), plain.data(), &size, out.data()) == 1;
  } else {
    size = ZSTD_compress(out.data(), out.size(), plain.data(), plain.size(), 3);
    done = ZSTD_isError(size) == 0;
  }
  if (!done) throw std::runtime_error("the library would not compress");
  out.resize(size);
  return out;
}

Bytes compressed_certificate(std::uint16_t algorithm, std::size_t claimed_bytes, ByteView content) {
  ByteWriter out;
  out.u16(algorithm);
  out.u24(static_cast<std::uint32_t>(claimed_bytes));
  out.u24_block([&] { out.bytes(content); });
  return out.take();
}

Bytes sealed(ByteView traffic_secret, ByteView handshake) {
  constexpr std::size_t kTag = 16;
  const Bytes key = expanded(traffic_secret, "key", 16), iv = expanded(traffic_secret, "iv", 12);
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

Bytes tls13_answer(ByteView hello, ByteView messages) {
  constexpr std::size_t kRecordHeader = 5, kMessageHeader = 4;
  const ByteView message = hello.subspan(kRecordHeader);
  const auto asked = tls::read_client_hello(message.subspan(kMessageHeader));
  if (!asked) throw std::runtime_error(asked.error().message);
  tls::KeyShares keys;
  ByteWriter body;
  body.u16(0x0303);
  body.bytes(Bytes(32, 0x42));  // random
  body.u8_block([&] { body.bytes(asked->session_id); });
  body.u16(kSuite.value);
  body.u8(0);  // compression
  body.u16_block([&] {
    tls::write_extension(body, tls::extension::kSupportedVersions, [&] { body.u16(tls::kTls13.value); });
    tls::write_extension(body, tls::extension::kKeyShare, [&] {
      body.u16(kX25519.value);
      body.u16_block([&] { body.bytes(keys.public_share(kX25519)); });
    });
  });
  const Bytes server_hello = handshake_record(2, body.view());
  Bytes transcript(message.begin(), message.end());
  transcript.insert(transcript.end(), server_hello.begin() + kRecordHeader, server_hello.end());
  const Bytes secret = keys.agree(kX25519, share_in(message.subspan(kMessageHeader)));
  const tls::Secret hash = tls::transcript_hash(kSuite, transcript);
  return server_hello + sealed(tls::derive_handshake_secrets(kSuite, secret, hash.view()).server.view(), messages);
}

}  // namespace ucready::support
