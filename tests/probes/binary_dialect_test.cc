#include <gtest/gtest.h>

#include "probes/dialect.h"
#include "probes/dialect/ldap_answer.h"
#include "probes/dialect/mysql_greeting.h"
#include "probes/dialect/postgresql_error.h"
#include "probes/dialect/tds_packet.h"
#include "probes/dialect/xml_tags.h"
#include "tests/support/scripted_transport.h"

namespace ucready::probes {
namespace {

using namespace std::string_literals;
using support::run;
using support::ScriptedTransport;

Result<void> start(std::string_view protocol, ScriptedTransport& server) {
  Target target;
  target.host = "10.0.0.5";
  target.domain = "nordwind.test";
  return run(find_dialect(protocol)->start_tls(server, target));
}

std::string text_of(std::initializer_list<int> bytes) {
  std::string text;
  for (const int byte : bytes) text += static_cast<char>(byte);
  return text;
}

const std::string kStream = "<?xml version='1.0'?><stream:stream from='nordwind.test' version='1.0'>";
const std::string kFeatures =
    "<stream:features><starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'><required/></starttls></stream:features>";

TEST(XmppDialect, AsksForTheServedDomainAndStartsTls) {
  ScriptedTransport server({kStream, kFeatures, "<proceed xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>"});
  EXPECT_TRUE(start("xmpp-client", server));
  ASSERT_EQ(server.written().size(), 2U);
  EXPECT_NE(server.written()[0].find("to='nordwind.test'"), std::string::npos);
  EXPECT_NE(server.written()[0].find("xmlns='jabber:client'"), std::string::npos);
  EXPECT_EQ(server.written()[1], "<starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>");
}

TEST(XmppDialect, SpeaksAsAServerToServers) {
  ScriptedTransport server({kStream + kFeatures, "<proceed/>"});
  EXPECT_TRUE(start("xmpp-server", server));
  EXPECT_NE(server.written()[0].find("xmlns='jabber:server'"), std::string::npos);
}

TEST(XmppDialect, NamesTheConditionOfAStreamError) {
  ScriptedTransport server({kStream + "<stream:error><host-unknown xmlns='x'/></stream:error>"});
  EXPECT_EQ(start("xmpp-client", server).error(),
            (Error{ErrorCode::unsupported, "XMPP server said: host-unknown (asked for the domain nordwind.test)"}));
}

TEST(XmppDialect, SaysWhenStarttlsIsNotOffered) {
  ScriptedTransport server({kStream + "<stream:features><bind/></stream:features>"});
  EXPECT_EQ(start("xmpp-client", server).error().message,
            "XMPP server does not offer STARTTLS for the domain nordwind.test");
}

TEST(XmppDialect, DoesNotTakeAnotherProtocolForXmpp) {
  ScriptedTransport server({"220 mail\r\n"});
  EXPECT_EQ(start("xmpp-client", server).error().code, ErrorCode::malformed);
}

TEST(XmppDialect, RefusesTlsOverAStreamThatStillTalks) {
  ScriptedTransport server({kStream + kFeatures, "<proceed/><message>hi</message>"});
  EXPECT_EQ(start("xmpp-client", server).error().code, ErrorCode::malformed);
}

TEST(XmlTags, PassOverDeclarationsCommentsAndQuotedAngles) {
  XmlTags tags("<?xml version='1.0'?><!-- <a> --><b:c d='>'/></e> <half");
  const auto first = tags.next(), second = tags.next(), third = tags.next();
  EXPECT_EQ((*first)->name, "c");
  EXPECT_TRUE((*first)->empty);
  EXPECT_EQ((*second)->name, "e");
  EXPECT_TRUE((*second)->closes);
  EXPECT_FALSE(*third);
}

TEST(XmlTags, EndAtATagOfMoreThan8Kilobytes) {
  const std::string text = "<a " + std::string(9000, 'x');
  EXPECT_FALSE(XmlTags(text).next());
}

const std::string kLdapSuccess = text_of({0x30, 0x0c, 2, 1, 1, 0x78, 7, 0x0a, 1, 0, 4, 0, 4, 0});

TEST(LdapDialect, StartsTlsOnSuccessInPieces) {
  ScriptedTransport server({kLdapSuccess.substr(0, 3), kLdapSuccess.substr(3)});
  EXPECT_TRUE(start("ldap", server));
}

TEST(LdapDialect, ReportsWhatTheServerSaid) {
  ScriptedTransport server({text_of({0x30, 0x0e, 2, 1, 1, 0x78, 9, 0x0a, 1, 52, 4, 0, 4, 2, 'n', 'o'})});
  EXPECT_EQ(start("ldap", server).error(), (Error{ErrorCode::unsupported, "LDAP server said: result 52 no"}));
}

TEST(LdapAnswer, EveryTruncationWaitsForMore) {
  for (std::size_t size = 0; size < kLdapSuccess.size(); ++size) {
    const auto read = read_ldap_answer(as_bytes(kLdapSuccess).first(size));
    ASSERT_TRUE(read) << size;
    EXPECT_FALSE(*read) << size;
  }
  EXPECT_FALSE(read_ldap_answer(as_bytes(text_of({0x30, 0x84, 0x7f, 0xff, 0xff, 0xff}))));
}

TEST(PostgresqlDialect, StartsTlsOnTheOneByteThatSaysSo) {
  ScriptedTransport server({"S"});
  EXPECT_TRUE(start("postgresql", server));
  EXPECT_EQ(server.written().at(0), text_of({0, 0, 0, 8, 0x04, 0xd2, 0x16, 0x2f}));
}

TEST(PostgresqlDialect, TellsRefusalsAndDoesNotTakeBytesBehindTheAnswer) {
  ScriptedTransport refusing({"N"}), talking({"Shello"});
  EXPECT_EQ(start("postgresql", refusing).error().code, ErrorCode::unsupported);
  EXPECT_EQ(start("postgresql", talking).error().code, ErrorCode::malformed);
}

std::string postgresql_error(const std::string& fields) {
  const int length = static_cast<int>(fields.size()) + 4;
  return "E" + text_of({0, 0, length >> 8, length & 0xff}) + fields;
}

const std::string kStartingUp = postgresql_error("SFATAL\0VFATAL\0C57P03\0Mthe database system is starting up\0R\0\0"s);

TEST(PostgresqlDialect, ReportsWhatTheServerSaidInPieces) {
  ScriptedTransport server({kStartingUp.substr(0, 1), kStartingUp.substr(1, 20), kStartingUp.substr(21)});
  EXPECT_EQ(start("postgresql", server).error(),
            (Error{ErrorCode::unsupported, "PostgreSQL server said: the database system is starting up (57P03)"}));
}

TEST(PostgresqlDialect, ReportsWhatAServerShortOfProcessesSaid) {
  ScriptedTransport server({"Ecould not fork new process for connection: Out of memory\n\0"s});
  EXPECT_EQ(start("postgresql", server).error(),
            (Error{ErrorCode::unsupported,
                   "PostgreSQL server said: could not fork new process for connection: Out of memory"}));
}

TEST(PostgresqlDialect, TellsAnErrorThatIsCutShortFromWhatIsNone) {
  ScriptedTransport cut({kStartingUp.substr(0, 20)}), other({"ERROR what is that\r\n"});
  EXPECT_EQ(start("postgresql", cut).error(),
            (Error{ErrorCode::unsupported, "PostgreSQL server refused, in an error that is cut short"}));
  EXPECT_EQ(start("postgresql", other).error(),
            (Error{ErrorCode::malformed, "the server answered SSLRequest with: ERROR what is that\r\n"}));
}

TEST(PostgresqlError, EveryTruncationWaitsForMore) {
  for (std::size_t size = 0; size < kStartingUp.size(); ++size) {
    const auto read = read_postgresql_error(as_bytes(kStartingUp).first(size));
    ASSERT_TRUE(read) << size;
    EXPECT_FALSE(*read) << size;
  }
  EXPECT_EQ(read_postgresql_error(as_bytes(kStartingUp)).value(),
            (PostgresqlError{"57P03", "the database system is starting up"}));
}

TEST(PostgresqlError, IsMalformedWithoutAMessageOrAnEnd) {
  EXPECT_FALSE(read_postgresql_error(as_bytes(postgresql_error("SFATAL\0\0"s))));
  EXPECT_FALSE(read_postgresql_error(as_bytes(postgresql_error("Mno end of text"s))));
  EXPECT_FALSE(read_postgresql_error(as_bytes(postgresql_error("Mno end of fields\0"s))));
  EXPECT_FALSE(read_postgresql_error(as_bytes("N")));
  EXPECT_FALSE(read_postgresql_error(as_bytes("E\xff\xff\xff\xff")));
}

TEST(PostgresqlError, KeepsOnlyWhatCanBeShown) {
  const std::string lengthy(1000, 'x');
  const auto read = read_postgresql_error(as_bytes(postgresql_error("C" + lengthy + "\0M"s + lengthy + "\0\0"s)));
  EXPECT_EQ((*read)->code.size(), 10U);
  EXPECT_EQ((*read)->message.size(), 300U);
}

std::string mysql_greeting(int capabilities_high) {
  const std::string payload =
      text_of({10}) + "8.0.36" + std::string(1, '\0') + "abcd" + "12345678" + text_of({0, 0xff, capabilities_high, 33});
  return text_of({static_cast<int>(payload.size()), 0, 0, 0}) + payload;
}

TEST(MysqlDialect, AsksForTlsWhereTheGreetingOffersIt) {
  ScriptedTransport server({mysql_greeting(0xff)});
  EXPECT_TRUE(start("mysql", server));
  EXPECT_EQ(server.written().at(0).size(), 36U);
  EXPECT_EQ(server.written().at(0)[3], 1);
}

TEST(MysqlDialect, TellsAServerWithoutTlsAndOneThatRefuses) {
  ScriptedTransport without({mysql_greeting(0xf7)}), refusing({text_of({8, 0, 0, 0, 0xff, 0x69, 0x04}) + "block"});
  EXPECT_EQ(start("mysql", without).error().message, "MySQL server 8.0.36 does not offer TLS");
  EXPECT_EQ(start("mysql", refusing).error().message, "MySQL server said: block");
}

TEST(MysqlGreeting, EveryTruncationWaitsForMore) {
  const std::string whole = mysql_greeting(0xff);
  for (std::size_t size = 0; size < whole.size(); ++size) {
    const auto read = read_mysql_greeting(as_bytes(whole).first(size));
    ASSERT_TRUE(read) << size;
    EXPECT_FALSE(*read) << size;
  }
}

std::string tds_answer(int encryption) {
  return text_of({4, 1, 0, 26, 0, 0, 1, 0, 0, 0, 11, 0, 6, 1, 0, 17, 0, 1, 0xff, 16, 0, 0, 0, 0, 0, encryption});
}

TEST(TdsDialect, StartsTlsWhereTheServerEncrypts) {
  ScriptedTransport server({tds_answer(1)}), without({tds_answer(2)});
  EXPECT_TRUE(start("tds", server));
  EXPECT_EQ(start("tds", without).error().code, ErrorCode::unsupported);
}

TEST(TdsDialect, WrapsWhatIsWrittenAndUnwrapsWhatIsRead) {
  ScriptedTransport server({text_of({0x12, 1, 0, 11, 0, 0, 0, 0}) + "abc"});
  const auto wrapped = find_dialect("tds")->wrap(server);
  std::array<std::uint8_t, 16> buffer{};
  EXPECT_EQ(run(wrapped->read(buffer)).value(), 3U);
  EXPECT_EQ(as_text(ByteView(buffer).first(3)), "abc");
  const Bytes hello(5000, 0x16);
  EXPECT_TRUE(run(wrapped->write(hello)));
  EXPECT_EQ(server.written().at(0).size(), 5000U + 2 * 8);
}

TEST(TdsPacket, RefusesOtherTypesAndImpossibleLengths) {
  EXPECT_FALSE(read_tds_packet(as_bytes("HTTP/1.1")));
  EXPECT_FALSE(read_tds_packet(as_bytes(text_of({4, 1, 0, 7, 0, 0, 0, 0}))));
  EXPECT_FALSE(read_tds_encryption(as_bytes(text_of({1, 0, 99, 0, 1, 0xff}))));
}

TEST(Dialects, ThoseWithTwoWaysNameTheOther) {
  for (const char* const protocol : {"tds", "xcp-router"}) {
    EXPECT_NE(dialect_named(find_dialect(protocol)->otherwise), nullptr) << protocol;
  }
}

}  // namespace
}  // namespace ucready::probes
