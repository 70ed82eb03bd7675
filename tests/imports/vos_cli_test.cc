#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/imports/tell.h"

namespace ucready::imports {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

TEST(VosCli, TellsTheMinimumVersionWithItsLine) {
  const Told told = tell("admin:show tls min-version\nConfigured TLS minimum version is 1.0\nadmin:\n");

  EXPECT_EQ(told.format, "vos-cli");
  EXPECT_THAT(facts_of(told), ElementsAre("tls_min=TLSv1.0@2"));
  EXPECT_EQ(told.unknown_lines, 0U);
}

TEST(VosCli, KnowsItsNodeByShowStatus) {
  const Told told = tell("admin:show status\n\nHost Name          : HH-Cucm-Pub\nLicense MAC        : 001122334455\n");

  EXPECT_EQ(told.owner, "hh-cucm-pub");
  EXPECT_EQ(told.owner_line, 3);
}

TEST(VosCli, AModeThatIsNotOnIsOff) {
  EXPECT_THAT(
      facts_of(tell("admin:utils fips status\nThe system is NOT operating in FIPS mode. Self test status unknown\n")),
      ElementsAre("fips=false@2"));
  EXPECT_THAT(
      facts_of(tell("admin:utils fips status\nThe system is operating in FIPS mode. Self test status: PASSED\n")),
      ElementsAre("fips=true@2"));
}

TEST(VosCli, TheClusterNamesItsOtherNodesAndTellsPresenceFromCallControl) {
  const Told told = tell(
      "admin:show network cluster\n"
      "10.0.0.11 pub.example.com pub Publisher callmanager DBPub authenticated\n"
      "10.0.0.41 imp.example.com imp Subscriber cups DBSub authenticated using TCP since Tue\n"
      "\nServer Table (processnode) Entries\n------\n10.0.0.11\n");

  EXPECT_THAT(facts_of(told), ElementsAre("pub address=10.0.0.11@2", "pub fqdn=pub.example.com@2",
                                          "pub role=publisher@2", "pub product=cucm@2", "imp address=10.0.0.41@3",
                                          "imp fqdn=imp.example.com@3", "imp role=subscriber@3", "imp product=imp@3"));
  EXPECT_EQ(told.unknown_lines, 0U);
}

TEST(VosCli, TheServicesThatOneProductAloneHasTellWhichItIs) {
  const Told told = tell(
      "admin:utils service list\nRequesting service status, please wait...\n>> Return code = 0\n"
      "Cisco Tomcat[STARTED]\nCisco CallManager[STOPPED]  Service Not Activated\nCisco Tftp[STARTED]\n"
      "Cisco CTIManager[ STOPPED ]  Component is not running\nPrimary Node =true\nadmin:\n");

  EXPECT_THAT(facts_of(told), ElementsAre("product=cucm@6", "runs=tftp@6", "product=cucm@7", "runs=cti@7"));
  EXPECT_EQ(told.unknown_lines, 0U);
  const Told both =
      tell("admin:utils service list\nCisco CallManager[STARTED]\nConnection Conversation Manager[STARTED]\nadmin:\n");
  EXPECT_THAT(facts_of(both), IsEmpty());
  EXPECT_TRUE(both.partial);
}

TEST(VosCli, CommandsThatOneProductAloneHasTellWhichItIs) {
  EXPECT_THAT(
      facts_of(tell("admin:show cuc version\nActive version: 7.0.1.10000-323\nInactive version: 7.0.0.39700-277\n")),
      ElementsAre("product=cuc@2"));
  EXPECT_THAT(
      facts_of(tell("admin:show uccx version\nActive UCCX Version: 10.0.0.95000-136\n Inactive UCCX Version: NA\n")),
      ElementsAre("product=uccx@2"));
  const Told refused = tell("admin:show cuc version\nExecuted command unsuccessfully\nActive version: 1\n");
  EXPECT_THAT(facts_of(refused), IsEmpty()) << "a node that does not know the command is none";
}

TEST(VosCli, AContactCentreTellsWhomItAsksOverAxl) {
  const Told told = tell(
      "admin:show uccx provider ip axl\nCisco Unified Communications Manager IP is 10.1.1.11, 10.1.1.12\n\nCommand "
      "Successful.\n"
      "admin:show uccx provider ip jtapi\nUCCX JTAPI Provider is 10.1.1.11\n\nCommand Successful.\nadmin:\n");

  EXPECT_THAT(facts_of(told), ElementsAre("product=uccx@2", "product=uccx@6"));
  EXPECT_THAT(hops_of(told),
              ElementsAre("axl -> 10.1.1.11:8443 https encrypted@2", "axl -> 10.1.1.12:8443 https encrypted@2"));
  EXPECT_EQ(told.unknown_lines, 0U);
}

TEST(VosCli, ATableIsReadByTheWidthsUnderItsNames) {
  const Told told = tell(
      "admin:run sql select name, address, port, profile, securitymode, x509subjectname from t\n"
      "name    address   port profile       securitymode x509subjectname\n"
      "======= ========= ==== ============= ============ ================\n"
      "T CUBE1 10.1.9.11 5061 STSP CUBE TLS 3            cube1.nw.example\n"
      "T-OLD   10.1.9.12 5060 STSP-Clear    1            NULL\n");

  EXPECT_THAT(hops_of(told), ElementsAre("sip-trunk -> 10.1.9.11:5061 sip-tls profile STSP CUBE TLS@4",
                                         "sip-trunk -> 10.1.9.12:5060 sip-tls profile STSP-Clear@5"));
  ASSERT_THAT(told.profiles, SizeIs(2));
  EXPECT_EQ(told.profiles[0].security, "encrypted");
  EXPECT_EQ(told.profiles[0].subjects, "cube1.nw.example");
  EXPECT_EQ(told.profiles[1].security, "nonsecure");
  EXPECT_EQ(told.hops[0].name, "T CUBE1");
}

TEST(VosCli, WhatNoCommandOfOursPrintedIsCountedAndShown) {
  const Told told = tell("admin:show hardware\nHW Platform : something\nadmin:show tls min-version\nno such thing\n");

  EXPECT_EQ(told.unknown_lines, 2U);
  EXPECT_EQ(told.unknown[0].line, 2);
  EXPECT_EQ(told.unknown[1].text, "no such thing");
  EXPECT_THAT(told.facts, IsEmpty());
}

TEST(VosCli, ACommandThatFailedTellsNothing) {
  EXPECT_THAT(
      facts_of(
          tell("admin:show tls min-version\nExecuted command unsuccessfully\nConfigured TLS minimum version is 1.2\n")),
      IsEmpty());
}

TEST(VosCli, PromptsWithTimeStampsAndPagersAreSeenThrough) {
  const Told told = tell(
      "[2026-11-29 10:00:01] admin:show tls min-version\r\n"
      "Press <enter> for 1 line, <space> for one page, or <q> to quit\b\b\b\b\r\n"
      "\x1b[0mConfigured TLS minimum version is 1.2\x1b[K\r\n");

  EXPECT_THAT(facts_of(told), ElementsAre("tls_min=TLSv1.2@3"));
}

TEST(VosCli, ATrustListAsTextPinsDigestsWithTheirRoles) {
  const Told told = tell(
      "admin:show itl\n"
      "        Parse ITL File\n"
      "        ITL Record #:1\n"
      "BYTEPOS TAG             LENGTH  VALUE\n"
      "1       RECORDLENGTH    2       727\n"
      "2       DNSNAME         4       pub\n"
      "3       SUBJECTNAME     20      CN=pub.example.com;O=Nordwind\n"
      "4       FUNCTION        2       CCM+TFTP\n"
      "9       CERTIFICATE     724     F5 1B 2C 3D 4E 5F 60 71 82 93 A4 B5 C6 D7 E8 F9 0A 1B 2C 3D (SHA1 Hash HEX)\n"
      "        ITL Record #:2\n"
      "4       FUNCTION        2       TVS\n"
      "admin:\n");

  ASSERT_THAT(told.lists, SizeIs(1));
  EXPECT_EQ(told.lists[0].name, "itl");
  ASSERT_THAT(told.lists[0].entries, SizeIs(1)) << "a record without certificate vouches for nothing";
  EXPECT_EQ(told.lists[0].entries[0].hash, "f51b2c3d4e5f60718293a4b5c6d7e8f90a1b2c3d");
  EXPECT_EQ(told.lists[0].entries[0].roles, "CCM+TFTP");
  EXPECT_TRUE(told.lists[0].entries[0].pinned);
  EXPECT_THAT(told.lists[0].nodes, ElementsAre("pub", "pub.example.com"));
}

TEST(VosCli, ATrustListThatMayBeCutOffIsLeftOut) {
  const Told told = tell(
      "admin:show ctl\n        CTL Record #:1\n4       FUNCTION        2       CCM+TFTP\n"
      "9       CERTIFICATE     724     F5 1B 2C 3D 4E 5F 60 71 82 93 A4 B5 C6 D7 E8 F9 0A 1B 2C 3D (SHA1 Hash HEX)\n");

  EXPECT_THAT(told.lists, IsEmpty());
  EXPECT_TRUE(told.partial);
}

TEST(VosCli, PhonesAreReadByTheHeader) {
  const Told told = tell(
      "admin:show risdb query phone\n-----------\n"
      "DeviceName, Descr, Ipaddr, RegStatus, PhoneProtocol, DeviceModel, LoadId, ActiveLoadId\n"
      "SEP001122334455, a desk, 10.9.0.1, reg, SIP, 36224, sip88xx.14-2-1-0001-125, sip88xx.14-2-1-0001-125\n"
      "Total count 1\n");

  ASSERT_THAT(told.phones, SizeIs(1));
  EXPECT_EQ(told.phones[0].model, "8845");
  EXPECT_EQ(told.phones[0].protocol, "sip");
  EXPECT_EQ(told.phones[0].load, "sip88xx.14-2-1-0001-125");
  EXPECT_TRUE(told.phones[0].registered);
}

}  // namespace
}  // namespace ucready::imports
