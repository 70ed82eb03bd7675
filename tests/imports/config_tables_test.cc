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
  std::string source;
  for (const char* const name : {"table_rows.cc", "phone_rows.cc", "client_rows.cc", "row_cells.h"}) {
    std::ifstream file(std::string(UCREADY_SOURCE_DIR "/imports/") + name);
    source.append(std::istreambuf_iterator<char>(file), {});
  }
  const std::regex lists(
      R"((?:(?:cell|has)\(row, |constexpr std::string_view k(?!Columns)[A-Z][A-Za-z]*\[\] =\s+)\{([^}]*)\})");
  const std::regex words(R"w("([a-z0-9]+)")w");
  std::size_t columns = 0;
  for (std::sregex_iterator list(source.begin(), source.end(), lists), end; list != end; ++list) {
    const std::string names = (*list)[1];
    for (std::sregex_iterator word(names.begin(), names.end(), words); word != end; ++word, ++columns) {
      EXPECT_TRUE(is_looked_at(std::string((*word)[1]))) << (*word)[1];
    }
  }
  EXPECT_GT(columns, 120U);
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

TEST(ConfigTables, ATrunkIsOfItsPoolAloneWhereItDoesNotRunOnEveryNode) {
  const auto pool = [](const std::string& everywhere) {
    return tell(
               "<getSipTrunkResponse><return><sipTrunk><name>T</name><devicePoolName>Kiel</"
               "devicePoolName><runOnEveryNode>" +
               everywhere +
               "</runOnEveryNode><securityProfileName>P</securityProfileName><destinations>"
               "<destination><addressIpv4>10.0.0.1</addressIpv4><port>5061</port></destination></destinations></"
               "sipTrunk></return></getSipTrunkResponse>")
        .hops.at(0)
        .pool;
  };

  EXPECT_EQ(pool("false"), "Kiel");
  EXPECT_EQ(pool("true"), "");
  EXPECT_EQ(pool(""), "") << "not told";
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

  EXPECT_THAT(hops_of(told), ElementsAre("srst-certificate -> 10.4.0.1:2445 tls encrypted dormant@3"));
}

TEST(ConfigTables, AnSrstReferenceWithoutTlsHandsOutNoCertificate) {
  const Told told =
      tell("name ipaddr1  port sipport issecure\n==== ======== ==== ======= ========\nKiel 10.4.0.1 2000 5060    f\n");

  EXPECT_THAT(told.hops, IsEmpty());
  ASSERT_THAT(told.srsts, SizeIs(1));
  EXPECT_EQ(told.srsts[0].port, 2000);
  EXPECT_EQ(told.srsts[0].sip_host, "10.4.0.1");
  EXPECT_EQ(told.srsts[0].sip_port, 5060);
  EXPECT_FALSE(told.srsts[0].is_secure);
}

TEST(ConfigTables, ADevicePoolSendsItsPhonesToAGroupAndAReference) {
  const Told told = tell(
      "devicepool callmanagergroup srst\n========== ================ =======\n"
      "Kiel       HH-Group         Kiel\nHamburg    HH-Group         Disable\n");

  ASSERT_THAT(told.pools, SizeIs(2));
  EXPECT_EQ(told.pools[0].srst, "Kiel");
  EXPECT_EQ(told.pools[1].group, "HH-Group");
  EXPECT_EQ(told.pools[1].srst, "") << "it has that name in every cluster, and is none";
  EXPECT_EQ(told.unknown_lines, 0U);
}

TEST(ConfigTables, AGroupsMembersAreCalledByTheirPriority) {
  const Told sql =
      tell("callmanagergroup priority node\n================ ======== ====\nG                1        sub1\n");
  ASSERT_THAT(sql.members, SizeIs(1));
  EXPECT_EQ(sql.members[0].node, "sub1");

  const Told axl = tell(
      "<getCallManagerGroupResponse><return><callManagerGroup><name>G</name><members>\n"
      "<member><priority>0</priority><callManagerName>CM_pub</callManagerName></member>\n"
      "<member><priority>1</priority><callManagerName>CM_sub1</callManagerName></member>\n"
      "</members></callManagerGroup></return></getCallManagerGroupResponse>\n");
  ASSERT_THAT(axl.members, SizeIs(2));
  EXPECT_EQ(axl.members[1].node, "sub1");
  EXPECT_EQ(axl.members[1].priority, 1);
  EXPECT_EQ(axl.members[1].line, 3);
}

TEST(ConfigTables, APhonesPoolAndItsCertificateAreTold) {
  const Told told = tell(
      "Device Name,Device Type,Device Protocol,Device Pool,Certificate Operation,Certificate Status\n"
      "SEP1,Cisco 7841,SIP,Kiel,Install/Upgrade,None\nSEP2,Cisco 7841,SIP,Kiel,No Pending Operation,Upgrade Success\n"
      "SEP3,Cisco 7841,SIP,Kiel,No Pending Operation,None\n");

  ASSERT_THAT(told.phones, SizeIs(3));
  EXPECT_EQ(told.phones[0].pool, "Kiel");
  EXPECT_EQ(told.phones[0].certificate, LocallySignificant::pending);
  EXPECT_EQ(told.phones[1].certificate, LocallySignificant::held);
  EXPECT_EQ(told.phones[2].certificate, LocallySignificant::not_told);
}

TEST(ConfigTables, ActivatedServicesTellWhatANodeIsCalledFor) {
  const Told told = tell(
      "servername service        enable\n========== ============== ======\n"
      "sub2       Cisco Tftp     t\nsub3       Cisco Tftp     f\nsub2       Cisco Tomcat   t\n");

  EXPECT_THAT(facts_of(told), ElementsAre("sub2 product=cucm@3", "sub2 runs=tftp@3"));
  EXPECT_EQ(told.unknown_lines, 0U);
}

TEST(ConfigTables, UsersOfApplicationsAreToldWhereTheyControlPhones) {
  const Told told = tell(
      "applicationuser    accesscontrolgroup\n================== ==============================\n"
      "recorder           Standard CTI Enabled\nuccx-jtapi         Standard CTI Secure Connection\n"
      "WDSecureSysUser    Standard CTI Secure Connection\nsomebody           Standard Audit Users\n");

  ASSERT_THAT(told.users, SizeIs(2)) << "every cluster has the one, the other calls nobody";
  EXPECT_FALSE(told.users[0].is_secure);
  EXPECT_EQ(told.users[1].name, "uccx-jtapi");
  EXPECT_TRUE(told.users[1].is_secure);
}

TEST(ConfigTables, PresenceCallsItsDatabaseAndItsCalendar) {
  EXPECT_THAT(
      hops_of(tell(
          "databasename databasetype         hostname port enablessl\n============ ==================== ======== ==== "
          "=========\n"
          "tc           Microsoft SQL Server sql.nw   1433 t\nmft          PostgreSQL           pg.nw    5432 f\n")),
      ElementsAre("database -> sql.nw:1433 tds encrypted@3", "database -> pg.nw:5432 postgresql nonsecure@4"));
  EXPECT_THAT(hops_of(tell("presencegateway presencegatewaytype\n=============== ===================\n"
                           "mail.nw         Exchange -- EWS Server\npub.nw          CUCM\n")),
              ElementsAre("calendar -> mail.nw:443 https encrypted@3"));
}

TEST(ConfigTables, ADirectoryWithoutTlsIsSaidToBeSo) {
  EXPECT_THAT(
      hops_of(
          tell("hostname ldapportnumber sslenabled\n======== ============== ==========\nad.nw    389            f\n")),
      ElementsAre("ldap -> ad.nw:389 ldap nonsecure@3"));
}

}  // namespace
}  // namespace ucready::imports
