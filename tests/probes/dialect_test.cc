#include "probes/dialect.h"

#include <gtest/gtest.h>

#include "tests/support/scripted_transport.h"

namespace ucready::probes {
namespace {

using support::run;
using support::ScriptedTransport;

Result<void> start(std::string_view protocol, ScriptedTransport& server) {
  const Target target;
  return run(find_dialect(protocol)->start_tls(server, target));
}

TEST(Dialects, EachProtocolIsSpokenByOneDialect) {
  std::set<std::string_view> seen;
  for (const Dialect& dialect : all_dialects()) {
    for (const std::string_view protocol : dialect.protocols) EXPECT_TRUE(seen.insert(protocol).second) << protocol;
  }
  EXPECT_EQ(find_dialect("gopher"), nullptr);
}

TEST(DirectDialect, SaysNothingBeforeTheHello) {
  ScriptedTransport server({});
  EXPECT_TRUE(start("sip-tls", server));
  EXPECT_TRUE(server.written().empty());
}

TEST(SmtpDialect, AsksForStarttlsAfterItWasOffered) {
  ScriptedTransport server({"220-hi\r\n220 there\r\n", "250-mail\r\n250-SIZE 1\r\n250 STARTTLS\r\n", "220 go\r\n"});
  EXPECT_TRUE(start("smtp", server));
  EXPECT_EQ(server.written(), (std::vector<std::string>{"EHLO ucready.invalid\r\n", "STARTTLS\r\n"}));
}

TEST(SmtpDialect, TakesAnswersInPiecesOfOneByte) {
  std::deque<std::string> bytes;
  for (const char c : std::string_view("220 hi\r\n250-x\r\n250 starttls\r\n220 go\r\n")) bytes.emplace_back(1, c);
  ScriptedTransport server(bytes);
  EXPECT_TRUE(start("smtp", server));
}

TEST(SmtpDialect, ReportsWhatTheServerSaidWhenItRefuses) {
  ScriptedTransport server({"220 hi\r\n", "250 STARTTLS\r\n", "454 TLS not available\r\n"});
  const auto started = start("smtp", server);
  ASSERT_FALSE(started);
  EXPECT_EQ(started.error(), (Error{ErrorCode::unsupported, "SMTP server said: 454 TLS not available"}));
}

TEST(SmtpDialect, SaysWhenStarttlsIsNotOffered) {
  ScriptedTransport server({"220 hi\r\n", "250-mail\r\n250 SIZE\r\n"});
  EXPECT_EQ(start("smtp", server).error().message, "SMTP server does not offer STARTTLS");
}

TEST(SmtpDialect, DoesNotTakeAnotherProtocolForSmtp) {
  ScriptedTransport server({"SSH-2.0-OpenSSH_9.2\r\n"});
  EXPECT_EQ(start("smtp", server).error(), (Error{ErrorCode::malformed, "SMTP server said: SSH-2.0-OpenSSH_9.2"}));
}

TEST(SmtpDialect, DoesNotStartTlsOverAStreamThatStillTalks) {
  ScriptedTransport server({"220 hi\r\n", "250 STARTTLS\r\n", "220 go\r\n250 injected\r\n"});
  EXPECT_EQ(start("smtp", server).error().code, ErrorCode::malformed);
}

TEST(SmtpDialect, EndsWithAServerThatNeverStopsGreeting) {
  ScriptedTransport endless_line({std::string(100'000, 'x')});
  EXPECT_EQ(start("smtp", endless_line).error().code, ErrorCode::malformed);
  std::string many;
  for (int i = 0; i < 1000; ++i) many += "220-hello\r\n";
  ScriptedTransport endless_lines({many});
  EXPECT_EQ(start("smtp", endless_lines).error().message, "more than 200 lines came");
}

TEST(SmtpDialect, PassesOnHowTheConnectionEnded) {
  ScriptedTransport server({"220 hi\r\n"}, {ErrorCode::reset, "connection reset"});
  EXPECT_EQ(start("smtp", server).error().code, ErrorCode::reset);
}

TEST(ImapDialect, StartsTlsAfterTheGreeting) {
  ScriptedTransport server({"* OK ready\r\n", "* CAPABILITY IMAP4rev1\r\na ok go\r\n"});
  EXPECT_TRUE(start("imap", server));
  EXPECT_EQ(server.written(), std::vector<std::string>{"a STARTTLS\r\n"});
}

TEST(ImapDialect, ReportsWhatTheServerSaidWhenItRefuses) {
  ScriptedTransport refuses({"* OK ready\r\n", "a NO not here\r\n"});
  EXPECT_EQ(start("imap", refuses).error(), (Error{ErrorCode::unsupported, "IMAP server said: a NO not here"}));
  ScriptedTransport leaves({"* BYE busy\r\n"});
  EXPECT_EQ(start("imap", leaves).error(), (Error{ErrorCode::unsupported, "IMAP server said: * BYE busy"}));
  ScriptedTransport other({"HTTP/1.0 400 Bad Request\r\n"});
  EXPECT_EQ(start("imap", other).error().code, ErrorCode::malformed);
}

}  // namespace
}  // namespace ucready::probes
