#include "tls/recorded_hello.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "tests/tls/offers.h"
#include "tests/tls/openssl_server.h"
#include "tls/extension.h"
#include "tls/handshake.h"

namespace ucready::tls {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using End = ServerAnswer::End;

constexpr Group kX25519{0x001d}, kX448{0x001e}, kGreaseGroup{0x2a2a};

// Extensions as a client sent them, in this order.
struct Sent {
  Version legacy_version = kTls12;
  Bytes session_id = Bytes(32, 0x55);
  std::vector<CipherSuite> suites = {{0x3a3a}, {0x1301}, {0xc02b}, {0xc02f}, {0x00ff}};
  std::vector<RawExtension> extensions;
};

Bytes list_of(std::initializer_list<std::uint16_t> numbers, std::size_t length_bytes = 2) {
  ByteWriter out;
  out.block(length_bytes, [&] {
    for (const std::uint16_t number : numbers) out.u16(number);
  });
  return out.take();
}

Bytes shares_of(std::initializer_list<std::pair<Group, std::size_t>> groups) {
  ByteWriter out;
  out.u16_block([&] {
    for (const auto& [group, bytes] : groups) {
      out.u16(group.value);
      out.u16_block([&] { out.bytes(Bytes(bytes, 0x44)); });
    }
  });
  return out.take();
}

Bytes name_of(std::string_view name) {
  ByteWriter out;
  out.u16_block([&] {
    out.u8(0);
    out.u16_block([&] { out.text(name); });
  });
  return out.take();
}

Bytes message_of(const Sent& sent) {
  ByteWriter out;
  write_handshake(out, HandshakeType::client_hello, [&] {
    out.u16(sent.legacy_version.value);
    out.bytes(Bytes(32, 0x11));
    out.u8_block([&] { out.bytes(sent.session_id); });
    out.u16_block([&] {
      for (const CipherSuite suite : sent.suites) out.u16(suite.value);
    });
    out.u8_block([&] { out.u8(0); });
    if (sent.extensions.empty()) return;
    out.u16_block([&] {
      for (const RawExtension& one : sent.extensions) {
        write_extension(out, one.type, [&] { out.bytes(one.content); });
      }
    });
  });
  return out.take();
}

std::vector<RawExtension> usual_extensions() {
  return {{{0x5a5a}, {}},
          {extension::kSupportedVersions, list_of({0x6a6a, 0x0304, 0x0303}, 1)},
          {extension::kSignatureAlgorithms, list_of({0x0403, 0x0804, 0x0401})},
          {extension::kServerName, name_of("elsewhere.example")},
          {extension::kKeyShare, shares_of({{kGreaseGroup, 1}, {kX25519, 32}})},
          {extension::kSupportedGroups, list_of({0x2a2a, 0x001d, 0x0017})},
          {extension::kPskKeyExchangeModes, {1, 1}},
          {extension::kEcPointFormats, {1, 0}},
          {extension::kSessionTicket, Bytes(48, 0x33)},
          {{0x7a7a}, {0}}};
}

Bytes recording() { return message_of({.extensions = usual_extensions()}); }

// The first hello that a probe sends, read again.
ClientHello sent_again(ByteView message, const std::string& server_name) {
  KeyShares keys;
  const HelloOffer asked = offer_of_recording(message, server_name).value();
  HelloProbe probe(asked, keys);
  constexpr std::size_t kRecordAndHandshakeHeader = 9;
  return read_client_hello(ByteView(probe.take_output()).subspan(kRecordAndHandshakeHeader)).value();
}

ClientHello read(ByteView message) { return read_client_hello(message.subspan(4)).value(); }

TEST(RecordedHello, IsSentWithItsListsAndOrderAndOnlyTheConnectionsOwnMadeNew) {
  const ClientHello before = read(recording());

  ClientHello after = sent_again(recording(), "elsewhere.example");

  EXPECT_NE(after.random, before.random);
  EXPECT_NE(after.session_id, before.session_id);
  EXPECT_EQ(after.session_id.size(), before.session_id.size());
  EXPECT_EQ(after.session_ticket_bytes, 0U);
  after.random = before.random;
  after.session_id = before.session_id;
  after.session_ticket_bytes = before.session_ticket_bytes;
  EXPECT_EQ(after, before);
}

TEST(RecordedHello, CarriesOwnSharesAndLeavesOthersAsTheyWere) {
  KeyShares keys;
  const HelloOffer asked = offer_of_recording(recording(), "").value();
  HelloProbe probe(asked, keys);
  const Bytes sent = probe.take_output();

  const auto holds = [&](ByteView part) { return std::ranges::search(sent, part).begin() != sent.end(); };
  EXPECT_TRUE(holds(keys.public_share(kX25519)));
  EXPECT_FALSE(holds(Bytes(32, 0x44)));
  const Bytes grease = {0x2a, 0x2a, 0, 1, 0x44};
  EXPECT_TRUE(holds(grease));
}

TEST(RecordedHello, NamesTheServerAskedOrNobodyAndNeverAddsAName) {
  EXPECT_EQ(sent_again(recording(), "cucm-pub.example.com").server_name, "cucm-pub.example.com");
  EXPECT_FALSE(sent_again(recording(), "").has(extension::kServerName));

  Sent nameless{.extensions = usual_extensions()};
  std::erase_if(nameless.extensions, [](const RawExtension& one) { return one.type == extension::kServerName; });
  EXPECT_FALSE(sent_again(message_of(nameless), "cucm-pub.example.com").has(extension::kServerName));
  EXPECT_TRUE(names_server(offer_of_recording(recording(), "a").value()));
  EXPECT_FALSE(names_server(offer_of_recording(message_of(nameless), "a").value()));
}

TEST(RecordedHello, LeavesOutWhatOnlyThatClientCouldGoOnWith) {
  Sent resuming{.extensions = usual_extensions()};
  resuming.extensions.push_back({{42}, {}});
  resuming.extensions.push_back({extension::kPreSharedKey, Bytes(60, 0x22)});

  const ClientHello after = sent_again(message_of(resuming), "elsewhere.example");

  EXPECT_FALSE(after.has(ExtensionType{42}));
  EXPECT_FALSE(after.has(extension::kPreSharedKey));
  EXPECT_TRUE(after.has(extension::kPskKeyExchangeModes));
}

TEST(RecordedHello, OfferSaysWhatIsInIt) {
  const HelloOffer offer = offer_of_recording(recording(), "a.example").value();

  EXPECT_THAT(offer.versions, ElementsAre(kTls13, kTls12));
  EXPECT_THAT(offer.groups, ElementsAre(kGreaseGroup, kX25519, Group{0x0017}));
  EXPECT_THAT(offer.key_shares, ElementsAre(kGreaseGroup, kX25519));
  EXPECT_EQ(offer.server_name, "a.example");
  EXPECT_THAT(offer_of_recording(message_of({.legacy_version = kTls10}), "").value().versions, ElementsAre(kTls10));
}

TEST(RecordedHello, WhatCannotBeSentIsRefusedWithTheReason) {
  const auto why = [](const Bytes& message, const std::string& name = "") {
    const auto offer = offer_of_recording(message, name);
    return offer ? std::string("taken") : offer.error().message;
  };
  EXPECT_EQ(why(recording()), "taken");
  EXPECT_THAT(why(recording(), std::string(256, 'a')), HasSubstr("name has 256 bytes"));
  EXPECT_THAT(why(Bytes(40'000, 1)), HasSubstr("40000 bytes"));
  EXPECT_THAT(why(message_of({.legacy_version = kSslv2})), HasSubstr("SSLv2 alone"));
  Sent odd{.extensions = {{extension::kKeyShare, {0, 7, 1}}}};
  EXPECT_THAT(why(message_of(odd)), HasSubstr("cannot be read"));
}

TEST(RecordedHello, CutShortAnywhereItIsRefusedOrWhole) {
  const Bytes whole = recording();
  for (std::size_t size = 0; size < whole.size(); ++size) {
    const auto offer = offer_of_recording(ByteView(whole).first(size), "a");
    EXPECT_FALSE(offer) << size;
  }
}

class RecordedHelloWithOpenssl : public testing::Test {
 protected:
  ServerAnswer ask(const ServerConfig& config, const Bytes& message) {
    OpensslServer server(config);
    const HelloOffer asked = offer_of_recording(message, "").value();
    HelloProbe probe(asked, keys_);
    return interview(server, probe);
  }
  KeyShares keys_;
};

TEST_F(RecordedHelloWithOpenssl, IsAnsweredWithACertificateThatIsRead) {
  const ServerAnswer answer = ask({.keys = {KeyKind::rsa, KeyKind::p256}}, recording());

  EXPECT_EQ(answer.end, End::read) << answer.defect;
  EXPECT_EQ(answer.version, kTls13);
  EXPECT_THAT(answer.certificates, ElementsAre(OpensslServer::certificate_of(KeyKind::p256)));
}

TEST_F(RecordedHelloWithOpenssl, AnswersARetryWithOneShareAndTheRestAsItWas) {
  const ServerAnswer answer = ask({.groups = "P-256"}, recording());

  EXPECT_EQ(answer.end, End::read) << answer.defect;
  EXPECT_TRUE(answer.hello_retry);
  EXPECT_EQ(answer.group, Group{0x0017});
  EXPECT_EQ(answer.certificates.size(), 1U);
}

TEST_F(RecordedHelloWithOpenssl, IsReadBehindARareGroup) {
  Sent sent{.extensions = usual_extensions()};
  sent.extensions[4].content = shares_of({{kX448, 56}});
  sent.extensions[5].content = list_of({0x001e, 0x001d});

  const ServerAnswer answer = ask({}, message_of(sent));

  EXPECT_EQ(answer.end, End::read) << answer.defect;
  EXPECT_TRUE(answer.hello);
  EXPECT_EQ(answer.version, kTls13);
  EXPECT_EQ(answer.group, kX448);
  EXPECT_FALSE(answer.encrypted_unread);
  EXPECT_EQ(answer.certificates.size(), 1U);
}

TEST_F(RecordedHelloWithOpenssl, InTheFormOfSslv2IsAnsweredToo) {
  ByteWriter out;
  out.u8(1);        // msg_type
  out.u16(0x0303);  // version
  out.u16(6);
  out.u16(0);
  out.u16(16);
  out.u24(0x00002f);  // TLS_RSA_WITH_AES_128_CBC_SHA
  out.u24(0x010080);  // A suite of SSLv2 itself.
  out.bytes(Bytes(16, 0x77));

  const ServerAnswer answer = ask({}, out.take());

  EXPECT_EQ(answer.end, End::read) << answer.defect << answer.not_tls;
  EXPECT_EQ(answer.version, kTls12);
  EXPECT_EQ(answer.certificates.size(), 1U);
}

}  // namespace
}  // namespace ucready::tls
