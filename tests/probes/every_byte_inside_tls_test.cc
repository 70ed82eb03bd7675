// Servers that fail after any byte of what goes on inside TLS, or of a flight behind a dialect: what a system says of
// itself, trust lists, client certificates, replayed hellos.
#include <gtest/gtest.h>

#include <array>
#include <deque>

#include "probes/dialect/tds_packet.h"
#include "probes/handshake_audit.h"
#include "probes/identify/identification.h"
#include "probes/trust_lists.h"
#include "tests/support/certificate_maker.h"
#include "tests/support/failing_server.h"
#include "tests/support/scripted_transport.h"
#include "tests/support/server_messages.h"
#include "tests/support/temporary_folder.h"
#include "tests/tls/openssl_server.h"
#include "tls/client_hello.h"
#include "tls/recorded_hello.h"

namespace ucready::probes {
namespace {

using support::FailingServer;
using support::Failure;
using support::failures_after;
using support::Speaker;

constexpr std::size_t kNever = std::numeric_limits<std::size_t>::max();

// A TLS server that says `text` to every request and hangs up.
class TlsSpeaker : public Speaker {
 public:
  TlsSpeaker(tls::ServerConfig config, std::string text) : server_(with(std::move(config), std::move(text))) {}
  Bytes answer(ByteView sent) override { return server_.answer(sent); }
  [[nodiscard]] bool done() const override { return asked_; }

 private:
  tls::ServerConfig with(tls::ServerConfig config, std::string text) {
    config.respond = [this, text = std::move(text)](std::string_view) {
      asked_ = true;
      return text;
    };
    return config;
  }
  bool asked_ = false;
  tls::OpensslServer server_;
};

// Says the same whatever it is told: a greeting, an answer in clear.
class PlainSpeaker : public Speaker {
 public:
  PlainSpeaker(Bytes greeting, Bytes answer) : greeting_(std::move(greeting)), answer_(std::move(answer)) {}
  Bytes greet() override { return greeting_; }
  Bytes answer(ByteView) override {
    asked_ = true;
    return answer_;
  }
  [[nodiscard]] bool done() const override { return asked_ || !greeting_.empty(); }

 private:
  Bytes greeting_, answer_;
  bool asked_ = false;
};

enum class TlsBy { own_code, library };  // Who finishes the handshakes.

// An interface of which a scan knows that it speaks this version.
struct Known {
  explicit Known(Target asked, tls::Version version, FailingServer& server, TlsBy by = TlsBy::library)
      : target(std::move(asked)), tools{server, keys, certificates} {
    seen.key.address = "127.0.0.1";
    seen.versions.push_back({.version = version, .outcome = db::VersionOutcome::accepted});
    if (by == TlsBy::library) return;
    seen.versions.back().suite = version == tls::kTls13 ? tls::CipherSuite{0x1302} : tls::CipherSuite{0xc02c};
    seen.versions.back().group = tls::Group{0x001d};
  }

  // The asker lives no longer than the event loop, whose timers it keeps.
  template <typename Work>
  void ask(Work&& work) {
    (void)support::run([](Known& known, Work& inner) -> asio::awaitable<int> {
      Asker asker(known.target, known.options, known.tools, known.seen);
      co_await inner(asker);
      co_return 0;
    }(*this, work));
  }

  Target target;
  tls::KeyShares keys;
  trust::CertificateCache certificates;
  ProbeOptions options{.retry_pause = std::chrono::milliseconds(0)};
  ProbeTools tools;
  db::InterfaceObservation seen;
};

// Its signatures are of one length, so that each connection has the same number of bytes.
tls::ServerConfig small_server(int version) {
  return {.keys = {tls::KeyKind::ed25519}, .min_version = version, .max_version = version};
}

struct Told {
  const char* protocol;
  const char* product;
  const char* says;
  const char* release;  // What it tells, in whole.
};

constexpr Told kTold[] = {
    {"https", "cucm",
     "HTTP/1.1 200 OK\r\n\r\n<versionInformation uri='x'><version>15.0.1</version></versionInformation>", "15.0.1"},
    {"https", "cuc", "HTTP/1.1 200 OK\r\n\r\n<vmrest><name>vmrest</name><version>14.0.1.13900-42</version></vmrest>",
     "14.0.1.13900-42"},
    {"https", "phone",
     "HTTP/1.1 200 OK\r\n\r\n<DeviceInformation><versionID>sip88xx.14-2-1-0101-7</versionID><modelNumber>CP-8845"
     "</modelNumber></DeviceInformation>",
     "sip88xx.14-2-1-0101-7"},
    {"https", "expressway-c",
     "HTTP/1.1 200 OK\r\n\r\n<title>Cisco Expressway-C</title>\n<p>version of this system here: X14.3.7</p>\n",
     "X14.3.7"},
    {"https", "exchange", "HTTP/1.1 200 OK\r\nX-OWA-Version: 15.2.1118.7\r\n\r\n<html></html>", "15.2.1118.7"},
    {"sip-tls", "cucm", "SIP/2.0 200 OK\r\nServer: Cisco-CUCM15.0\r\nContent-Length: 0\r\n\r\n", "15.0"},
    {"sip-tls", "expressway-c", "SIP/2.0 200 OK\r\nServer: TANDBERG/4137 (X14.3.7)\r\nContent-Length: 0\r\n\r\n",
     "X14.3.7"},
};

class EveryByteInsideTls : public testing::TestWithParam<TlsBy> {};
INSTANTIATE_TEST_SUITE_P(ByEither, EveryByteInsideTls, testing::Values(TlsBy::own_code, TlsBy::library));

// The end comes after the last byte of a record: OpenSSL says the text in as many bytes as there are.
TEST_P(EveryByteInsideTls, OfWhatASystemSaysOfItselfMayBeTheLast) {
  for (const Told& told : kTold) {
    const std::string_view says = told.says;
    std::size_t understood = 0;
    for (std::size_t count = 0; count <= says.size(); ++count) {
      for (const Failure& failure : failures_after(kNever)) {
        const std::string said(says.substr(0, count));
        FailingServer server([&] { return std::make_unique<TlsSpeaker>(small_server(TLS1_2_VERSION), said); }, failure);
        Known known({.host = "127.0.0.1", .port = 443, .protocol = "tls", .product = told.product}, tls::kTls12, server,
                    GetParam());
        known.target.protocol = told.protocol;
        known.ask([&](Asker& asker) { return identify(asker, known.seen); });
        EXPECT_LE(server.connections, 2 * kMostIdentifyingQuestions) << told.says << count;
        const std::string& release = known.seen.identified_release;
        EXPECT_TRUE(release.empty() || release == told.release) << release << " of " << said;
        understood += release.empty() ? 0 : 1;
      }
    }
    EXPECT_GT(understood, 0U) << told.says << " is understood in whole";
  }
}

// Of the handshake before it, too: nothing is told, and nothing hangs.
TEST_P(EveryByteInsideTls, OfTheHandshakeBeforeAQuestionMayBeTheLast) {
  const Told& told = kTold[1];
  for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
    const auto ask = [&](FailingServer& server) {
      const tls::Version known_version = version == TLS1_2_VERSION ? tls::kTls12 : tls::kTls13;
      Known known({.host = "127.0.0.1", .port = 443, .protocol = "https", .product = told.product}, known_version,
                  server, GetParam());
      known.ask([&](Asker& asker) { return identify(asker, known.seen); });
      return known.seen.identified_release;
    };
    const auto speaker = [&] { return std::make_unique<TlsSpeaker>(small_server(version), told.says); };
    FailingServer whole(speaker, {});
    EXPECT_EQ(ask(whole), told.release);
    EXPECT_EQ(whole.connections, 1);
    EXPECT_GT(whole.most_said, 400U);
    for (std::size_t count = 0; count < whole.most_said; ++count) {
      for (const Failure& failure : failures_after(count)) {
        FailingServer server(speaker, failure);
        EXPECT_EQ(ask(server), "") << count;
        EXPECT_LE(server.connections, 2 * kMostIdentifyingQuestions);
      }
    }
  }
}

TEST(AServerThatWantsNewKeys, IsAskedByTheLibrary) {
  for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
    tls::ServerConfig config = small_server(version);
    config.before_response = [version](SSL* connection) {
      if (version == TLS1_3_VERSION) {
        SSL_key_update(connection, SSL_KEY_UPDATE_NOT_REQUESTED);
      } else {
        SSL_renegotiate(connection);
      }
      SSL_do_handshake(connection);
    };
    const Told& told = kTold[0];
    FailingServer server([&] { return std::make_unique<TlsSpeaker>(config, told.says); }, {});
    Known known({.host = "127.0.0.1", .port = 443, .protocol = "https", .product = told.product},
                version == TLS1_3_VERSION ? tls::kTls13 : tls::kTls12, server, TlsBy::own_code);
    known.ask([&](Asker& asker) { return identify(asker, known.seen); });
    EXPECT_GE(server.connections, 2);
    EXPECT_EQ(known.seen.identified_release, told.release) << version;
  }
}

// A trust list that was broken off would be the list of another trust.
TEST(EveryByteInClear, OfATrustListMayBeTheLast) {
  const std::string list = std::string("\x01\x00\x02\x01\x02\x02\x00\x02\x00\x0e", 10) + std::string(60, '\x05');
  for (const std::string& head :
       {std::string("HTTP/1.1 200 OK\r\nContent-Length: 70\r\n\r\n"), std::string("HTTP/1.0 200 OK\r\n\r\n")}) {
    const bool counted = head.find("Length") != std::string::npos;
    const std::string says = head + list;
    for (std::size_t count = 0; count <= says.size(); ++count) {
      for (const Failure& failure : failures_after(count)) {
        FailingServer server(
            [&] {
              return std::make_unique<PlainSpeaker>(Bytes{}, Bytes(as_bytes(says).begin(), as_bytes(says).end()));
            },
            failure);
        Known known({.host = "127.0.0.1", .port = 6972, .protocol = "tftp-https"}, tls::kTls12, server);
        known.seen.versions.clear();  // Only in clear.
        known.ask([&](Asker& asker) { return fetch_trust_lists(asker, known.seen); });
        EXPECT_LE(server.connections, 4);
        const bool ended = failure.end.code == ErrorCode::closed;
        for (const auto& kept : known.seen.trust_lists) {
          EXPECT_TRUE(counted ? count == says.size() || !failure.rubbish.empty() : ended) << head << count;
          if (counted && failure.rubbish.empty()) {
            EXPECT_EQ(as_text(kept.bytes), list);
          }
        }
        if (counted && count == says.size()) {
          EXPECT_EQ(known.seen.trust_lists.size(), 2U);
        }
      }
    }
  }
}

// The scan's own certificate is taken only where the server went on to its last byte.
TEST(EveryByteOfAHandshake, AfterTheScansOwnCertificateMayBeTheLast) {
  const support::TemporaryFolder folder;
  const support::MadeCertificate made = support::make_certificate({});
  folder.write("own.pem", made.pem() + made.key_pem());
  const auto identity = ClientIdentity::load(folder / "own.pem", "", "");
  ASSERT_TRUE(identity) << identity.error().message;
  for (const int library_version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
    const tls::Version version = library_version == TLS1_2_VERSION ? tls::kTls12 : tls::kTls13;
    tls::ServerConfig config = small_server(library_version);
    config.request_client_certificate = config.takes_any_client = true;
    config.tickets = 0;
    const auto taken = [&](FailingServer& server) {
      Known known({.host = "127.0.0.1", .port = 443, .protocol = "https"}, version, server);
      known.options.identity = *identity;
      known.seen.client_auth.push_back({.version = version, .requested = true});
      known.ask([&](Asker& asker) { return show_certificate(asker, version, "", known.seen); });
      EXPECT_EQ(server.connections, 1);
      return known.seen.traits.size() == 1 ? known.seen.traits[0].value : std::nullopt;
    };
    const auto speaker = [&] { return std::make_unique<TlsSpeaker>(config, "ok"); };
    FailingServer whole(speaker, {});
    EXPECT_EQ(taken(whole), true) << library_version;
    // In TLSv1.2 its Finished says so, in TLSv1.3 the first that comes after our own: a record, for which it waits a
    // while.
    const std::size_t waited_for = version == tls::kTls13 ? 5 + 2 + 1 + 16 : 0;
    for (std::size_t count = 0; count < whole.most_said; ++count) {
      const std::vector<Failure> all = failures_after(count);
      const bool waits = count + waited_for > whole.most_said;
      for (const Failure& failure : waits ? std::vector{all[count % all.size()]} : all) {
        FailingServer server(speaker, failure);
        EXPECT_NE(taken(server), true) << count;
      }
    }
  }
}

Bytes recorded_hello(tls::Version version) {
  constexpr tls::Group kX25519{0x001d};
  const tls::HelloOffer asked{.versions = {version},
                              .suites = {{0x1301}, {0xc02b}},
                              .groups = {kX25519, {0x0017}},
                              .schemes = {{0x0807}},
                              .key_shares = {kX25519}};
  tls::KeyShares keys;
  const Bytes share(keys.public_share(kX25519).begin(), keys.public_share(kX25519).end());
  const std::array<tls::KeyShareEntry, 1> shares{{{kX25519, share}}};
  tls::HelloParts parts;
  if (version >= tls::kTls13) parts.key_shares = shares;
  return tls::write_client_hello(asked, parts);
}

// Before the answer is whole there is none, and from then on it is always the same one.
TEST(EveryByteOfAHandshake, OfTheAnswerToAReplayMayBeTheLast) {
  for (const int library_version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
    const tls::Version version = library_version == TLS1_2_VERSION ? tls::kTls12 : tls::kTls13;
    const RecordedOffer offer{"a", tls::offer_of_recording(recorded_hello(version), "").value(), {}};
    const auto answered = [&](FailingServer& server) {
      Target target{.host = "127.0.0.1", .port = 5061, .protocol = "tls"};
      target.offers = std::make_shared<const std::vector<RecordedOffer>>(std::vector{offer});
      tls::KeyShares keys;
      trust::CertificateCache certificates;
      ProbeTools tools{server, keys, certificates};
      const ProbeOptions options{.retry_pause = std::chrono::milliseconds(0)};
      const auto seen = support::run(probe_interface(target, "127.0.0.1", options, tools)).value();
      EXPECT_LE(server.connections, 3);
      EXPECT_LE(seen.offer_answers.size(), 1U);
      EXPECT_TRUE(!seen.offer_answers.empty() || seen.state == db::InterfaceState::not_tls);
      if (seen.offer_answers.size() != 1 || seen.offer_answers[0].outcome != db::OfferOutcome::answered) return false;
      EXPECT_EQ(seen.offer_answers[0].version, version);
      EXPECT_EQ(seen.offer_answers[0].certificates.size(), 1U);
      return true;
    };
    const auto speaker = [&] { return std::make_unique<TlsSpeaker>(small_server(library_version), ""); };
    FailingServer whole(speaker, {});
    ASSERT_TRUE(answered(whole));
    bool enough = false;
    for (std::size_t count = 0; count <= whole.most_said; ++count) {
      for (const Failure& failure : failures_after(count)) {
        FailingServer server(speaker, failure);
        const bool now = answered(server);
        EXPECT_TRUE(now || !enough) << count;
        enough = enough || now;
      }
    }
    EXPECT_TRUE(enough);
  }
}

// What a server says in clear before its flight, by dialect; in TDS the flight goes in packets.
struct Prelude {
  const char* protocol;
  std::string says;
};

std::vector<Prelude> preludes() {
  const std::string stream =
      "<stream:stream version='1.0'><stream:features><starttls "
      "xmlns='urn:ietf:params:xml:ns:xmpp-tls'/></stream:features>";
  const std::string mysql(
      "\x27\0\0\0\x0a"
      "8.0.36\0abcd12345678\0\xff\xff\x21\0\0\xff\xc7\x15\0\0\0\0\0\0\0\0\0\0",
      43);
  return {{"smtp", "220 hi\r\n|250-x\r\n250 STARTTLS\r\n|220 go\r\n"},
          {"imap", "* OK ready\r\n|a OK go\r\n"},
          {"xmpp-client", stream + "|<proceed xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>"},
          {"ldap", std::string("\x30\x0c\x02\x01\x01\x78\x07\x0a\x01\0\x04\0\x04\0", 14)},
          {"postgresql", "S"},
          {"mysql", mysql}};
}

std::deque<std::string> parts_of(std::string text) {
  std::deque<std::string> parts;
  for (std::size_t bar = 0; (bar = text.find('|')) != std::string::npos; text.erase(0, bar + 1)) {
    parts.push_back(text.substr(0, bar));
  }
  parts.push_back(std::move(text));
  return parts;
}

// Each connection is the same script.
class ScriptedServer : public Connector {
 public:
  ScriptedServer(std::deque<std::string> parts, Error end) : parts_(std::move(parts)), end_(std::move(end)) {}
  asio::awaitable<Result<std::unique_ptr<Transport>>> connect(const Endpoint&) override {
    ++connections;
    co_return std::make_unique<support::ScriptedTransport>(parts_, end_);
  }
  void slow_down(const std::string&) override {}
  void restore_pace(const std::string&) override {}
  int connections = 0;

 private:
  std::deque<std::string> parts_;
  Error end_;
};

TEST(EveryByteOfAFlight, BehindADialectMayBeTheLast) {
  const Bytes flight = support::rsa_flight(tls::kTls12, tls::CipherSuite{0x002f}, {Bytes{0x30, 0x00}});
  std::vector<Prelude> all = preludes();
  all.push_back(
      {"tds", std::string("\x04\x01\0\x1a\0\0\x01\0\0\0\x0b\0\x06\x01\0\x11\0\x01\xff\x10\0\0\0\0\0\x01", 26)});
  for (const Prelude& prelude : all) {
    const bool in_packets = std::string_view(prelude.protocol) == "tds";
    const Bytes packed = in_packets ? write_tds_message(kTdsPrelogin, flight) : flight;
    for (std::size_t count = 0; count <= packed.size(); ++count) {
      for (const Failure& failure : failures_after(count)) {
        std::deque<std::string> parts = parts_of(prelude.says);
        if (count > 0) parts.emplace_back(as_text(ByteView(packed).first(count)));
        if (!failure.rubbish.empty()) parts.emplace_back(as_text(failure.rubbish));
        ScriptedServer server(std::move(parts), failure.end);
        const Target target{.host = "127.0.0.1", .protocol = prelude.protocol, .domain = "nordwind.test"};
        tls::KeyShares keys;
        trust::CertificateCache certificates;
        ProbeTools tools{server, keys, certificates};
        const ProbeOptions options{
            .depth = Depth::versions, .identify = false, .retry_pause = std::chrono::milliseconds(0)};
        const auto seen = support::run(probe_interface(target, "127.0.0.1", options, tools));
        ASSERT_TRUE(seen) << prelude.protocol << count;
        const bool accepts = std::ranges::any_of(seen->versions, [](const db::VersionObservation& version) {
          return version.outcome == db::VersionOutcome::accepted;
        });
        EXPECT_EQ(accepts, count == packed.size()) << prelude.protocol << " after " << count;
        EXPECT_LE(server.connections, 60) << prelude.protocol << count;
      }
    }
  }
}

}  // namespace
}  // namespace ucready::probes
