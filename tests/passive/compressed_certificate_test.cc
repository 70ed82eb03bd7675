// A certificate that came compressed (RFC 8879), in a capture with a key log.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "passive/key_log.h"
#include "tests/passive/replay.h"
#include "tests/support/sealed_records.h"
#include "tls/handshake.h"
#include "tls/record.h"
#include "tls/tls13_keys.h"

namespace ucready::passive {
namespace {

using support::compressed_certificate;
using support::packed;
using support::sealed;

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
      const Bytes whole = compressed_certificate(algorithm, (*next)->body.size(), packed(algorithm, (*next)->body));
      tls::write_handshake(opened, tls::HandshakeType::compressed_certificate, [&] { opened.bytes(whole); });
    }
  }
  ASSERT_TRUE(finished);
  clear.bytes(sealed(secrets->server_handshake.view(), opened.view()));
  flight.bytes = clear.take();
}

TEST(CompressedCertificate, OfAHandshakeIsReadWithItsSecrets) {
  for (const std::uint16_t algorithm : {support::kZlib, support::kBrotli, support::kZstd}) {
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
