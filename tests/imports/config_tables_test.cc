#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <regex>

#include "imports/table_rows.h"
#include "tests/imports/tell.h"

namespace ucready::imports {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

// A column that is asked for and not looked at would be lost from every CSV.
TEST(ConfigTables, EveryColumnThatIsAskedForIsLookedAt) {
  std::ifstream file(UCREADY_SOURCE_DIR "/imports/table_rows.cc");
  const std::string source(std::istreambuf_iterator<char>(file), {});
  const std::regex lists(
      R"((?:(?:cell|has)\(row, |constexpr std::string_view k(?:Security|Profile|Address|Port|Subject|Incoming)\[\] = )\{([^}]*)\})");
  const std::regex words(R"w("([a-z0-9]+)")w");
  std::size_t columns = 0;
  for (std::sregex_iterator list(source.begin(), source.end(), lists), end; list != end; ++list) {
    const std::string names = (*list)[1];
    for (std::sregex_iterator word(names.begin(), names.end(), words); word != end; ++word, ++columns) {
      EXPECT_TRUE(is_looked_at(std::string((*word)[1]))) << (*word)[1];
    }
  }
  EXPECT_GT(columns, 80U);
  EXPECT_FALSE(is_looked_at("weather"));
}

TEST(ConfigTables, ARowOfSqlInXmlIsARowOfTheTable) {
  const Told told = tell(
      "<?xml version='1.0'?>\n<soapenv:Envelope><soapenv:Body><ns:executeSQLQueryResponse><return>\n"
      "<row><name>T-CUBE1</name><address>10.1.9.11</address><port>5061</port><profile>P</profile></row>\n"
      "<row><paramname>ClusterSecurityMode</paramname><paramvalue>1</paramvalue></row>\n"
      "<row><weather>fine</weather></row>\n"
      "</return></ns:executeSQLQueryResponse></soapenv:Body></soapenv:Envelope>\n");

  EXPECT_EQ(told.format, "cucm-xml");
  EXPECT_THAT(hops_of(told), ElementsAre("sip-trunk -> 10.1.9.11:5061 sip-tls profile P@3"));
  EXPECT_THAT(facts_of(told), ElementsAre("product=cucm@3", "cluster_security_mode=mixed@4"));
  EXPECT_EQ(told.unknown_lines, 1U);
}

TEST(ConfigTables, AnAnswerOfTheRealTimeServiceTellsWherePhonesAreRegistered) {
  const Told told = tell(
      "<selectCmDeviceReturn><SelectCmDeviceResult><CmNodes><item><Name>pub</Name><CmDevices>\n"
      "<item><Name>SEP001122334455</Name><DeviceClass>Phone</DeviceClass><Model>622</Model><Protocol>SIP</Protocol>"
      "<Status>Registered</Status><ActiveLoadID>sip78xx.14-2-1-0001-125</ActiveLoadID></item>\n"
      "<item><Name>T-CUBE1</Name><DeviceClass>SIP "
      "Trunk</DeviceClass><Model>131</Model><Protocol>SIP</Protocol></item>\n"
      "</CmDevices></item></CmNodes></SelectCmDeviceResult></selectCmDeviceReturn>\n");

  ASSERT_THAT(told.phones, SizeIs(1));
  EXPECT_EQ(told.phones[0].node, "pub");
  EXPECT_EQ(told.phones[0].model, "7841");
  EXPECT_TRUE(told.phones[0].registered);
}

TEST(ConfigTables, ATrunkHasAHopForEachDestination) {
  const Told told = tell(
      "<getSipTrunkResponse><return><sipTrunk><name>T</name><securityProfileName>P</"
      "securityProfileName><destinations>\n"
      "<destination><addressIpv4>10.0.0.1</addressIpv4><port>5061</port></destination>\n"
      "<destination><addressIpv4>10.0.0.2</addressIpv4><port>5061</port></destination>\n"
      "</destinations></sipTrunk></return></getSipTrunkResponse>\n");

  EXPECT_THAT(hops_of(told), ElementsAre("sip-trunk -> 10.0.0.1:5061 sip-tls profile P@2",
                                         "sip-trunk -> 10.0.0.2:5061 sip-tls profile P@3"));
}

TEST(ConfigTables, TheVersionIsWrittenAsTheSystemShowsIt) {
  EXPECT_THAT(
      facts_of(tell(
          "<getCCMVersionResponse><return><componentVersion><version>15.0.1.12900(234)</version></componentVersion>"
          "</return></getCCMVersionResponse>")),
      ElementsAre("release=15.0.1.12900-234@1"));
}

TEST(ConfigTables, XmlNestedWithoutEndIsReadToABound) {
  std::string text = "<executeSQLQueryResponse>";
  for (int n = 0; n < 200'000; ++n) text += "<return>";

  EXPECT_TRUE(tell(text).partial);
}

TEST(ConfigTables, XmlThatBreaksOffIsToldAndWhatCameBeforeCounts) {
  const Told told = tell(
      "<executeSQLQueryResponse><return><row><paramname>ClusterSecurityMode</paramname><paramvalue>0</paramvalue></"
      "row>\n<row><par");

  EXPECT_TRUE(told.partial);
  EXPECT_THAT(facts_of(told), ElementsAre("cluster_security_mode=non-secure@1"));
}

TEST(ConfigTables, ACsvIsReadByItsHeaderWhateverItsOrder) {
  const Told told = tell(
      "Description,Device Security Profile,Device Type,Device Name,Device Protocol\r\n"
      "\"a desk, by the window\",P-Encrypted,Cisco 8845,SEP001122334455,SIP\r\n");

  EXPECT_EQ(told.format, "cucm-csv");
  ASSERT_THAT(told.phones, SizeIs(1));
  EXPECT_EQ(told.phones[0].name, "SEP001122334455");
  EXPECT_EQ(told.phones[0].model, "8845");
  EXPECT_EQ(told.phones[0].profile, "P-Encrypted");
}

TEST(ConfigTables, AModelOfAMakerAloneIsThat) {
  EXPECT_EQ(
      tell("Device Name,Device Type,Device Protocol,Device Security Profile\nSEP1,Cisco,SIP,P\n").phones.at(0).model,
      "Cisco");
}

TEST(ConfigTables, ASavedTableNeedsNoPrompt) {
  const Told told = tell(
      "paramname           paramvalue\n=================== ==========\nClusterSecurityMode 1\nSomethingElse       7\n");

  EXPECT_THAT(facts_of(told), ElementsAre("cluster_security_mode=mixed@3"));
  EXPECT_EQ(told.unknown_lines, 1U);
}

TEST(ConfigTables, ParametersCountByTheWordsOfTheirPages) {
  const Told told = tell(
      "paramname  paramvalue\n========== ============================================\n"
      "SomeName   TLS 1.3 Signature Algorithm Preference Order\n"
      "OtherName  All Supported EC and RSA Ciphers\n");

  EXPECT_THAT(facts_of(told),
              ElementsAre("certificate_preference=tls13-signature-algorithms@3", "http_certificates=rsa+ecdsa@4"));
}

TEST(ConfigTables, AnSrstReferenceIsDormant) {
  const Told told = tell("name ipaddr1  issecure\n==== ======== ========\nKiel 10.4.0.1 t\n");

  EXPECT_THAT(hops_of(told), ElementsAre(" -> 10.4.0.1:2445 tls encrypted dormant@3"));
}

TEST(ConfigTables, ADirectoryWithoutTlsIsSaidToBeSo) {
  EXPECT_THAT(
      hops_of(
          tell("hostname ldapportnumber sslenabled\n======== ============== ==========\nad.nw    389            f\n")),
      ElementsAre("ldap -> ad.nw:389 ldap nonsecure@3"));
}

}  // namespace
}  // namespace ucready::imports
