// What each method makes of an answer: of a good one, of a cut one, of another system's.
#include <gtest/gtest.h>

#include "probes/identify/answer_text.h"
#include "probes/identify/http.h"
#include "probes/identify/identification.h"

namespace ucready::probes {
namespace {

Identity read(std::string_view method, std::string_view answer, const db::InterfaceObservation& seen = {}) {
  return method_named(method)->read({answer, seen});
}

std::string page(std::string_view body) {
  return "HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\n\r\n" + std::string(body);
}

constexpr std::string_view kUds =
    "<?xml version=\"1.0\"?><versionInformation uri=\"https://x/cucm-uds/version\" version=\"10.0.0\"><version> 14.0.1 "
    "</version></versionInformation>";

TEST(IdentifyByUds, TakesTheElementAndNotTheInterfacesOwnVersion) {
  EXPECT_EQ(read("uds", page(kUds)), (Identity{"cucm", "14.0.1"}));
}

TEST(IdentifyByUds, BelievesNoAnswerThatIsCutOrRefused) {
  for (std::size_t size = 0; size < kUds.size(); ++size) {
    EXPECT_EQ(read("uds", page(kUds.substr(0, size))), Identity()) << size;
  }
  EXPECT_EQ(read("uds", "HTTP/1.1 404 Not Found\r\n\r\n" + std::string(kUds)), Identity());
  EXPECT_EQ(read("uds", kUds), Identity());
}

TEST(IdentifyByVmrest, ReadsBothForms) {
  EXPECT_EQ(read("vmrest", page("<VersionInformation><name>vmrest</name><version>14.0.1.13900-155</version>"
                                "</VersionInformation>")),
            (Identity{"cuc", "14.0.1.13900-155"}));
  EXPECT_EQ(read("vmrest", page(R"({"name":"vmrest","version":"8.6.2.0ES3"})")), (Identity{"cuc", "8.6.2.0ES3"}));
  EXPECT_EQ(read("vmrest", page("<version>1.0</version>")), Identity());
  EXPECT_EQ(read("vmrest", "HTTP/1.1 401 Unauthorized\r\n\r\nvmrest <version>1</version>"), Identity());
}

TEST(IdentifyByPhonePage, TellsPhonesFromAdaptersAndFromOtherMakers) {
  const auto information = [](std::string_view model, std::string_view version) {
    return page("<DeviceInformation><modelNumber>" + std::string(model) + "</modelNumber><versionID>" +
                std::string(version) + "</versionID><appLoadID>jar75sccp.9-4-2SR3-1S</appLoadID></DeviceInformation>");
  };
  EXPECT_EQ(read("device-information", information("CP-8845", "sip8845_65.14-2-1-0101-8")),
            (Identity{"phone", "sip8845_65.14-2-1-0101-8"}));
  EXPECT_EQ(read("device-information", information("CP-7975G", "")), (Identity{"phone", "jar75sccp.9-4-2SR3-1S"}));
  EXPECT_EQ(read("device-information", information("ATA 191", "12.0(1)")), (Identity{"ata", "12.0(1)"}));
  EXPECT_EQ(read("device-information", page("<DeviceInformation><ModelNumber>VVX</ModelNumber></DeviceInformation>")),
            Identity());
}

TEST(IdentifyByExpresswayLogin, TellsTheTwoApartWhereThePageDoes) {
  EXPECT_EQ(read("expressway-login", page("<title>Cisco Expressway-C</title>")), (Identity{"expressway-c", ""}));
  EXPECT_EQ(read("expressway-login", page("<title>Cisco Expressway-E</title>")), (Identity{"expressway-e", ""}));
  EXPECT_EQ(read("expressway-login", page("<title>Cisco Expressway - Login</title><p>Software version: X14.3.7</p>\n")),
            (Identity{"expressway-c,expressway-e", "X14.3.7"}));
  EXPECT_EQ(read("expressway-login", page("<title>Login</title>")), Identity());
}

TEST(IdentifyByExpresswayLogin, ReadsAReleaseToItsEnd) {
  for (std::size_t words = 0; words < 40; ++words) {
    const std::string text = "<title>Cisco Expressway-C</title><p>version" + std::string(words, ' ') + "X14.3.7</p>\n";
    EXPECT_EQ(read("expressway-login", page(text)).release, "X14.3.7") << words;
  }
}

TEST(IdentifyByWebPage, KnowsWhereItLeadsTo) {
  EXPECT_EQ(read("web-page", page("<a href=\"/ccmadmin/\">Cisco Unified CM</a>")), (Identity{"cucm", ""}));
  EXPECT_EQ(read("web-page", page("<a href=\"/cupadmin/\">IM and Presence</a> of <a href=\"/ccmadmin\">CUCM</a>")),
            (Identity{"imp", ""}));
  EXPECT_EQ(read("web-page", "HTTP/1.1 302 Found\r\nLocation: https://x/ceradmin/\r\n\r\n"), (Identity{"cer", ""}));
  EXPECT_EQ(read("web-page", "HTTP/1.1 302 Found\r\nX-OWA-Version: 15.1.2507.6\r\n\r\n"),
            (Identity{"exchange", "15.1.2507.6"}));
  EXPECT_EQ(read("web-page", page("hello")), Identity());
}

Identity by_agent(std::string_view field) {
  return read("sip-options",
              "\r\nSIP/2.0 483 Too Many Hops\r\n" + std::string(field) + "\r\nContent-Length: 0\r\n\r\n");
}

TEST(IdentifyBySipOptions, ReadsTheNamesThatSystemsGiveThemselves) {
  EXPECT_EQ(by_agent("Server: Cisco-CUCM12.5"), (Identity{"cucm", "12.5"}));
  EXPECT_EQ(by_agent("Server: TANDBERG/4137 (X12.5.1)"), (Identity{"expressway-c,expressway-e", "X12.5.1"}));
  EXPECT_EQ(by_agent("user-agent: TANDBERG/4352 (X8.7.3-b2bua-1.0)"),
            (Identity{"expressway-c,expressway-e", "X8.7.3"}));
  EXPECT_EQ(by_agent("User-Agent: TANDBERG/529 (ce9.1.4.3ae3106) Cisco-MX700ST"), (Identity{"roomos", "ce9.1.4"}));
  EXPECT_EQ(by_agent("Server: Cisco-SIPGateway/IOS-17.3.4a"), (Identity{"cube,ios-gateway", "17.3.4a"}));
  EXPECT_EQ(by_agent("Server: Cisco-SIPGateway/Cisco IOS 16.12.5"), (Identity{"cube,ios-gateway", "16.12.5"}));
  EXPECT_EQ(by_agent("Server: Cisco-SIPGateway/IOS-12.x"), (Identity{"cube,ios-gateway", ""}));
  EXPECT_EQ(by_agent("User-Agent: Cisco-CP8851/12.1.1"), (Identity{"phone", "12.1.1"}));
  EXPECT_EQ(by_agent("Server: Acano CallBridge"), (Identity{"cms", ""}));
  EXPECT_EQ(by_agent("Server: Kamailio (5.4.4)"), Identity());
  EXPECT_EQ(by_agent("Via: Cisco-CUCM12.5"), Identity());
}

TEST(IdentifyBySipOptions, BelievesNoLineThatBrokeOff) {
  const std::string_view whole = "SIP/2.0 200 OK\r\nServer: Cisco-CUCM15.0\r\n";
  for (std::size_t size = 0; size < whole.size(); ++size) {
    EXPECT_EQ(read("sip-options", whole.substr(0, size)), Identity()) << size;
  }
  EXPECT_EQ(read("sip-options", whole), (Identity{"cucm", "15.0"}));
}

TEST(IdentifyBySipOptions, AsksWithoutCredentialsAndGoesToNobodyBehind) {
  const std::string request = method_named("sip-options")->request({.host = "10.0.0.1", .port = 5061});
  EXPECT_TRUE(request.starts_with("OPTIONS sip:10.0.0.1:5061;transport=tls SIP/2.0\r\n")) << request;
  EXPECT_NE(request.find("\r\nMax-Forwards: 0\r\n"), std::string::npos);
  EXPECT_EQ(request.find("Authorization"), std::string::npos);
  EXPECT_NE(request, method_named("sip-options")->request({.host = "10.0.0.1", .port = 5061}));
}

TEST(IdentifyByXmppFeatures, KnowsTheLoginThatBearsCiscosName) {
  const std::string opening = "<stream:features><mechanisms><mechanism>PLAIN</mechanism>";
  EXPECT_EQ(read("xmpp-features", opening + "<mechanism>CISCO-VTG-TOKEN</mechanism></mechanisms></stream:features>"),
            (Identity{"imp", ""}));
  EXPECT_EQ(read("xmpp-features", opening + "</mechanisms></stream:features>"), Identity());
}

TEST(IdentifyByBanner, KnowsMailServersByTheirGreeting) {
  EXPECT_EQ(read("smtp-banner", "220 cuc.x UnityMailer (version 11.5.1.12900-21) ready\r\n"),
            (Identity{"cuc", "11.5.1.12900-21"}));
  EXPECT_EQ(read("smtp-banner", "220 cuc.x UnityMailer\r\n"), (Identity{"cuc", ""}));
  EXPECT_EQ(read("smtp-banner", "220 mx Microsoft ESMTP MAIL Service ready\r\n"), (Identity{"exchange", ""}));
  EXPECT_EQ(read("smtp-banner", "554 UnityMailer\r\n"), Identity());
  EXPECT_EQ(read("imap-banner", "* OK UMSS IMAP4rev1 Server ready\r\n"), (Identity{"cuc", ""}));
  EXPECT_EQ(read("imaps-banner", "* BYE UMSS IMAP4rev1 Server\r\n"), Identity());
}

Identity by_certificate(Certificate leaf, std::string protocol = "sip-tls") {
  db::InterfaceObservation seen;
  seen.key.protocol = std::move(protocol);
  seen.chains.push_back({.version = tls::kTls12, .certificates = {std::make_shared<Certificate>(std::move(leaf))}});
  return read("certificate", "", seen);
}

TEST(IdentifyByCertificate, ReadsTheNamesThatMakersAndSystemsGive) {
  EXPECT_EQ(by_certificate({.subject = "CN=CP-8845-SEP0011AA22BB03,O=Cisco Systems Inc."}), (Identity{"phone", ""}));
  EXPECT_EQ(by_certificate({.subject = "O=X,CN=CAPF-7a41c0de"}), (Identity{"cucm", ""}));
  EXPECT_EQ(by_certificate({.subject = "CN=e", .issuer = "O=Temporary CA 1,CN=Temporary CA 1"}),
            (Identity{"expressway-c,expressway-e", ""}));
  const Certificate second{.subject = "CN=pub-EC.x.example,C=DE", .key_type = "ecdsa", .self_signed = true};
  EXPECT_EQ(by_certificate(second), (Identity{"cucm,imp,cuc", ""}));
  EXPECT_EQ(by_certificate(second, "https"), (Identity{"cucm,imp,cuc,cer", ""}));
  EXPECT_EQ(by_certificate({.subject = "CN=pub-EC.x.example", .key_type = "rsa", .self_signed = true}), Identity());
  EXPECT_EQ(by_certificate({.subject = "CN=SEP0011AA22BBZZ"}), Identity());
  EXPECT_EQ(by_certificate({}), Identity());
}

TEST(ReleaseText, LetsNothingThroughThatCouldHarm) {
  EXPECT_EQ(release_text(" 15.0.1.12900-234\r\n"), "15.0.1.12900-234");
  EXPECT_EQ(release_text("14.2(1)SR1"), "14.2(1)SR1");
  for (const std::string_view text : {"", "none", "14\x1b[2J", "<b>14</b>", "=14", "-14", "14;15", "14\n15"}) {
    EXPECT_EQ(release_text(text), "") << text;
  }
  EXPECT_EQ(release_text(std::string(41, '1')), "");
}

TEST(HttpAnswer, IsWholeWhenItIsAsLongAsItSays) {
  const std::string head = "HTTP/1.1 200 OK\r\ncontent-length: 3\r\n\r\n";
  EXPECT_FALSE(http_is_whole(head));
  EXPECT_FALSE(http_is_whole(head + "ab"));
  EXPECT_TRUE(http_is_whole(head + "abc"));
  EXPECT_FALSE(http_is_whole("HTTP/1.1 200 OK\r\n\r\nabc"));  // Until the connection ends.
  EXPECT_FALSE(http_is_whole("HTTP/1.1 200 OK\r\nContent-Length: 99999999999999999999\r\n\r\nabc"));
  EXPECT_TRUE(http_is_whole("no HTTP\r\n\r\n"));
}

TEST(IdentifyingQuestions, AreFewAndNoneWhereNoMethodFits) {
  EXPECT_EQ(identifying_questions("https", "cucm"), 1);
  EXPECT_EQ(identifying_questions("https", ""), 2);
  EXPECT_EQ(identifying_questions("sip-tls", "cube"), 1);
  EXPECT_EQ(identifying_questions("ldap", "ldap"), 0);
  EXPECT_EQ(identifying_questions("sccp-tls", "cucm"), 0);
}

TEST(Methods, HaveNamesOfTheirOwnAndAreWhole) {
  for (const Method& method : all_methods()) {
    EXPECT_EQ(method_named(method.name), &method) << method.name;
    EXPECT_NE(method.read, nullptr) << method.name;
    EXPECT_FALSE(method.products.empty()) << method.name;
  }
}

}  // namespace
}  // namespace ucready::probes
