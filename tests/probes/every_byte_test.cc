// Servers that fail after any byte of what they had to say: closed, reset, silent, or going on with rubbish. Each time
// there is an answer that says so, and an end.
#include <gtest/gtest.h>

#include <algorithm>

#include "probes/dialect.h"
#include "probes/identify/method.h"
#include "probes/interface_probe.h"
#include "tests/support/scripted_transport.h"
#include "tests/support/server_messages.h"
#include "tls/client_hello.h"

namespace ucready::probes {
namespace {

using support::FunctionConnector;
using support::ScriptedTransport;

const Error kEndings[] = {{ErrorCode::closed, "connection closed"},
                          {ErrorCode::reset, "connection reset"},
                          {ErrorCode::timeout, "no answer in time"}};

std::string text_of(std::initializer_list<int> bytes) {
  std::string text;
  for (const int byte : bytes) text += static_cast<char>(byte);
  return text;
}

std::string mysql_greeting() {
  const std::string payload =
      text_of({10}) + "8.0.36" + std::string(1, '\0') + "abcd" + "12345678" + text_of({0, 0xff, 0xff, 33});
  return text_of({static_cast<int>(payload.size()), 0, 0, 0}) + payload;
}

// All that a server says before TLS, in the pieces in which it says it.
struct Script {
  const char* protocol;
  std::vector<std::string> says;
};
std::vector<Script> scripts() {
  const std::string stream =
      "<?xml version='1.0'?><stream:stream from='nordwind.test' version='1.0'>"
      "<stream:features><starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/></stream:features>";
  return {{"smtp", {"220 hi\r\n", "250-x\r\n250 STARTTLS\r\n", "220 go\r\n"}},
          {"imap", {"* OK ready\r\n", "a OK go\r\n"}},
          {"xmpp-client", {stream, "<proceed xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>"}},
          {"xmpp-server", {stream, "<proceed xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>"}},
          {"ldap", {text_of({0x30, 0x0c, 2, 1, 1, 0x78, 7, 0x0a, 1, 0, 4, 0, 4, 0})}},
          {"postgresql", {"S"}},
          {"mysql", {mysql_greeting()}},
          {"tds", {text_of({4, 1, 0, 26, 0, 0, 1, 0, 0, 0, 11, 0, 6, 1, 0, 17, 0, 1, 0xff, 16, 0, 0, 0, 0, 0, 1})}}};
}

// The first `count` bytes of it.
std::deque<std::string> cut(const std::vector<std::string>& says, std::size_t count) {
  std::deque<std::string> parts;
  for (const std::string& part : says) {
    const std::size_t taken = std::min(count, part.size());
    if (taken > 0) parts.push_back(part.substr(0, taken));
    count -= taken;
  }
  return parts;
}

Result<void> start(const char* protocol, std::deque<std::string> says, const Error& end) {
  Target target;
  target.host = "10.0.0.5";
  target.domain = "nordwind.test";
  ScriptedTransport server(std::move(says), end);
  return support::run(find_dialect(protocol)->start_tls(server, target));
}

TEST(EveryByte, OfADialectMayBeTheLast) {
  for (const Script& script : scripts()) {
    std::size_t whole = 0;
    for (const std::string& part : script.says) whole += part.size();
    for (const Error& end : kEndings) {
      EXPECT_TRUE(start(script.protocol, cut(script.says, whole), end)) << script.protocol;
      for (std::size_t count = 0; count < whole; ++count) {
        const auto started = start(script.protocol, cut(script.says, count), end);
        ASSERT_FALSE(started) << script.protocol << " after " << count;
        EXPECT_FALSE(started.error().message.empty());
      }
    }
  }
}

TEST(EveryByte, OfADialectMayBeFollowedByRubbish) {
  for (const Script& script : scripts()) {
    std::size_t whole = 0;
    for (const std::string& part : script.says) whole += part.size();
    for (std::size_t count = 0; count < whole; ++count) {
      for (const int byte : {0x00, 0x0a, 0x3c, 0x7f, 0xff}) {
        auto says = cut(script.says, count);
        says.emplace_back(20'000, static_cast<char>(byte));
        const auto started = start(script.protocol, std::move(says), kEndings[0]);
        EXPECT_TRUE(started || !started.error().message.empty()) << script.protocol << " after " << count;
      }
    }
  }
}

// A whole interview, and a replay would do the same: the flight ends after each of its bytes.
TEST(EveryByte, OfAFlightMayBeTheLast) {
  const Bytes flight = support::rsa_flight(tls::kTls12, tls::CipherSuite{0x002f}, {Bytes{0x30, 0x00}});
  for (std::size_t count = 0; count <= flight.size(); ++count) {
    const bool rubbish = count % 2 == 0;
    FunctionConnector server([&](ByteView) -> FunctionConnector::Answer {
      Bytes said(flight.begin(), flight.begin() + static_cast<std::ptrdiff_t>(count));
      if (rubbish) said.insert(said.end(), 600, 0xff);
      return said;
    });
    const Target target{.protocol = "tls"};
    tls::KeyShares keys;
    trust::CertificateCache certificates;
    ProbeTools tools{server, keys, certificates};
    const ProbeOptions options{
        .depth = Depth::versions, .identify = false, .retry_pause = std::chrono::milliseconds(0)};
    const auto seen = support::run(probe_interface(target, "127.0.0.1", options, tools));
    ASSERT_TRUE(seen) << count;
    if (count < flight.size()) {
      for (const db::VersionObservation& version : seen->versions) {
        EXPECT_NE(version.outcome, db::VersionOutcome::accepted) << count;
      }
    }
    EXPECT_LE(server.connections, 60) << count;
  }
}

TEST(EveryByte, OfWhatASystemSaysOfItselfMayBeTheLast) {
  const std::string answers[] = {
      "HTTP/1.1 200 OK\r\nContent-Type: application/xml\r\n\r\n<versionInformation uri=\"x\" version=\"15.0.1\"/>",
      "HTTP/1.0 200 OK\r\nServer: Apache\r\n\r\n<html><title>Cisco Expressway</title></html>",
      "SIP/2.0 200 OK\r\nServer: Cisco-CUCM15.0\r\nContent-Length: 0\r\n\r\n",
      "220 cuc.example.com ESMTP Cisco Unity Connection\r\n",
      "<stream:stream><stream:features><ver xmlns='x'/></stream:features>"};
  const db::InterfaceObservation seen;
  for (const Method& method : all_methods()) {
    for (const std::string& answer : answers) {
      for (std::size_t count = 0; count <= answer.size(); ++count) {
        const std::string said = answer.substr(0, count);
        if (method.whole != nullptr) (void)method.whole(said);
        const Identity told = method.read({said, seen});
        EXPECT_TRUE(!told.products.empty() || told.release.empty()) << said;
        (void)method.read({said + std::string(300, '\xff'), seen});
      }
    }
  }
}

// Speaks TLS at once, or only behind XMPP, or not at all.
enum class Router { tls, xmpp, neither };
class XcpRouter : public Connector {
 public:
  explicit XcpRouter(Router kind) : kind_(kind) {}
  boost::asio::awaitable<Result<std::unique_ptr<Transport>>> connect(const Endpoint&) override {
    ++connections;
    co_return std::make_unique<Line>(*this);
  }
  void slow_down(const std::string&) override {}
  void restore_pace(const std::string&) override {}
  int connections = 0;
  int streams = 0;

 private:
  class Line : public Transport {
   public:
    explicit Line(XcpRouter& owner) : owner_(owner) {}
    void set_deadline(Clock::time_point) override {}
    boost::asio::awaitable<Result<void>> write(ByteView bytes) override {
      const std::string_view text = as_text(bytes);
      if (text.starts_with("<?xml") || text.starts_with("<stream")) {
        ++owner_.streams;
        if (owner_.kind_ == Router::xmpp) {
          says_ += "<stream:stream version='1.0'><stream:features><starttls/></stream:features>";
        }
      } else if (text.starts_with("<starttls")) {
        says_ += "<proceed/>";
        secured_ = true;
      } else if (owner_.kind_ == Router::tls || secured_) {
        const auto hello = tls::read_client_hello(bytes.subspan(9)).value();
        const Bytes answer = hello.highest_version() == tls::kTls12
                                 ? support::rsa_flight(tls::kTls12, tls::CipherSuite{0x002f}, {Bytes{0x30, 0x00}})
                                 : support::alert_record(2, 70);
        says_ += as_text(answer);
      }
      co_return Result<void>();
    }
    boost::asio::awaitable<Result<std::size_t>> read(std::span<std::uint8_t> buffer) override {
      if (says_.empty()) co_return fail(ErrorCode::closed, "connection closed");
      const std::size_t count = std::min(says_.size(), buffer.size());
      std::ranges::copy(as_bytes(says_).first(count), buffer.begin());
      says_.erase(0, count);
      co_return count;
    }

   private:
    XcpRouter& owner_;
    std::string says_;
    bool secured_ = false;
  };

  Router kind_;
};

Result<db::InterfaceObservation> interview(XcpRouter& router) {
  const Target target{.protocol = "xcp-router", .domain = "nordwind.test"};
  tls::KeyShares keys;
  trust::CertificateCache certificates;
  ProbeTools tools{router, keys, certificates};
  const ProbeOptions options{.depth = Depth::versions, .identify = false, .retry_pause = std::chrono::milliseconds(1)};
  return support::run(probe_interface(target, "127.0.0.1", options, tools));
}

bool accepts_tls12(const db::InterfaceObservation& seen) {
  return std::ranges::any_of(seen.versions, [](const db::VersionObservation& version) {
    return version.version == tls::kTls12 && version.outcome == db::VersionOutcome::accepted;
  });
}

TEST(XcpRouter, IsAskedForTlsAtOnceAndNeverInXmppWhereThatWorks) {
  XcpRouter router(Router::tls);
  const auto seen = interview(router);
  EXPECT_EQ(seen->state, db::InterfaceState::tls);
  EXPECT_TRUE(accepts_tls12(*seen));
  EXPECT_EQ(router.streams, 0);
}

TEST(XcpRouter, IsAskedInXmppWhereTlsIsNotThereAtOnce) {
  XcpRouter router(Router::xmpp);
  const auto seen = interview(router);
  EXPECT_EQ(seen->state, db::InterfaceState::tls);
  EXPECT_TRUE(accepts_tls12(*seen));
  EXPECT_GE(router.streams, 4) << "each version's question goes that way";
}

TEST(XcpRouter, ThatSpeaksNeitherIsNoTls) {
  XcpRouter router(Router::neither);
  const auto seen = interview(router);
  EXPECT_NE(seen->state, db::InterfaceState::tls);
  EXPECT_LE(router.connections, 12);
}

}  // namespace
}  // namespace ucready::probes
