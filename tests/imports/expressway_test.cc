#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/imports/tell.h"

namespace ucready::imports {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;

TEST(Expressway, TellsItsNameAddressAndSettingsWithTheirLines) {
  const Told told = tell(
      "*c xConfiguration IP DNS Hostname: \"hh-expc1\"\n"
      "*c xConfiguration IP DNS Domain Name: \"nw.example\"\n"
      "*c xConfiguration Ethernet 1 IP V4 Address: \"10.1.1.21\"\n"
      "*c xConfiguration EdgeConfigServer VerifyOriginServer: \"Off\"\n"
      "*c xConfiguration Ciphers SIPTLSCiphers Value: \"ECDHE-RSA-AES256-GCM-SHA384:EECDH\"\n");

  EXPECT_EQ(told.owner, "hh-expc1");
  EXPECT_THAT(facts_of(told),
              ElementsAre("address=10.1.1.21@3", "verify_origin_server=false@4",
                          "[sip-zone] ciphers=ECDHE-RSA-AES256-GCM-SHA384:EECDH@5", "fqdn=hh-expc1.nw.example@2"));
}

TEST(Expressway, VersionsOfSipAreAMinimumAndAMaximum) {
  const Told told = tell("xConfiguration SIP Advanced SipTlsVersions: \"TLSv1.2:TLSv1.3\"\n");

  EXPECT_THAT(facts_of(told), Contains("[sip-zone] tls_min=TLSv1.2@1"));
  EXPECT_THAT(facts_of(told), Contains("[sip-zone] tls_max=TLSv1.3@1"));
  EXPECT_THAT(facts_of(told), Contains(":5061 tls_max=TLSv1.3@1"));
}

TEST(Expressway, AZoneOfANeighbourCallsItsPeers) {
  const Told told = tell(
      "*c xConfiguration Zones Zone 3 Name: \"to-cms\"\n"
      "*c xConfiguration Zones Zone 3 Type: \"Neighbor\"\n"
      "*c xConfiguration Zones Zone 3 Neighbor Peer 1 Address: \"cms1.nw.example\"\n"
      "*c xConfiguration Zones Zone 3 Neighbor Peer 2 Address: \"cms2.nw.example\"\n"
      "*c xConfiguration Zones Zone 3 Neighbor Peer 3 Address: \"\"\n"
      "*c xConfiguration Zones Zone 3 Neighbor SIP Port: \"5061\"\n"
      "*c xConfiguration Zones Zone 3 Neighbor SIP Transport: \"TLS\"\n");

  EXPECT_THAT(hops_of(told), ElementsAre("sip-zone -> cms1.nw.example:5061 sip-tls encrypted@1",
                                         "sip-zone -> cms2.nw.example:5061 sip-tls encrypted@1"));
}

TEST(Expressway, AZoneThatItMadeForRemoteAccessMeansItsDownloadsToo) {
  const Told told = tell(
      "*c xConfiguration Zones Zone 3 Name: \"CEtls-pub.nw.example\"\n"
      "*c xConfiguration Zones Zone 3 Type: \"Neighbor\"\n"
      "*c xConfiguration Zones Zone 3 Neighbor Peer 1 Address: \"pub.nw.example\"\n"
      "*c xConfiguration Zones Zone 3 Neighbor SIP Port: \"5061\"\n"
      "*c xConfiguration Zones Zone 3 Neighbor SIP Transport: \"TLS\"\n");

  EXPECT_THAT(hops_of(told), SizeIs(4));
  EXPECT_THAT(hops_of(told), Contains("traffic-server -> pub.nw.example:6971 tftp-https encrypted@1"));
  EXPECT_THAT(facts_of(told), Contains("product=expressway-c@1"));
}

TEST(Expressway, AZoneWithoutPortOrForThoseWhoComeInCallsNobody) {
  const Told told = tell(
      "*c xConfiguration Zones Zone 1 Type: \"TraversalServer\"\n"
      "*c xConfiguration Zones Zone 2 Type: \"Neighbor\"\n"
      "*c xConfiguration Zones Zone 2 Neighbor Peer 1 Address: \"a.nw.example\"\n");

  EXPECT_THAT(told.hops, IsEmpty());
  EXPECT_THAT(facts_of(told), ElementsAre("product=expressway-e@1"));
}

TEST(Expressway, ZonesOfBothMindsLeaveVerificationUnknown) {
  const Told told = tell(
      "*c xConfiguration Zones Zone 1 Neighbor Peer 1 Address: \"a.nw.example\"\n"
      "*c xConfiguration Zones Zone 1 Neighbor SIP TLS Verify Mode: \"On\"\n"
      "*c xConfiguration Zones Zone 2 Neighbor Peer 1 Address: \"b.nw.example\"\n"
      "*c xConfiguration Zones Zone 2 Neighbor SIP TLS Verify Mode: \"Off\"\n");

  EXPECT_THAT(told.facts, IsEmpty());
  EXPECT_THAT(told.notes, SizeIs(1));
}

TEST(Expressway, ReadsTheReleaseFlatAndIndented) {
  EXPECT_THAT(facts_of(tell("xStatus SystemUnit Software Version: \"X14.3.7\"\n")), ElementsAre("release=X14.3.7@1"));
  EXPECT_THAT(
      facts_of(tell("*s SystemUnit:\n  Product: \"Expressway\"\n  Software:\n    Version: \"X15.5\"\n*s/end\n")),
      ElementsAre("release=X15.5@4"));
}

TEST(Expressway, ANameThatOnlyEndsLikeAKeyIsNone) {
  const Told told = tell("*s SystemUnit:\n  Other:\n    Version: \"X9\"\n");

  EXPECT_THAT(facts_of(told), Not(Contains("release=X9@3")));
  EXPECT_EQ(told.unknown_lines, 1U);
}

}  // namespace
}  // namespace ucready::imports
