#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "upgrade/catalogue.h"
#include "upgrade/mend_entries.h"

namespace ucready::upgrade {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

constexpr std::string_view kHead = "product: test\nname: Test\nrelease_rule: vos\n";

std::string fault(const std::string& rest, std::string_view head = kHead) {
  const auto product = read_product(std::string(head) + rest, "test.yaml");
  return product ? "taken" : product.error().message;
}

TEST(ProductReader, ReadsEveryFieldOfAnInterface) {
  const auto product = read_product(R"(
product: test
name: Test product
release_rule: vos
endpoint: true
tls13: {from: 15SU2, recommended: 15SU3, source: [T13, MTX], confidence: source, note: a note}
interfaces:
  - port: 5061-5199
    protocol: sip-tls
    service: SIP
    mtls: true
    certificate: CallManager
    client_store: CallManager-trust
    ecdsa: true
    probe: true
    clients: [phone, cube]
    tls13_from: 15SU2
    tls_floor: TLSv1.2
    stack: haproxy
    source: PRT
    confidence: expert
    note: another
)",
                                    "test.yaml");

  ASSERT_TRUE(product) << product.error().message;
  EXPECT_EQ(product->id, "test");
  EXPECT_EQ(product->name, "Test product");
  EXPECT_EQ(product->rule, ReleaseRule::vos);
  EXPECT_TRUE(product->endpoint);
  EXPECT_EQ(product->tls13_from, "15SU2");
  EXPECT_EQ(product->recommended_from, "15SU3");
  EXPECT_EQ(product->tls13_evidence.source, "T13, MTX");
  EXPECT_EQ(product->tls13_evidence.note, "a note");
  ASSERT_EQ(product->interfaces.size(), 1U);
  const CatalogueInterface& interface = product->interfaces[0];
  EXPECT_EQ(interface.port, 5061);
  EXPECT_EQ(interface.last_port, 5199);
  EXPECT_EQ(interface.protocol, "sip-tls");
  EXPECT_EQ(interface.service, "SIP");
  EXPECT_EQ(interface.mtls, true);
  EXPECT_EQ(interface.certificate, "CallManager");
  EXPECT_EQ(interface.client_store, "CallManager-trust");
  EXPECT_TRUE(interface.ecdsa);
  EXPECT_TRUE(interface.probe);
  EXPECT_THAT(interface.clients, ElementsAre("phone", "cube"));
  EXPECT_EQ(interface.tls13_from, "15SU2");
  EXPECT_EQ(interface.tls_floor, "TLSv1.2");
  EXPECT_EQ(interface.stack, "haproxy");
  EXPECT_EQ(interface.evidence.source, "PRT");
  EXPECT_EQ(interface.evidence.confidence, "expert");
  EXPECT_EQ(interface.evidence.note, "another");
}

TEST(ProductReader, KeepsWhatIsOmittedUnknown) {
  const auto product = read_product(
      std::string(kHead) +
          "interfaces:\n  - {port: 443, protocol: https, service: web, source: PRT, confidence: source}\n"
          "client_services:\n  - {name: client, protocols: [https, ldap], source: PRT, confidence: source}\n",
      "test.yaml");

  ASSERT_TRUE(product) << product.error().message;
  EXPECT_FALSE(product->interfaces[0].mtls.has_value());
  EXPECT_EQ(product->interfaces[0].tls13_from, "");
  EXPECT_FALSE(product->client_services[0].verifies.has_value());
  EXPECT_EQ(product->client_services[0].protocol, "https,ldap");
  EXPECT_EQ(product->tls13_from, "");
}

TEST(ProductReader, RefusesUnknownKeysAndWords) {
  EXPECT_EQ(fault("interface: []"),
            "test.yaml:4:1: unknown key \"interface\" in a catalogue file; did you mean interfaces?");
  EXPECT_EQ(fault("interfaces:\n  - {port: 443, protocol: http, service: web, source: PRT, confidence: source}"),
            "test.yaml:5:27: unknown protocol \"http\"; did you mean https?");
  EXPECT_THAT(fault("interfaces:\n  - {port: 443, protocol: https, service: web, source: PRT, confidence: sure}"),
              HasSubstr("unknown confidence \"sure\""));
  EXPECT_THAT(fault("", "product: test\nname: Test\nrelease_rule: semver\n"), HasSubstr("unknown release_rule"));
  EXPECT_THAT(fault("client_services:\n  - {name: a, protocols: [https, http], source: PRT, confidence: source}"),
              HasSubstr("unknown protocol \"http\""));
}

TEST(ProductReader, RefusesAFactWithoutSourceOrConfidence) {
  EXPECT_EQ(fault("interfaces:\n  - {port: 443, protocol: https, service: web, confidence: source}"),
            "test.yaml:5:5: an interface needs \"source\"; add it");
  EXPECT_EQ(fault("interfaces:\n  - {port: 443, protocol: https, service: web, source: PRT}"),
            "test.yaml:5:5: an interface needs \"confidence\"; add it");
  EXPECT_THAT(fault("interfaces:\n  - {port: 443, protocol: https, service: web, source: expert, confidence: source}"),
              HasSubstr("confidence \"source\" without a document"));
}

TEST(ProductReader, RefusesPortsOutOfRangeTwiceOrBackwards) {
  const auto with_port = [](const std::string& port) {
    return fault("interfaces:\n  - {port: " + port + ", protocol: https, service: w, source: PRT, confidence: source}");
  };
  EXPECT_EQ(with_port("443"), "taken");
  EXPECT_EQ(with_port("70000"), "test.yaml:5:12: port 70000 is out of range; write 1 to 65535");
  EXPECT_THAT(with_port("0"), HasSubstr("out of range"));
  EXPECT_THAT(with_port("99999999999999"), HasSubstr("out of range"));
  EXPECT_THAT(with_port("-1"), HasSubstr("is no number"));
  EXPECT_THAT(with_port("5061-"), HasSubstr("is no number"));
  EXPECT_THAT(with_port("https"), HasSubstr("is no number"));
  EXPECT_THAT(with_port("5199-5061"), HasSubstr("ends before it begins"));
  EXPECT_THAT(fault("interfaces:\n  - {port: 443, protocol: https, service: w, source: PRT, confidence: source}\n"
                    "  - {port: 443, protocol: tls, service: w, source: PRT, confidence: source}"),
              HasSubstr("test.yaml:6:5: port 443 stands twice"));
}

TEST(ProductReader, WantsAProtocolUnlessTheInterfaceIsNotProbed) {
  EXPECT_THAT(fault("interfaces:\n  - {port: 22, service: SSH, source: PRT, confidence: source}"),
              HasSubstr("needs \"protocol\""));
  EXPECT_EQ(fault("interfaces:\n  - {port: 22, probe: false, service: SSH, source: PRT, confidence: source}"), "taken");
}

TEST(ProductReader, RefusesReleasesThatAreNoneOrOutOfOrder) {
  EXPECT_THAT(fault("tls13: {from: soon, source: MTX, confidence: source}"),
              HasSubstr("is no release by the rule vos"));
  EXPECT_EQ(fault("tls13: {from: never, source: MTX, confidence: source}"), "taken");
  EXPECT_THAT(fault("releases:\n  - {name: 15SU2, source: CMP, confidence: source}\n"
                    "  - {name: 14SU3, source: CMP, confidence: source}"),
              HasSubstr("test.yaml:6:5: release 14SU3 is not later"));
  EXPECT_THAT(fault("releases:\n  - {name: 15SU2, build: 15.0.1.13900-1, source: CMP, confidence: source}"),
              HasSubstr("is another release than 15SU2"));
}

TEST(ProductReader, RefusesTwoDefaultClientServicesForOneProtocol) {
  EXPECT_THAT(fault("client_services:\n  - {name: a, protocols: https, source: PRT, confidence: source}\n"
                    "  - {name: b, protocols: [ldap, https], source: PRT, confidence: source}"),
              HasSubstr("https stands twice"));
}

TEST(ProductReader, RefusesADefaultThatTheSettingCannotHave) {
  EXPECT_THAT(fault("settings:\n  - {name: a, kind: choice, values: [x, y], default: z, effect: e, source: PRT, "
                    "confidence: source}"),
              HasSubstr("a cannot be \"z\""));
  EXPECT_THAT(fault("settings:\n  - {name: a, kind: choice, effect: e, source: PRT, confidence: source}"),
              HasSubstr("needs \"values\""));
  EXPECT_THAT(
      fault("settings:\n  - {name: a, kind: version, default: TLS1.2, effect: e, source: PRT, confidence: source}"),
      HasSubstr("did you mean TLSv1.2"));
}

TEST(SettingValue, IsCheckedByItsKind) {
  const CatalogueSetting flag{.name = "fips", .kind = "boolean"};
  EXPECT_EQ(fault_of_value(flag, "true"), std::nullopt);
  EXPECT_EQ(fault_of_value(flag, "yes"), "fips cannot be \"yes\"; known: true, false");

  const CatalogueSetting version{.name = "tls_min", .values = {"TLSv1.2", "TLSv1.3"}, .kind = "version"};
  EXPECT_EQ(fault_of_value(version, "TLSv1.3"), std::nullopt);
  EXPECT_TRUE(fault_of_value(version, "TLSv1.0"));

  const CatalogueSetting number{.name = "count", .kind = "number"};
  EXPECT_EQ(fault_of_value(number, "12"), std::nullopt);
  EXPECT_EQ(fault_of_value(number, "12x"), "count \"12x\" is no number; write digits");

  const CatalogueSetting text{.name = "ciphers", .kind = "text"};
  EXPECT_EQ(fault_of_value(text, "anything"), std::nullopt);
}

TEST(ProductReader, ReadsEveryFieldOfAMend) {
  const auto product = read_product(R"(
product: test
name: Test
release_rule: vos
mends:
  - kind: setting
    reasons: [no_common_version, common_criteria]
    setting: tls_min
    value: TLSv1.2
    what: lower it
    precondition: leave
    path: a menu
    restarts: the node
    impact: node
    verify: look
    undo: raise it
    source: T13
    confidence: source
  - kind: certificate
    change: hash
    certificate: tomcat
    reasons: [sha1_certificate]
    source: expert
    confidence: expert
)",
                                    "test.yaml");

  ASSERT_TRUE(product) << product.error().message;
  ASSERT_EQ(product->mends.size(), 2U);
  const CatalogueMend& mend = product->mends[0];
  EXPECT_EQ(mend.kind, "setting");
  EXPECT_THAT(mend.reasons, ElementsAre("no_common_version", "common_criteria"));
  EXPECT_EQ(mend.setting, "tls_min");
  EXPECT_EQ(mend.value, "TLSv1.2");
  EXPECT_EQ(mend.what, "lower it");
  EXPECT_EQ(mend.precondition, "leave");
  EXPECT_EQ(mend.path, "a menu");
  EXPECT_EQ(mend.restarts, "the node");
  EXPECT_EQ(mend.impact, 10);
  EXPECT_EQ(mend.verify, "look");
  EXPECT_EQ(mend.undo, "raise it");
  EXPECT_EQ(mend.evidence.source, "T13");
  EXPECT_EQ(product->mends[1].change, "hash");
  EXPECT_EQ(product->mends[1].certificate, "tomcat");
  EXPECT_EQ(product->mends[1].impact, std::nullopt);
}

TEST(ProductReader, RefusesAMendThatContradictsItself) {
  const auto mend = [](const std::string& fields) {
    return fault("mends:\n  - {source: expert, confidence: expert, " + fields + "}\n");
  };
  EXPECT_THAT(mend("kind: spell"), HasSubstr("kind"));
  EXPECT_THAT(mend("kind: setting, setting: tls_min"), HasSubstr("has \"setting\" and \"value\""));
  EXPECT_THAT(mend("kind: trust, value: x"), HasSubstr("has \"setting\" and \"value\""));
  EXPECT_THAT(mend("kind: trust, certificate: tomcat"), HasSubstr("only a mend of kind certificate"));
  EXPECT_THAT(mend("kind: certificate, reasons: [weak_key]"), HasSubstr("needs \"change\""));
  EXPECT_THAT(mend("kind: trust, impact: node"), HasSubstr("an impact without \"restarts\""));
  EXPECT_THAT(mend("kind: trust, restarts: all, impact: huge"), HasSubstr("impact"));
  EXPECT_THAT(mend("kind: trust, reasons: [\"Not So\"]"), HasSubstr("no reason of a forecast"));
}

TEST(MendEntries, CompleteEachOtherTheFirstBeforeTheOthers) {
  const CatalogueMend own{.kind = "certificate",
                          .certificate = "tomcat",
                          .precondition = "first",
                          .path = "menu",
                          .restarts = "Tomcat",
                          .impact = 1};
  const CatalogueMend other{.kind = "certificate", .certificate = "CallManager", .path = "elsewhere", .impact = 100};
  const CatalogueMend called{.kind = "certificate",
                             .reasons = {"weak_key"},
                             .change = "key",
                             .what = "a new key",
                             .precondition = "then",
                             .path = "somewhere",
                             .undo = "the old one"};
  const std::vector<CatalogueMend> all = {other, own, called};

  const CatalogueMend whole = completed(all, called, "tomcat");

  EXPECT_EQ(whole.what, "a new key");
  EXPECT_EQ(whole.path, "menu");
  EXPECT_EQ(whole.restarts, "Tomcat");
  EXPECT_EQ(whole.impact, 1);
  EXPECT_EQ(whole.precondition, "first; then");
  EXPECT_EQ(whole.undo, "the old one");
}

}  // namespace
}  // namespace ucready::upgrade
