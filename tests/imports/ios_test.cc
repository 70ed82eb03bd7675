#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/bytes.h"
#include "tests/imports/tell.h"
#include "tests/support/certificate_maker.h"

namespace ucready::imports {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

constexpr std::string_view kHead = "hostname hh-cube1\nversion 17.9\n";

Told tell_configuration(const std::string& lines) { return tell(std::string(kHead) + lines + "end\n"); }

TEST(Ios, AVersionAloneAndAMinimumAreTwoThings) {
  EXPECT_THAT(facts_of(tell_configuration("sip-ua\n transport tcp tls v1.2\n")), Contains("transport_tls=v1.2@4"));
  EXPECT_THAT(facts_of(tell_configuration("sip-ua\n transport tcp tls v1.2 minimum\n")),
              Contains("transport_tls=v1.2-minimum@4"));
}

TEST(Ios, DialPeersCallTheirTargets) {
  const Told told = tell_configuration(
      "dial-peer voice 1 voip\n session protocol sipv2\n session target ipv4:10.0.0.5:5061\n session transport tcp "
      "tls\n"
      "dial-peer voice 2 voip\n session protocol sipv2\n session target dns:sbc.example.com\n"
      "dial-peer voice 3 voip\n session protocol sipv2\n session target ipv4:10.0.0.7\n shutdown\n"
      "dial-peer voice 4 voip\n session target ipv4:10.0.0.8\n");

  EXPECT_THAT(hops_of(told), ElementsAre("sip -> 10.0.0.5:5061 sip-tls encrypted@3",
                                         "sip -> sbc.example.com:5060 sip-tls nonsecure@7"))
      << "one is shut, one does not speak SIP";
}

TEST(Ios, AGroupOfServersStandsForEachOfThem) {
  const Told told = tell_configuration(
      "voice class server-group 7\n ipv4 10.0.0.5 port 5061\n ipv4 10.0.0.6 preference 1\n"
      "dial-peer voice 1 voip\n session protocol sipv2\n session transport tcp tls\n session server-group 7\n");

  EXPECT_THAT(hops_of(told),
              ElementsAre("sip -> 10.0.0.5:5061 sip-tls encrypted@6", "sip -> 10.0.0.6:5061 sip-tls encrypted@6"));
}

TEST(Ios, NamesOfATlsProfileBindOnlyWhereTheyAreChecked) {
  const std::string profile = "voice class tls-profile 1\n trustpoint TP\n cn-san 1 pub.example.com\n";
  const std::string use = "sip-ua\n crypto signaling default tls-profile 1\n";

  EXPECT_THAT(facts_of(tell_configuration(profile + use)), IsEmpty());
  EXPECT_THAT(facts_of(tell_configuration(profile + " cn-san validate bidirectional\n" + use)),
              Contains("[sip] authorised_subjects=pub.example.com@3"));
}

TEST(Ios, ANameOfATlsProfileThatIsMissingLeavesTheOthersUntold) {
  const Told told = tell_configuration(
      "voice class tls-profile 1\n cn-san validate bidirectional\n cn-san 1 pub.example.com\n cn-san 2\n"
      "sip-ua\n crypto signaling default tls-profile 1\n");

  EXPECT_THAT(facts_of(told), IsEmpty()) << "who has the name that is missing would be refused wrongly";
  EXPECT_EQ(told.unknown_lines, 1U);
}

TEST(Ios, ATlsProfileThatNamesNobodyBindsToNobody) {
  const std::string config =
      "voice class tls-profile 1\n cn-san\n cn-san 1\n cn-san validate\nsip-ua\n crypto signaling default tls-profile "
      "1\n";

  EXPECT_THAT(facts_of(tell_configuration(config)), IsEmpty());
}

using support::MadeCertificate;
using support::make_certificate;

std::string dump(const MadeCertificate& certificate, const std::string& head) {
  const std::string hex = to_hex(certificate.der);
  std::string text = " certificate " + head + "\n";
  for (std::size_t at = 0; at < hex.size(); at += 64) text += "  " + hex.substr(at, 64) + "\n";
  return text + "  \tquit\n";
}

TEST(Ios, CertificatesInTheConfigurationAreItsTrustAndItsIdentity) {
  const auto root = make_certificate({.subject = {{"CN", "Root"}}, .is_ca = true});
  const auto leaf = make_certificate({.subject = {{"CN", "cube"}}});

  const Told told = tell_configuration("crypto pki certificate chain TP\n" + dump(leaf, "1A2B") + dump(root, "ca 01") +
                                       "sip-ua\n crypto signaling default trustpoint TP\n");

  ASSERT_THAT(told.stores, SizeIs(1));
  EXPECT_EQ(told.stores[0].entries[0].certificate->der, root.der);
  ASSERT_THAT(told.identities, SizeIs(1));
  EXPECT_EQ(told.identities[0].chain[0]->der, leaf.der);
  EXPECT_FALSE(told.partial);
}

TEST(Ios, AConfigurationWithoutItsEndTrustsNothingForSure) {
  const auto root = make_certificate({.subject = {{"CN", "Root"}}, .is_ca = true});

  const Told told = tell(std::string(kHead) + "crypto pki certificate chain TP\n" + dump(root, "ca 01"));

  EXPECT_TRUE(told.partial);
  EXPECT_THAT(told.stores, IsEmpty());
}

TEST(Ios, CertificatesThatAreListedCountOnceAPromptFollows) {
  const auto root = make_certificate({.subject = {{"CN", "Root"}}, .is_ca = true});
  const std::string listed =
      "cube#show crypto pki certificates pem\n------Trustpoint: CUBE-TP------\n% CA certificate:\n" + root.pem();

  EXPECT_THAT(tell(listed).stores, IsEmpty());
  EXPECT_TRUE(tell(listed).partial);
  ASSERT_THAT(tell(listed + "cube#\n").stores, SizeIs(1));
  EXPECT_EQ(tell(listed + "cube#\n").stores[0].entries[0].source, "export.txt#CUBE-TP");
}

TEST(Ios, ALineWithoutEndIsNotRead) {
  EXPECT_THAT(
      tell(std::string(kHead) +
           "dial-peer voice 1 voip\n session protocol sipv2\n session transport tcp tls\n session target ipv4:10.0.0.1")
          .hops,
      IsEmpty());
}

TEST(Ios, AConfigurationThatEndsWithinACertificateTrustsNothingForSure) {
  const auto root = make_certificate({.subject = {{"CN", "Root"}}, .is_ca = true});

  const Told told =
      tell_configuration("crypto pki certificate chain TP\n" + dump(root, "ca 01") + " certificate ca 02\n  3082 03\n");

  EXPECT_TRUE(told.partial);
  EXPECT_THAT(told.stores, IsEmpty());
}

TEST(Ios, TwoTrustpointsOfWhichNoneIsNamedPresentNothingForSure) {
  const auto one = make_certificate({.subject = {{"CN", "one"}}});
  const auto two = make_certificate({.subject = {{"CN", "two"}}});

  const Told told = tell_configuration("crypto pki certificate chain A\n" + dump(one, "01") +
                                       "crypto pki certificate chain B\n" + dump(two, "02"));

  EXPECT_THAT(told.identities, IsEmpty());
  EXPECT_THAT(told.notes, ElementsAre(HasSubstr("several trustpoints")));
}

TEST(Ios, PeersThatAreShownDifferentCertificatesLeaveItUnknown) {
  const auto one = make_certificate({.subject = {{"CN", "one"}}});
  const auto two = make_certificate({.subject = {{"CN", "two"}}});
  const std::string both =
      "crypto pki certificate chain A\n" + dump(one, "01") + "crypto pki certificate chain B\n" + dump(two, "02");

  EXPECT_THAT(tell_configuration(both + "sip-ua\n crypto signaling default trustpoint A\n").identities, SizeIs(1));
  EXPECT_THAT(tell_configuration(both + "sip-ua\n crypto signaling default trustpoint A\n"
                                        " crypto signaling remote-addr 10.0.0.0 255.0.0.0 trustpoint B\n")
                  .identities,
              IsEmpty());
}

TEST(Ios, TheReleaseIsWrittenAsItsMakerNamesIt) {
  const Told told = tell(
      "hh-cube1#show version\nCisco IOS XE Software, Version 17.09.04a\ncisco ISR4451-X/K9 (OVLD-2RU) processor\n");

  EXPECT_EQ(told.owner, "hh-cube1");
  EXPECT_THAT(facts_of(told), ElementsAre("release=17.9.4a@2", "model=ISR4451-X@3"));
}

TEST(Ios, AConnectionTellsWhoCalledAndWithWhichCertificate) {
  const Told told = tell(
      "Remote-Agent:10.64.100.145, Connections-Count:1\n"
      "  Remote-Port Conn-Id Conn-State  WriteQ-Size Local-Address       TLS-Version Cipher Curve Tenant\n"
      "        22943       7 Established           0 10.64.100.151:5061   TLSv1.3   TLS_AES_256_GCM_SHA384:RSA P-521   "
      "  0\n"
      "         5061       8 Established           0 10.64.100.151:41022  TLSv1.2   ECDHE-RSA-AES256-GCM-SHA384 P-521  "
      "   0\n");

  ASSERT_THAT(told.sessions, SizeIs(2));
  EXPECT_FALSE(told.sessions[0].outgoing);
  EXPECT_EQ(told.sessions[0].version, "TLSv1.3");
  EXPECT_EQ(told.sessions[0].cipher, "TLS_AES_256_GCM_SHA384");
  EXPECT_EQ(told.sessions[0].key_type, "rsa");
  EXPECT_TRUE(told.sessions[1].outgoing);
  EXPECT_EQ(told.sessions[1].peer, "10.64.100.145");
  EXPECT_EQ(told.sessions[1].key_type, "");
}

TEST(Ios, AConnectionBetweenTwoListeningPortsHasNoKnownCaller) {
  EXPECT_THAT(tell("Remote-Agent:10.0.0.1, Connections-Count:1\n 5061 8 Established 0 10.0.0.2:5061 TLSv1.2 AES128-SHA "
                   "P-256 0\n")
                  .sessions,
              IsEmpty());
}

TEST(Ios, AFailedHandshakeTellsWhoRefusedWhom) {
  const Told told = tell(
      "Nov 29 10:00:00.123: %SIP-2-TLS_HANDSHAKE_FAILED: TLS handshake failure - remote_addr=10.0.0.5, "
      "remote_port=5061, "
      "local_addr=10.0.0.9, local_port=41234, Reason: tlsv1 alert protocol version\n"
      "Nov 29 10:00:01.123: %SIP-2-TLS_HANDSHAKE_FAILED: TLS handshake failure - remote_addr=10.0.0.6, "
      "remote_port=33000, "
      "local_addr=10.0.0.9, local_port=5061, Reason: certificate verify failed\n");

  ASSERT_THAT(told.sessions, SizeIs(2));
  EXPECT_FALSE(told.sessions[0].established);
  EXPECT_TRUE(told.sessions[0].outgoing);
  EXPECT_EQ(told.sessions[0].alert, "protocol_version");
  EXPECT_TRUE(told.sessions[0].alert_from_peer);
  EXPECT_FALSE(told.sessions[1].outgoing);
  EXPECT_EQ(told.sessions[1].alert, "") << "which alert it sent is not told";
}

}  // namespace
}  // namespace ucready::imports
