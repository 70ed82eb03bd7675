// What is said through a handshake that was finished in our own code, against libssl.
#include <gtest/gtest.h>

#include "tests/tls/offers.h"
#include "tests/tls/openssl_server.h"
#include "tls/channel.h"

namespace ucready::tls {
namespace {

using State = Channel::State;

HelloOffer offer_of(const char* suite) {
  HelloOffer offer =
      facts(*parse_cipher_suite(suite)).key_exchange == KeyExchange::tls13 ? tls13_offer() : legacy_offer(kTls12);
  offer.suites = suites(suite);
  return offer;
}

std::string text_of(std::size_t size) {
  std::string text(size, ' ');
  for (std::size_t i = 0; i < size; ++i) text[i] = static_cast<char>('a' + i % 23);
  return text;
}

class Conversation {
 public:
  explicit Conversation(ServerConfig config) : server_(std::move(config)) {}

  std::unique_ptr<Channel> open(const HelloOffer& offer, std::size_t fragment = 0) {
    HelloProbe probe(offer, keys_, ReadTo::channel);
    answer = interview(server_, probe, fragment);
    return probe.take_channel();
  }

  Bytes reply_to(Channel& channel, std::string_view request) {
    channel.say(as_bytes(request));
    return server_.answer(channel.take_output());
  }

  static std::string hear(Channel& channel, ByteView reply, std::size_t fragment = 0) {
    std::string heard;
    while (!reply.empty()) {
      const std::size_t size = fragment == 0 ? reply.size() : std::min(fragment, reply.size());
      channel.receive(reply.first(size));
      reply = reply.subspan(size);
      heard += as_text(channel.heard());
      channel.take(channel.heard().size());
    }
    return heard;
  }

  std::string ask(Channel& channel, std::string_view request, std::size_t fragment = 0) {
    return hear(channel, reply_to(channel, request), fragment);
  }

  ServerAnswer answer;

 private:
  KeyShares keys_;
  OpensslServer server_;
};

ServerConfig echo(KeyKind key = KeyKind::rsa) {
  return {.keys = {key}, .respond = [](std::string_view request) { return std::string(request); }};
}

class EachSuite : public testing::TestWithParam<const char*> {};

TEST_P(EachSuite, CarriesQuestionsAndAnswersOfAnyLength) {
  const bool ecdsa = std::string_view(GetParam()).find("ECDSA") != std::string_view::npos;
  for (const std::size_t fragment : {0U, 1U, 1000U}) {
    Conversation with(echo(ecdsa ? KeyKind::p256 : KeyKind::rsa));
    const auto channel = with.open(offer_of(GetParam()), fragment);
    ASSERT_NE(channel, nullptr);
    EXPECT_TRUE(with.answer.finished);
    EXPECT_TRUE(with.answer.flight_complete);
    for (const std::size_t size : {1U, 300U, 40'000U}) {
      const std::string text = text_of(size);
      EXPECT_EQ(with.ask(*channel, text, fragment), text) << size;
      EXPECT_EQ(channel->state(), State::open);
    }
  }
}

INSTANTIATE_TEST_SUITE_P(WithCode, EachSuite,
                         testing::Values("TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256",
                                         "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384",
                                         "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256", "TLS_AES_128_GCM_SHA256",
                                         "TLS_AES_256_GCM_SHA384", "TLS_CHACHA20_POLY1305_SHA256"));

class AnOpenChannel : public testing::TestWithParam<Version> {
 protected:
  static HelloOffer offer() { return GetParam() == kTls13 ? tls13_offer() : legacy_offer(kTls12); }
};
INSTANTIATE_TEST_SUITE_P(OfBothVersions, AnOpenChannel, testing::Values(kTls12, kTls13));

TEST_P(AnOpenChannel, EndsWhenTheServerSaysGoodbye) {
  ServerConfig config = echo();
  config.before_response = [](SSL* connection) {
    SSL_write(connection, "last", 4);
    SSL_shutdown(connection);
  };
  Conversation with(config);
  const auto channel = with.open(offer());
  ASSERT_NE(channel, nullptr);

  EXPECT_EQ(with.ask(*channel, "?"), "last");

  EXPECT_EQ(channel->state(), State::closed);
  channel->say(as_bytes("more"));
  EXPECT_FALSE(channel->wants_to_send());
}

TEST_P(AnOpenChannel, SaysGoodbye) {
  Conversation with(echo());
  const auto channel = with.open(offer());
  ASSERT_NE(channel, nullptr);
  EXPECT_EQ(with.ask(*channel, "?"), "?");

  channel->say_farewell();

  EXPECT_TRUE(channel->wants_to_send());
  EXPECT_EQ(with.ask(*channel, "?"), "") << "libssl reads nothing behind a close_notify";
}

TEST_P(AnOpenChannel, BreaksWhereTheServerWantsNewKeys) {
  Conversation with({.before_response = [](SSL* connection) {
    if (GetParam() == kTls13) {
      SSL_key_update(connection, SSL_KEY_UPDATE_REQUESTED);
    } else {
      SSL_renegotiate(connection);
    }
    SSL_do_handshake(connection);
  }});
  const auto channel = with.open(offer());
  ASSERT_NE(channel, nullptr);

  EXPECT_EQ(with.ask(*channel, "?"), "");

  EXPECT_EQ(channel->state(), State::broken);
}

TEST_P(AnOpenChannel, BelievesNoChangedByteAndLosesNoWholeRecord) {
  const std::string first = "first", second = "and the second";
  ServerConfig config;
  config.before_response = [&](SSL* connection) {
    SSL_write(connection, first.data(), static_cast<int>(first.size()));
    SSL_write(connection, second.data(), static_cast<int>(second.size()));
  };
  const std::size_t size = [&] {
    Conversation with(config);
    const auto channel = with.open(offer());
    return with.reply_to(*channel, "?").size();
  }();
  for (std::size_t at = 0; at < size; ++at) {
    Conversation with(config);
    const auto channel = with.open(offer());
    ASSERT_NE(channel, nullptr);
    Bytes reply = with.reply_to(*channel, "?");
    ASSERT_EQ(reply.size(), size);
    reply[at] ^= 0x04;
    const std::string heard = Conversation::hear(*channel, reply, 3);
    EXPECT_TRUE(heard.empty() || heard == first) << at << heard;

    Conversation cut_with(config);
    const auto cut = cut_with.open(offer());
    const Bytes whole = cut_with.reply_to(*cut, "?");
    const std::string said = Conversation::hear(*cut, ByteView(whole).first(at), 3);
    EXPECT_TRUE(said.empty() || said == first) << at;
    EXPECT_EQ(cut->state(), State::open) << at;
  }
}

// In TLSv1.3 a server may speak before it knows that the client is done.
TEST(AChannel, HearsWhatCameRightBehindTheFlight) {
  Conversation with({.tickets = 8, .respond = [](std::string_view) { return std::string("hello"); }});
  const auto channel = with.open(tls13_offer());
  ASSERT_NE(channel, nullptr);
  EXPECT_TRUE(channel->wants_to_send()) << "the client's Finished goes with the first request";
  EXPECT_EQ(with.ask(*channel, "?", 1), "hello") << "past eight tickets";
}

TEST(AChannel, IsNotOpenedWhereTheHandshakeCannotBeFinished) {
  for (const HelloOffer& offer : {tls13_offer(), legacy_offer(kTls12)}) {
    Conversation asks({.request_client_certificate = true});
    EXPECT_EQ(asks.open(offer), nullptr);
    EXPECT_TRUE(asks.answer.flight_complete);
  }
  for (const char* suite : {"TLS_RSA_WITH_AES_128_GCM_SHA256", "TLS_AES_128_CCM_SHA256"}) {
    Conversation has_no_code({.tls13_ciphers = "TLS_AES_128_CCM_SHA256"});
    EXPECT_EQ(has_no_code.open(offer_of(suite)), nullptr);
    EXPECT_TRUE(has_no_code.answer.flight_complete);
  }
}

}  // namespace
}  // namespace ucready::tls
