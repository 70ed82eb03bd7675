#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/passive/replay.h"

namespace ucready::passive {
namespace {

using db::SessionSide;
using Kind = Conversation::Kind;

TEST(Conversation, ReadsAHandshakeOfTls12WholeWhateverTheSegments) {
  const Pair pair = talk({.version = 0x0303, .key = "rsa:2048", .ciphers = "ECDHE-RSA-AES128-GCM-SHA256"});
  for (const std::size_t segment :
       {std::size_t{1}, std::size_t{7}, std::size_t{536}, std::size_t{1400}, std::size_t{60000}}) {
    const Heard heard = hear(pair.flights, {.segment = segment});
    SCOPED_TRACE(segment);
    ASSERT_EQ(heard.kind, Kind::session);
    EXPECT_EQ(heard.client, Side::a);
    EXPECT_TRUE(heard.done);
    EXPECT_EQ(heard.seen.protocol, "tls");
    EXPECT_EQ(heard.seen.server_name, "cucm.nordwind.example");
    EXPECT_EQ(heard.seen.version, tls::kTls12);
    EXPECT_EQ(heard.seen.suite, tls::CipherSuite{0xc02f});
    EXPECT_EQ(heard.seen.group, tls::Group{0x001d});
    EXPECT_EQ(heard.seen.scheme, tls::SignatureScheme{0x0804});
    EXPECT_EQ(heard.seen.server_key_type, "rsa");
    ASSERT_EQ(heard.seen.server_chain.size(), 1U);
    EXPECT_EQ(heard.seen.server_chain[0]->der, pair.server_certificate);
    EXPECT_EQ(heard.seen.client_certificate_requested, false);
    EXPECT_EQ(heard.seen.resumed, false);
    EXPECT_EQ(heard.seen.established, true);
    EXPECT_EQ(heard.seen.alert_by, std::nullopt);
    EXPECT_EQ(heard.seen.inferred, 0);
    ASSERT_TRUE(heard.seen.offer);
    EXPECT_EQ(heard.seen.offer->highest, tls::kTls12);
    EXPECT_EQ(heard.seen.offer->versions, "TLSv1.2");
    EXPECT_EQ(heard.seen.ja3s.size(), 32U);
  }
}

struct KeyRow {
  std::string key;
  std::string_view type;
};

TEST(Conversation, InfersTheServersKeyTypeOfTls13FromTheSizeOfItsCertificateVerify) {
  const KeyRow rows[] = {{"rsa:2048", "rsa"},   {"rsa:3072", "rsa"},   {"rsa:4096", "rsa"},    {"ec:P-256", "ecdsa"},
                         {"ec:P-384", "ecdsa"}, {"ec:P-521", "ecdsa"}, {"ed25519", "ed25519"}, {"ed448", "ed448"}};
  for (const KeyRow& row : rows) {
    for (const char* suite : {"TLS_AES_128_GCM_SHA256", "TLS_AES_256_GCM_SHA384", "TLS_AES_128_CCM_8_SHA256"}) {
      SCOPED_TRACE(row.key + " " + suite);
      const Pair pair = talk({.key = row.key, .tls13_ciphers = suite});
      const Heard heard = hear(pair.flights);
      EXPECT_EQ(heard.seen.version, tls::kTls13);
      EXPECT_EQ(heard.seen.server_key_type, row.type);
      EXPECT_EQ(heard.seen.established, true);
      EXPECT_EQ(heard.seen.resumed, false);
      EXPECT_EQ(heard.seen.client_certificate_requested, false);
      EXPECT_EQ(heard.seen.alert_by, std::nullopt);
      EXPECT_EQ(db::inferred_text(heard.seen.inferred), "server_key_type,established,client_certificate_requested");
      EXPECT_TRUE(heard.seen.server_chain.empty());
      EXPECT_TRUE(heard.done);
    }
  }
}

TEST(Conversation, ReadsTheClearAlertOfAClientThatRefusesTheServer) {
  for (const int version : {0x0301, 0x0302, 0x0303, 0x0304}) {
    SCOPED_TRACE(version);
    const Pair pair = talk({.version = version, .key = "ec:P-256", .client_trusts_server = false});
    const Heard heard = hear(pair.flights);
    EXPECT_EQ(heard.seen.alert_by, SessionSide::client);
    EXPECT_EQ(heard.seen.alert, tls::Alert{48});
    EXPECT_EQ(heard.seen.established, false);
    EXPECT_EQ(heard.seen.server_key_type, "ecdsa");
    EXPECT_EQ(db::inferred_text(heard.seen.inferred), version == 0x0304 ? "server_key_type" : "");
  }
}

TEST(Conversation, TellsTheClientsCertificateUpToTls12) {
  const Pair sent = talk({.version = 0x0303, .client_key = "ec:P-256", .request_certificate = true});
  const Heard with = hear(sent.flights);
  EXPECT_EQ(with.seen.client_certificate_requested, true);
  EXPECT_EQ(with.seen.client_certificate_sent, true);
  ASSERT_EQ(with.seen.client_chain.size(), 1U);
  EXPECT_EQ(with.seen.client_chain[0]->der, sent.client_certificate);
  EXPECT_EQ(with.seen.established, true);

  const Heard without = hear(talk({.version = 0x0303, .request_certificate = true}).flights);
  EXPECT_EQ(without.seen.client_certificate_requested, true);
  EXPECT_EQ(without.seen.client_certificate_sent, false);
  EXPECT_EQ(without.seen.established, true);

  const Heard refused =
      hear(talk({.version = 0x0303, .request_certificate = true, .require_certificate = true}).flights);
  EXPECT_EQ(refused.seen.client_certificate_sent, false);
  EXPECT_EQ(refused.seen.established, false);
  EXPECT_EQ(refused.seen.alert_by, SessionSide::server);
  EXPECT_EQ(refused.seen.alert, tls::Alert{40});
}

TEST(Conversation, InfersTheClientsCertificateOfTls13) {
  for (const std::string key : {"rsa:2048", "ec:P-256", "ec:P-384", "ed25519"}) {
    SCOPED_TRACE(key);
    const Heard heard = hear(talk({.client_key = key, .request_certificate = true}).flights);
    EXPECT_EQ(heard.seen.client_certificate_requested, true);
    EXPECT_EQ(heard.seen.client_certificate_sent, true);
    EXPECT_EQ(heard.seen.established, true);
    EXPECT_EQ(heard.seen.alert_by, std::nullopt);
  }
  const Heard empty = hear(talk({.request_certificate = true}).flights);
  EXPECT_EQ(empty.seen.client_certificate_requested, true);
  EXPECT_EQ(empty.seen.client_certificate_sent, false);
  EXPECT_EQ(empty.seen.established, true);
}

TEST(Conversation, InfersThatAServerOfTls13RefusedTheClientsCertificate) {
  const Heard refused =
      hear(talk({.client_key = "ec:P-256", .request_certificate = true, .server_trusts_client = false}).flights);
  EXPECT_EQ(refused.seen.established, false);
  EXPECT_EQ(refused.seen.alert_by, SessionSide::server);
  EXPECT_EQ(refused.seen.alert, std::nullopt);
  EXPECT_EQ(db::inferred_text(refused.seen.inferred),
            "server_key_type,established,alert_by,client_certificate_requested");

  const Heard missing = hear(talk({.request_certificate = true, .require_certificate = true}).flights);
  EXPECT_EQ(missing.seen.client_certificate_sent, false);
  EXPECT_EQ(missing.seen.established, false);
  EXPECT_EQ(missing.seen.alert_by, SessionSide::server);
}

TEST(Conversation, TakesNoCloseNotifyForARefusal) {
  // Without tickets, an accepted client and a server that closes first.
  Pair pair = talk({.tickets = false});
  for (std::size_t kept = 0; kept < pair.flights.size(); ++kept) {
    const std::vector<Flight> flights(pair.flights.begin(),
                                      pair.flights.begin() + static_cast<std::ptrdiff_t>(kept + 1));
    EXPECT_EQ(hear(flights).seen.alert_by, std::nullopt) << kept;
  }
}

TEST(Conversation, SeesTheRetryAndKeepsTheFirstHello) {
  const Heard heard = hear(talk({.server_groups = "P-384"}).flights);
  EXPECT_TRUE(heard.seen.hello_retry);
  EXPECT_EQ(heard.seen.group, tls::Group{0x0018});
  EXPECT_EQ(heard.seen.server_key_type, "ecdsa");
  EXPECT_EQ(heard.seen.established, true);
  const Heard straight = hear(talk({}).flights);
  EXPECT_FALSE(straight.seen.hello_retry);
  EXPECT_EQ(heard.seen.offer->offer_id, straight.seen.offer->offer_id);
}

TEST(Conversation, TellsResumptionFromAFullHandshake) {
  for (const bool tickets : {true, false}) {
    const Heard heard = hear(talk({.version = 0x0303, .tickets = tickets, .connections = 2}).flights);
    EXPECT_EQ(heard.seen.resumed, true);
    EXPECT_EQ(heard.seen.established, true);
    EXPECT_TRUE(heard.seen.server_chain.empty());
    EXPECT_EQ(heard.seen.client_certificate_requested, std::nullopt);
    EXPECT_EQ(heard.seen.server_key_type, "");
  }
  const Heard tls13 = hear(talk({.connections = 2}).flights);
  EXPECT_EQ(tls13.seen.resumed, true);
  EXPECT_EQ(tls13.seen.established, true);
  EXPECT_EQ(tls13.seen.server_key_type, "");
  EXPECT_EQ(db::inferred_text(tls13.seen.inferred), "established");
}

TEST(Conversation, ReadsAPskHandshakeWithoutCertificate) {
  const Heard heard = hear(talk({.version = 0x0303, .ciphers = "ECDHE-PSK-AES128-CBC-SHA256", .psk = true}).flights);
  EXPECT_EQ(heard.seen.suite, tls::CipherSuite{0xc037});
  EXPECT_EQ(heard.seen.resumed, false);
  EXPECT_EQ(heard.seen.server_key_type, "");
  EXPECT_EQ(heard.seen.established, true);
}

TEST(Conversation, ReadsTls13WithAKeyLog) {
  const Pair pair = talk({.key = "rsa:2048", .client_key = "ec:P-256", .request_certificate = true});
  const Heard heard = hear(pair.flights, {.segment = 333, .key_log = pair.key_log});
  ASSERT_EQ(heard.seen.server_chain.size(), 1U);
  EXPECT_EQ(heard.seen.server_chain[0]->der, pair.server_certificate);
  ASSERT_EQ(heard.seen.client_chain.size(), 1U);
  EXPECT_EQ(heard.seen.client_chain[0]->der, pair.client_certificate);
  EXPECT_EQ(heard.seen.scheme, tls::SignatureScheme{0x0804});
  EXPECT_EQ(heard.seen.client_certificate_requested, true);
  EXPECT_EQ(heard.seen.client_certificate_sent, true);
  EXPECT_EQ(heard.seen.established, true);
  EXPECT_EQ(heard.seen.inferred, 0);
}

TEST(Conversation, ReadsTheEncryptedAlertOfAServerWithAKeyLog) {
  const Pair pair = talk({.client_key = "ec:P-256", .request_certificate = true, .server_trusts_client = false});
  const Heard heard = hear(pair.flights, {.key_log = pair.key_log});
  EXPECT_EQ(heard.seen.alert_by, SessionSide::server);
  EXPECT_EQ(heard.seen.alert, tls::Alert{48});
  EXPECT_EQ(heard.seen.established, false);
  EXPECT_EQ(heard.seen.inferred, 0);
}

TEST(Conversation, ReadsOneDirectionAlone) {
  const Pair pair = talk({.version = 0x0303});
  const Heard client = hear(pair.flights, {.only = Side::a});
  EXPECT_EQ(client.kind, Kind::session);
  EXPECT_TRUE(client.seen.offer);
  EXPECT_EQ(client.seen.version, std::nullopt);
  EXPECT_EQ(client.seen.established, std::nullopt);
  const Heard server = hear(pair.flights, {.only = Side::b});
  EXPECT_EQ(server.kind, Kind::session);
  EXPECT_EQ(server.client, Side::a);
  EXPECT_FALSE(server.seen.offer);
  EXPECT_EQ(server.seen.server_chain.size(), 1U);
}

struct PreludeRow {
  std::string_view protocol;
  std::vector<std::pair<Side, std::string>> said;
};

TEST(Conversation, NamesTheProtocolThatAPreludeSpeaks) {
  using namespace std::string_literals;
  const std::string mysql_request = "\x20\0\0\1\x85\xae\0\0\0\0\0\1\x21"s + std::string(23, '\0');
  const PreludeRow rows[] = {
      {"smtp",
       {{Side::b, "220 mail ESMTP\r\n"},
        {Side::a, "EHLO nw\r\n"},
        {Side::b, "250-mail\r\n250 STARTTLS\r\n"},
        {Side::a, "starttls\r\n"},
        {Side::b, "220 go\r\n"}}},
      {"imap", {{Side::b, "* OK ready\r\n"}, {Side::a, "a1 STARTTLS\r\n"}, {Side::b, "a1 OK\r\n"}}},
      {"xmpp-client",
       {{Side::a, "<stream:stream xmlns='jabber:client'>"},
        {Side::b, "<stream:stream>"},
        {Side::a, "<starttls/>"},
        {Side::b, "<proceed/>"}}},
      {"xmpp-server",
       {{Side::a, "<stream:stream xmlns='jabber:server'>"}, {Side::a, "<starttls/>"}, {Side::b, "<proceed/>"}}},
      {"ldap",
       {{Side::a,
         "\x30\x1d\x02\x01\x01\x77\x18\x80\x16"
         "1.3.6.1.4.1.1466.20037"},
        {Side::b, "\x30\x0c"s}}},
      {"postgresql", {{Side::a, "\0\0\0\x08\x04\xd2\x16\x2f"s}, {Side::b, "S"}}},
      {"mysql",
       {{Side::b,
         "\x4a\0\0\0\x0a"
         "8.0.32"s},
        {Side::a, mysql_request}}},
      {"tls", {{Side::b, "220 ftp\r\n"}, {Side::a, "AUTH TLS\r\n"}, {Side::b, "234 go\r\n"}}},
      {"tls", {{Side::b, "200 news\r\n"}, {Side::a, "STARTTLS\r\n"}, {Side::b, "382 go\r\n"}}},
      {"tls", {{Side::a, "CONNECT x:443 HTTP/1.1\r\n\r\n"}, {Side::b, "HTTP/1.1 200 OK\r\n\r\n"}}},
      {"tls", {{Side::a, "\x05\x01\0"s}, {Side::b, "\x05\0"s}}},
  };
  const Pair pair = talk({.version = 0x0303});
  for (const PreludeRow& row : rows) {
    std::vector<Flight> prelude;
    for (const auto& [side, text] : row.said)
      prelude.push_back({side, Bytes(as_bytes(text).begin(), as_bytes(text).end())});
    for (const std::size_t segment : {std::size_t{1}, std::size_t{1400}}) {
      SCOPED_TRACE(std::string(row.protocol) + " " + std::to_string(segment));
      const Heard heard = hear(pair.flights, {.segment = segment, .prelude = prelude});
      EXPECT_EQ(heard.kind, Kind::session);
      EXPECT_EQ(heard.seen.protocol, row.protocol);
      EXPECT_EQ(heard.seen.established, true);
      EXPECT_EQ(heard.seen.server_chain.size(), 1U);
    }
  }
}

Bytes tds_packets(ByteView bytes, std::size_t most) {
  ByteWriter out;
  while (!bytes.empty()) {
    const ByteView part = bytes.first(std::min(most, bytes.size()));
    bytes = bytes.subspan(part.size());
    out.u8(0x12);
    out.u8(bytes.empty() ? 1 : 0);
    out.u16(static_cast<std::uint16_t>(part.size() + 8));
    out.u32(0);  // SPID, PacketID, Window
    out.bytes(part);
  }
  return out.take();
}

TEST(Conversation, UnwrapsTlsFromPacketsOfTds) {
  const Pair pair = talk({.version = 0x0303});
  std::vector<Flight> wrapped;
  for (const Flight& flight : pair.flights) {
    const bool bare = wrapped.size() >= 4;  // After the handshake.
    wrapped.push_back({flight.from, bare ? flight.bytes : tds_packets(flight.bytes, 500)});
  }
  for (const std::size_t segment : {std::size_t{1}, std::size_t{100}, std::size_t{1400}}) {
    const Heard heard = hear(wrapped, {.segment = segment});
    EXPECT_EQ(heard.seen.protocol, "tds");
    EXPECT_EQ(heard.seen.established, true);
    EXPECT_EQ(heard.seen.server_chain.size(), 1U);
  }
}

TEST(Conversation, CallsRecordsWithoutHelloMidstream) {
  Bytes record = {0x17, 3, 3, 0, 40};
  record.resize(45, 0x99);
  ConversationContext context;
  Conversation conversation(context);
  conversation.take(Side::b, record, false);
  EXPECT_EQ(conversation.kind(), Kind::midstream);
  EXPECT_TRUE(conversation.done());

  Bytes large = {0x17, 3, 3, 0x40, 0};
  large.resize(5 + 0x4000, 0x99);
  large.insert(large.end(), record.begin(), record.end());
  Conversation longer(context);
  ByteView rest = large;
  while (!rest.empty() && longer.wants(Side::a)) {
    longer.take(Side::a, rest.first(std::min<std::size_t>(rest.size(), 1000)), false);
    rest = rest.subspan(std::min<std::size_t>(rest.size(), 1000));
  }
  EXPECT_EQ(longer.kind(), Kind::midstream);
}

TEST(Conversation, GivesUpOnWhatIsNoTls) {
  ConversationContext context;
  Conversation conversation(context);
  const Bytes text(1000, 'x');
  for (int i = 0; i < 17; ++i) conversation.take(Side::b, text, true);
  EXPECT_TRUE(conversation.done());
  EXPECT_EQ(conversation.kind(), Kind::none);
  EXPECT_LT(conversation.memory(), 4096U);
}

TEST(Conversation, ReadsOnBehindALossButConcludesNothingFromWhatIsMissing) {
  const Pair pair = talk({.key = "rsa:2048"});
  for (const Side side : {Side::a, Side::b}) {
    ConversationContext context;
    Conversation conversation(context);
    for (std::size_t i = 0; i < pair.flights.size(); ++i) {
      const ByteView bytes = pair.flights[i].bytes;
      const bool hole = pair.flights[i].from == side && i == (side == Side::a ? 2U : 1U);
      conversation.take(pair.flights[i].from, hole ? bytes.first(bytes.size() - 100) : bytes, true);
      if (hole) conversation.lost(side);
    }
    conversation.ended(Side::a, Conversation::Ending::fin);
    const auto seen = conversation.finish();
    EXPECT_EQ(seen.alert_by, std::nullopt);
    EXPECT_NE(seen.established, false);
    EXPECT_EQ(seen.server_key_type, side == Side::b ? "" : "rsa");
  }
}

TEST(Conversation, TakesAnAnswerThatWasCapturedBeforeItsQuestion) {
  const Pair pair = talk({});
  std::vector<Flight> late = pair.flights;
  std::swap(late[1], late[2]);
  const Heard heard = hear(late);
  EXPECT_EQ(heard.seen.established, true);
  EXPECT_EQ(heard.seen.server_key_type, "ecdsa");
}

TEST(Conversation, ConcludesNothingBehindBytesThatAreNoRecord) {
  Pair pair = talk({.version = 0x0303});
  Bytes& answer = pair.flights[3].bytes;
  answer.insert(answer.begin(), 6, 0);
  EXPECT_EQ(hear(std::vector<Flight>(pair.flights.begin(), pair.flights.begin() + 4)).seen.established, std::nullopt);
}

TEST(Conversation, PairsAServersAlertWithAHelloThatWasCutShort) {
  const Pair pair = talk({.version = 0x0303});
  ConversationContext context;
  Conversation conversation(context);
  conversation.take(Side::a, ByteView(pair.flights[0].bytes).first(100), true);
  conversation.lost(Side::a);
  conversation.take(Side::b, Bytes{21, 3, 3, 0, 2, 2, 70}, true);
  EXPECT_EQ(conversation.kind(), Kind::session);
  EXPECT_EQ(conversation.client(), Side::a);
  const db::SessionObservation seen = conversation.finish();
  EXPECT_EQ(seen.alert_by, SessionSide::server);
  EXPECT_EQ(seen.alert, tls::Alert{70});
  EXPECT_FALSE(seen.offer);
}

TEST(Conversation, SaysThatAHandshakeBrokenOffWasNotEstablished) {
  const Pair pair = talk({.version = 0x0303});
  const std::vector<Flight> half(pair.flights.begin(), pair.flights.begin() + 2);
  EXPECT_EQ(hear(half).seen.established, false);
  EXPECT_EQ(hear(half, {.close = false}).seen.established, std::nullopt);
}

TEST(Conversation, SurvivesEveryTruncationAndFlippedBit) {
  const Pair pair = talk({.version = 0x0303, .client_key = "ec:P-256", .request_certificate = true});
  ConversationContext context;
  for (std::size_t flight = 0; flight < 3; ++flight) {
    for (std::size_t i = 0; i < pair.flights[flight].bytes.size(); ++i) {
      std::vector<Flight> cut = pair.flights;
      cut[flight].bytes.resize(i);
      cut.resize(flight + 1);
      EXPECT_NE(hear(context, cut).seen.established, true);
      std::vector<Flight> flipped = pair.flights;
      flipped[flight].bytes[i] ^= static_cast<std::uint8_t>(1U << (i % 8));
      (void)hear(context, flipped);
    }
  }
}

TEST(Conversation, TakesAHundredKilobytesByteByByteInBoundedMemory) {
  ByteWriter out;
  for (int i = 0; i < 8; ++i) {
    out.u8(22);
    out.u16(0x0303);
    out.u16_block([&] {
      if (i == 0) {
        out.u8(1);
        out.u24(100000);
        out.u16(0x0303);
      }
      out.bytes(Bytes(16000, 0));
    });
  }
  ConversationContext context;
  const Heard heard = hear(context, {{Side::a, out.take()}}, {.segment = 1});
  EXPECT_LT(heard.most_memory, 300U * 1024);
  ASSERT_NE(heard.seen.offer, nullptr);
  EXPECT_EQ(heard.seen.offer->ciphers, "");  // It follows no format: bytes and version are all there is.
}

}  // namespace
}  // namespace ucready::passive
