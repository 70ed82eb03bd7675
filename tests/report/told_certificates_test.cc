// The rules on a single certificate, of certificates that an import or a site file tells and no scan saw.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>

#include "db/rules.h"
#include "tests/report/judged_run.h"

namespace ucready::report {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

// Of the node whose healthy interface a scan may see.
db::DeclaredChain at(std::uint16_t port, const std::string& protocol = "https") {
  return {.cluster = "hq-cucm", .node = "cucm-pub", .port = port, .source = "own/tomcat.pem", .protocol = protocol};
}

db::DeclaredChain as_client(const std::string& service) {
  return {.cluster = "hq-cucm", .node = "cucm-pub", .service = service, .source = "own/tomcat.pem"};
}

Certificate sha1_leaf() {
  Certificate leaf = healthy_leaf();
  leaf.signature_hash = "sha1";
  leaf.signature_algorithm = "sha1WithRSAEncryption";
  return leaf;
}

Fact product(const std::string& name) { return {"hq-cucm", "", "", 0, "product", name}; }

db::TrustObservation store_with(const Certificate& certificate) {
  db::TrustObservation store{"hq-cucm", "cucm-pub", "tomcat-trust", {}};
  db::TrustedCertificate entry;
  entry.source = "pub.json";
  auto held = std::make_shared<Certificate>(certificate);
  held->sha256 = std::string(64, 'c');
  entry.certificate = held;
  store.entries = {entry};
  return store;
}

struct Case {
  const char* rule;
  const char* severity;
  std::function<void(Certificate& leaf, Certificate& intermediate)> spoil;
};

class ToldCertificate : public testing::TestWithParam<Case> {
 protected:
  static std::vector<Certificate> spoilt() {
    Certificate leaf = healthy_leaf();
    Certificate intermediate = healthy_intermediate();
    GetParam().spoil(leaf, intermediate);
    return {leaf, intermediate};
  }
};

TEST_P(ToldCertificate, IsJudgedWhereAnImportAloneTellsOfIt) {
  JudgedRun run;
  const std::vector<Certificate> chain = spoilt();
  run.tell(at(8443), chain);
  run.tell(as_client("ldap"), chain);

  run.judge_import();

  const auto found = run.findings(GetParam().rule);
  ASSERT_THAT(found, SizeIs(1));
  EXPECT_EQ(found[0].severity, GetParam().severity);
  EXPECT_EQ(found[0].confidence, "imported");
  EXPECT_EQ(found[0].port, 8443);
  EXPECT_THAT(found[0].evidence,
              HasSubstr("no scan saw it, imported from pub.json:7 (8443 https; client service ldap)"));
}

TEST_P(ToldCertificate, IsNotFoundASecondTimeOnceAScanSawIt) {
  JudgedRun run;
  const std::vector<Certificate> chain = spoilt();
  run.tell(at(443), chain);
  run.tell(at(8443), chain);
  run.judge_import();
  ASSERT_EQ(run.reported(GetParam().rule), 1U);
  auto interface = healthy_interface();
  present(interface, chain);
  run.know(product("cucm"));
  run.see(interface);

  run.judge();

  const auto found = run.findings(GetParam().rule);
  ASSERT_THAT(found, SizeIs(1));
  EXPECT_EQ(found[0].confidence, "observed");
  EXPECT_EQ(run.reported(GetParam().rule), 1U) << "the import's own finding, on the lower port, is outdone";
}

TEST_P(ToldCertificate, CountsNoMoreWhereAScanSawAnother) {
  JudgedRun run;
  const std::vector<Certificate> chain = spoilt();
  run.tell(at(8443), chain);
  run.tell(as_client("ldap"), chain);
  run.judge_import();
  run.know(product("cucm"));
  run.see(healthy_interface());

  run.judge();

  EXPECT_THAT(run.findings(GetParam().rule), IsEmpty());
  EXPECT_EQ(run.reported(GetParam().rule), 0U);
}

TEST_P(ToldCertificate, OfAHealthyChainIsNoFinding) {
  JudgedRun run;
  run.tell(at(8443), {healthy_leaf(), healthy_intermediate()});

  run.judge_import();

  EXPECT_THAT(run.findings(GetParam().rule), IsEmpty());
}

INSTANTIATE_TEST_SUITE_P(
    Rules, ToldCertificate,
    testing::Values(
        Case{"sha1-certificate", "medium", [](Certificate& leaf, Certificate&) { leaf = sha1_leaf(); }},
        Case{"sha1-certificate", "medium", [](Certificate&, Certificate& ca) { ca.signature_hash = "sha1"; }},
        Case{"md5-certificate", "high", [](Certificate& leaf, Certificate&) { leaf.signature_hash = "md5"; }},
        Case{"weak-key", "high", [](Certificate& leaf, Certificate&) { leaf.key_bits = 1024; }},
        Case{"weak-key", "critical", [](Certificate&, Certificate& ca) { ca.key_bits = 512; }},
        Case{"certificate-expired", "critical",
             [](Certificate& leaf, Certificate&) { leaf.not_after = days_from_now(-3); }},
        Case{"certificate-expires-soon", "high",
             [](Certificate& leaf, Certificate&) { leaf.not_after = days_from_now(10); }},
        Case{"certificate-not-yet-valid", "high",
             [](Certificate& leaf, Certificate&) { leaf.not_before = days_from_now(1); }},
        Case{"certificate-self-signed", "low", [](Certificate& leaf, Certificate&) { leaf.self_signed = true; }},
        Case{"client-auth-eku-missing", "medium", [](Certificate& leaf, Certificate&) { leaf.eku = "serverAuth"; }},
        Case{"public-certificate-renewal-risk", "medium",
             [](Certificate& leaf, Certificate&) { leaf.issuer = "C=US,O=DigiCert Inc,CN=DigiCert TLS CA"; }}),
    [](const auto& each) {
      std::string name = each.param.rule + std::to_string(each.index);
      std::erase(name, '-');
      return name;
    });

TEST(ToldCertificates, AreFoundInASiteFileAsWell) {
  JudgedRun run;
  run.know(product("cucm"));
  run.tell({.cluster = "hq-cucm", .source = "own/tomcat.pem"}, {sha1_leaf()});

  run.judge();

  const auto found = run.findings("sha1-certificate");
  ASSERT_THAT(found, SizeIs(1));
  EXPECT_EQ(found[0].confidence, "declared");
  EXPECT_EQ(found[0].port, 0);
  EXPECT_THAT(found[0].evidence, HasSubstr("declared from tomcat.pem (every interface and client service)"));
}

TEST(ToldCertificates, OfAnExpresswayWeighMoreAndBlockItsUpgrade) {
  JudgedRun run;
  run.know(product("expressway-c"));
  run.know({"hq-cucm", "", "", 0, "target", "X15.5"});
  run.tell(at(5061, "sip-tls"), {sha1_leaf(), healthy_intermediate()});

  run.judge();

  ASSERT_THAT(run.findings("sha1-certificate"), SizeIs(1));
  EXPECT_EQ(run.findings("sha1-certificate")[0].severity, "high");
  ASSERT_THAT(run.findings("expressway-sha1"), SizeIs(1));
  EXPECT_EQ(run.findings("expressway-sha1")[0].title,
            "Server certificate signed with SHA-1 blocks the Expressway upgrade");
  EXPECT_EQ(run.findings("expressway-sha1")[0].confidence, "declared");
}

TEST(ToldCertificates, OfAnImportAreHeldAgainstTheTargetThatTheSiteFileNames) {
  JudgedRun run;
  run.know(product("expressway-c"));
  run.know({"hq-cucm", "", "", 0, "target", "X15.5"});
  run.judge();
  run.tell(at(5061, "sip-tls"), {sha1_leaf()});

  run.judge_import("expressway-c");

  EXPECT_THAT(run.findings("expressway-sha1"), SizeIs(1));
}

TEST(ToldCertificates, OfAnImportAreHeldAgainstTheWavesThatTheSiteFileNames) {
  JudgedRun run;
  run.know(product("cucm"));
  run.order({1, days_from_now(90).substr(0, 10), "upgrade", "hq-cucm", "", ""});
  run.judge();
  Certificate leaf = healthy_leaf();
  leaf.not_after = days_from_now(80);
  run.tell(at(8443), {leaf});

  run.judge_import();

  const auto found = run.findings("certificate-expires-before-wave");
  ASSERT_THAT(found, SizeIs(1));
  EXPECT_EQ(found[0].wave, 1);
  EXPECT_EQ(found[0].confidence, "imported");
}

TEST(ToldCertificates, EndAtTheRootOfTheSystemsOwnStore) {
  JudgedRun run;
  Certificate root = healthy_root();
  root.signature_hash = "sha1";
  run.tell(at(8443), {healthy_leaf(), healthy_intermediate()});
  run.hold(store_with(root));

  run.judge_import();

  const auto found = run.findings("sha1-certificate");
  ASSERT_THAT(found, SizeIs(1));
  EXPECT_EQ(found[0].severity, "info");
  EXPECT_EQ(found[0].title, "Root certificate signed with SHA-1, which nobody verifies");
}

TEST(ToldCertificates, ARootOfAStoreThatNoChainEndsAtIsNoFinding) {
  JudgedRun run;
  Certificate root = healthy_root();
  root.subject = root.issuer = "CN=Some Other Root";
  root.signature_hash = "sha1";
  root.not_after = days_from_now(-3);
  run.tell(at(8443), {healthy_leaf(), healthy_intermediate()});
  run.hold(store_with(root));

  run.judge_import();

  EXPECT_THAT(run.rules_that_fired(), IsEmpty());
}

// Two chains, of which the second lacks the intermediate that the first shows.
void tell_a_gap(JudgedRun& run) {
  run.tell(at(5061, "sip-tls"), {healthy_leaf(), healthy_intermediate()});
  Certificate other = healthy_leaf();
  other.subject = "CN=other";
  run.tell(at(8443), {other});
}

TEST(ToldCertificates, AGapIsOneWhereTheSystemsStoresLackTheIssuer) {
  JudgedRun run;
  tell_a_gap(run);
  run.hold(store_with(healthy_root()));

  run.judge_import();

  const auto found = run.findings("certificate-chain-incomplete");
  ASSERT_THAT(found, SizeIs(1));
  EXPECT_EQ(found[0].port, 8443);
  EXPECT_THAT(found[0].evidence, HasSubstr("leaf CN=other; its issuer CN=NW-Issuing-CA is not in the chain"));
}

TEST(ToldCertificates, AGapIsNoneWhereAStoreHoldsTheIssuerOrNoneIsKnown) {
  JudgedRun unknown;
  tell_a_gap(unknown);
  unknown.judge_import();
  EXPECT_THAT(unknown.findings("certificate-chain-incomplete"), IsEmpty());

  JudgedRun held;
  tell_a_gap(held);
  held.hold(store_with(healthy_intermediate()));
  held.judge_import();
  EXPECT_THAT(held.findings("certificate-chain-incomplete"), IsEmpty());
}

TEST(ToldCertificates, AGapInADeclaredChainIsOne) {
  JudgedRun run;
  run.know(product("cucm"));
  tell_a_gap(run);

  run.judge();

  EXPECT_THAT(run.findings("certificate-chain-incomplete"), SizeIs(1));
}

TEST(ToldCertificates, OfAnIntermediateThatTheServerLeavesOutStayFound) {
  JudgedRun run;
  Certificate intermediate = healthy_intermediate();
  intermediate.signature_hash = "sha1";
  run.tell(at(8443), {healthy_leaf(), intermediate});
  run.judge_import();
  auto interface = healthy_interface();
  present(interface, {healthy_leaf()});
  run.know(product("cucm"));
  run.see(interface);

  run.judge();

  const auto found = run.findings("sha1-certificate");
  ASSERT_THAT(found, SizeIs(1));
  EXPECT_EQ(found[0].title, "Intermediate certificate signed with SHA-1");
  EXPECT_EQ(run.reported("sha1-certificate"), 1U);
}

TEST(ToldCertificates, WhatAnExportShowsOfAPlaceTakesThePlaceOfWhatIsDeclaredOfIt) {
  JudgedRun run;
  run.know(product("cucm"));
  run.tell(at(8443), {sha1_leaf()});
  run.judge();
  ASSERT_THAT(run.findings("sha1-certificate"), SizeIs(1));
  run.tell(at(8443), {healthy_leaf(), healthy_intermediate()});

  run.judge_import();

  EXPECT_THAT(run.findings("sha1-certificate"), IsEmpty());
  EXPECT_EQ(run.reported("sha1-certificate"), 0U) << "the scan's finding rested on the site file alone";
}

TEST(ToldCertificates, OfAClusterAreNotToldAgainWhereANodeShowsThem) {
  JudgedRun run;
  run.know(product("cucm"));
  run.tell({.cluster = "hq-cucm", .source = "own/tomcat.pem"}, {sha1_leaf()});
  auto interface = healthy_interface();
  present(interface, {sha1_leaf()});
  run.see(interface);

  run.judge();

  const auto found = run.findings("sha1-certificate");
  ASSERT_THAT(found, SizeIs(1));
  EXPECT_EQ(found[0].confidence, "observed");
}

TEST(ToldCertificates, OfServersAloneNeedNoClientAuth) {
  JudgedRun run;
  Certificate leaf = healthy_leaf();
  leaf.eku = "serverAuth";
  run.tell(at(2445, "tvs"), {leaf});

  run.judge_import();

  EXPECT_THAT(run.findings("client-auth-eku-missing"), IsEmpty());
}

TEST(ToldCertificates, OfALaterImportOfTheSameKindReplaceTheEarlierOnes) {
  JudgedRun run;
  run.tell(at(8443), {sha1_leaf()});
  run.judge_import();
  run.tell(at(8443), {healthy_leaf(), healthy_intermediate()});

  run.judge_import();

  EXPECT_EQ(run.reported("sha1-certificate"), 0U);
}

TEST(ToldCertificates, OfAnImportWithoutASiteAreOutdoneByAnySites) {
  JudgedRun run("");
  run.tell(at(443), {sha1_leaf()});
  run.tell(at(8443), {sha1_leaf()});
  run.judge_import();
  auto writer = db::RunWriter::begin(run.database(), {"scan", "hq", "0.1.0", "", {}}, {product("cucm")});
  auto interface = healthy_interface();
  present(interface, {sha1_leaf()});
  ASSERT_TRUE(writer->add(interface));
  ASSERT_TRUE(writer->finish(db::RunStatus::done));

  ASSERT_TRUE(db::run_rules(run.database(), writer->run_id(), db::built_in_rules()));

  EXPECT_EQ(run.reported("sha1-certificate"), 1U);
}

TEST(ToldCertificates, StayFoundWhereARunWasNotJudged) {
  JudgedRun run;
  run.tell(at(8443), {sha1_leaf()});
  run.judge_import();
  auto killed = db::RunWriter::begin(run.database(), {"scan", "hq", "0.1.0", "", {}}, {product("cucm")});
  ASSERT_TRUE(killed->finish(db::RunStatus::partial));

  EXPECT_EQ(run.reported("sha1-certificate"), 1U);
}

}  // namespace
}  // namespace ucready::report
