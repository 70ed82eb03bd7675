// What a site file says of certificates by their names on the system, and what imports write into one.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "scanner/identity_places.h"
#include "scanner/site_file.h"
#include "tests/scanner/site_example.h"

namespace ucready::scanner {
namespace {

using testing::Contains;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

Result<Site> read(const std::string& cluster_lines, const std::string& hops = "") {
  return read_site_text("site: hq\nclusters:\n  - name: c\n    product: cucm\n" + cluster_lines + hops, "site.yaml",
                        catalogue());
}

TEST(IdentityPlaces, AreWhereTheCatalogueSaysThatTheCertificateIs) {
  const upgrade::Product& cucm = *catalogue().find("cucm");

  const auto tomcat = places_of(cucm, "tomcat");
  EXPECT_THAT(tomcat, Contains(IdentityPlace{"", 8443}));
  EXPECT_THAT(tomcat, Contains(IdentityPlace{"https", 0}));
  EXPECT_THAT(tomcat, Not(Contains(IdentityPlace{"", 5061})));
  const auto ecdsa = places_of(cucm, "CallManager-ECDSA");
  EXPECT_THAT(ecdsa, Contains(IdentityPlace{"", 5061}));
  EXPECT_THAT(ecdsa, Not(Contains(IdentityPlace{"", 2443}))) << "RSA suites alone";
  EXPECT_THAT(places_of(cucm, "no-such"), IsEmpty());
}

TEST(IdentityPlaces, AnExpresswaysClientCertificateIsOfItsClientServicesAlone) {
  const upgrade::Product& expressway = *catalogue().find("expressway-c");

  const auto places = places_of(expressway, "client");

  EXPECT_THAT(places, Contains(IdentityPlace{"sip-zone", 0}));
  EXPECT_THAT(places, Not(Contains(IdentityPlace{"", 5061})));
}

TEST(SiteFile, CertificatesMayBeNamedAsTheSystemNamesThem) {
  const auto site = read(
      "    certificates: [own/a.pem, {identity: tomcat-ECDSA, files: [own/b.pem]}]\n"
      "    nodes:\n      - {name: n, address: 10.0.0.1, certificates: [{identity: CallManager, files: "
      "[own/c.pem]}]}\n");

  ASSERT_TRUE(site) << site.error().message;
  EXPECT_EQ(site->clusters[0].certificates.size(), 1U);
  ASSERT_EQ(site->clusters[0].identities.size(), 1U);
  EXPECT_EQ(site->clusters[0].identities[0].identity, "tomcat-ECDSA");
  EXPECT_EQ(site->clusters[0].nodes[0].identities[0].identity, "CallManager");
}

TEST(SiteFile, ACertificateThatNothingPresentsIsRefusedWithTheNearestName) {
  const auto site = read("    certificates: [{identity: CalManager, files: [own/a.pem]}]\n");

  ASSERT_FALSE(site);
  EXPECT_THAT(site.error().message, HasSubstr("\"CalManager\""));
  EXPECT_THAT(site.error().message, HasSubstr("CallManager"));
}

TEST(SiteFile, AStoreMayHoldDigestsOfATrustList) {
  const std::string digest(40, 'a');
  const auto site = read("    trust: [{store: itl, pins: [\"sha1:" + digest + " SAST,CCM+TFTP\"]}]\n");

  ASSERT_TRUE(site) << site.error().message;
  const SitePin& pin = site->clusters[0].trust[0].pins.at(0);
  EXPECT_EQ(pin.algorithm, "sha1");
  EXPECT_EQ(pin.hash, digest);
  EXPECT_EQ(pin.roles, "SAST,CCM+TFTP");
}

TEST(SiteFile, ADigestOfAnotherLengthOrAlphabetIsRefused) {
  for (const std::string& pin :
       {std::string("sha1:abc"), "sha256:" + std::string(63, 'a'), "md5:" + std::string(32, 'a'),
        "sha1:" + std::string(40, 'G'), std::string(40, 'a'), std::string()}) {
    const auto site = read("    trust: [{store: itl, pins: [\"" + pin + "\"]}]\n");
    EXPECT_FALSE(site) << pin;
  }
}

TEST(SiteFile, ANodeHasServicesOfItsOwnAndAHopAnAddressOfItsOwn) {
  const auto site =
      read("    nodes:\n      - {name: n, address: 10.0.0.1, services: [{service: sip-trunk, tls_max: TLSv1.2}]}\n",
           "hops:\n  - {from: c, to: \"c/n:5061\", address: n.example.com}\n");

  ASSERT_TRUE(site) << site.error().message;
  const auto facts = facts_of(*site);
  EXPECT_TRUE(std::ranges::any_of(facts, [](const Fact& fact) {
    return fact.node == "n" && fact.service == "sip-trunk" && fact.name == "tls_max" && fact.value == "TLSv1.2";
  }));
  EXPECT_EQ(site->hops[0].address, "n.example.com");
  EXPECT_FALSE(read("    nodes: [{name: n, address: 10.0.0.1}]\n",
                    "hops:\n  - {from: c, to: \"c/n:5061\", address: \"not a host\"}\n"));
}

}  // namespace
}  // namespace ucready::scanner
