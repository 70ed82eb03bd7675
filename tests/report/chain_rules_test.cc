// The rules on what is sent around a certificate: its chain, the name it was asked for, the day it runs out.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/report/judged_run.h"

namespace ucready::report {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

db::InterfaceObservation on_port(std::uint16_t port, const std::vector<Certificate>& chain) {
  auto interface = healthy_interface();
  interface.key.port = port;
  present(interface, chain);
  return interface;
}

TEST(ChainRules, ALoneLeafUnderARootIsWhole) {
  JudgedRun run;
  run.see(on_port(8443, {healthy_leaf()}));

  run.judge();

  EXPECT_THAT(run.findings("certificate-chain-incomplete"), IsEmpty());
}

TEST(ChainRules, ALoneLeafUnderAnIntermediateThatAnotherInterfaceShowsIsNot) {
  JudgedRun run;
  run.see(on_port(8443, {healthy_leaf()}));
  run.see(on_port(5061, {healthy_leaf(), healthy_intermediate()}));

  run.judge();

  const auto found = run.findings("certificate-chain-incomplete");
  ASSERT_THAT(found, SizeIs(1));
  EXPECT_EQ(found[0].port, 8443);
  EXPECT_THAT(found[0].evidence, HasSubstr("its issuer CN=NW-Issuing-CA was not sent, and other interfaces"));
}

TEST(ChainRules, AGapInTheMiddleIsFound) {
  JudgedRun run;
  run.see(on_port(8443, {healthy_leaf(), healthy_root()}));

  run.judge();

  const auto found = run.findings("certificate-chain-incomplete");
  ASSERT_THAT(found, SizeIs(1));
  EXPECT_THAT(found[0].evidence, HasSubstr("though more certificates follow"));
}

TEST(ChainRules, TheOrderOfWhatWasSentDoesNotMatter) {
  JudgedRun run;
  run.see(on_port(8443, {healthy_leaf(), healthy_root(), healthy_intermediate()}));

  run.judge();

  EXPECT_THAT(run.findings("certificate-chain-incomplete"), IsEmpty());
}

class NameMismatch : public testing::Test {
 protected:
  std::vector<Finding> judged(const std::string& name, const Certificate& leaf, bool also_without_sni = false) {
    JudgedRun run;
    auto interface = healthy_interface();
    present(interface, {leaf, healthy_intermediate()});
    interface.server_name = name;
    const auto plain = interface.chains;
    for (auto& chain : interface.chains) chain.server_name = name;
    if (also_without_sni) interface.chains.insert(interface.chains.end(), plain.begin(), plain.end());
    run.see(interface);
    run.judge();
    return run.findings("certificate-name-mismatch");
  }
};

TEST_F(NameMismatch, ANameAmongTheAlternativeNamesFitsWhateverItsCase) {
  EXPECT_THAT(judged("CUCM-Pub.example.com", healthy_leaf()), IsEmpty());
}

TEST_F(NameMismatch, AnotherNameIsOneFindingAtAllVersionsWithAndWithoutSni) {
  const auto found = judged("other.example.com", healthy_leaf(), true);

  ASSERT_THAT(found, SizeIs(1));
  EXPECT_EQ(found[0].severity, "medium");
  EXPECT_THAT(found[0].evidence, HasSubstr("expected other.example.com"));
  EXPECT_THAT(found[0].evidence, HasSubstr("DNS:cucm.example.com"));
}

TEST_F(NameMismatch, PartOfANameIsNotTheName) {
  EXPECT_THAT(judged("m.example.com", healthy_leaf()), SizeIs(1));
  EXPECT_THAT(judged("cucm.example.co", healthy_leaf()), SizeIs(1));
}

TEST_F(NameMismatch, AWildcardStandsForOneLabel) {
  Certificate leaf = healthy_leaf();
  leaf.san = "DNS:*.example.com";

  EXPECT_THAT(judged("cucm.example.com", leaf), IsEmpty());
  EXPECT_THAT(judged("a.cucm.example.com", leaf), SizeIs(1));
  EXPECT_THAT(judged("example.com", leaf), SizeIs(1));
}

TEST_F(NameMismatch, TheCommonNameCountsOnlyWithoutAlternativeNames) {
  Certificate leaf = healthy_leaf();
  leaf.san.clear();
  EXPECT_THAT(judged("cucm.example.com", leaf), IsEmpty());
  leaf.san = "DNS:else.example.com";
  EXPECT_THAT(judged("cucm.example.com", leaf), SizeIs(1));
}

TEST(ChainRules, AnAddressFitsAnAddress) {
  JudgedRun run;
  run.know({.cluster = "hq-cucm", .node = "cucm-pub", .port = 8443, .name = "server_name", .value = "10.0.0.11"});
  auto interface = healthy_interface();
  Certificate leaf = healthy_leaf();
  leaf.san = "DNS:cucm.example.com,IP:10.0.0.11";
  present(interface, {leaf, healthy_intermediate()});
  run.see(interface);

  run.judge();

  EXPECT_THAT(run.findings("certificate-name-mismatch"), IsEmpty());
}

TEST(ChainRules, ALeafThatOnlyClientsWithoutSniSeeCountsLess) {
  JudgedRun run;
  auto interface = healthy_interface();
  interface.server_name = "cucm.example.com";
  const auto plain = [&] {
    Certificate leaf = healthy_leaf();
    leaf.san = "DNS:default.example.com";
    present(interface, {leaf, healthy_intermediate()});
    return interface.chains;
  }();
  present(interface, {healthy_leaf(), healthy_intermediate()});
  for (auto& chain : interface.chains) chain.server_name = "cucm.example.com";
  interface.chains.insert(interface.chains.end(), plain.begin(), plain.end());
  run.see(interface);

  run.judge();

  const auto found = run.findings("certificate-name-mismatch");
  ASSERT_THAT(found, SizeIs(1));
  EXPECT_EQ(found[0].severity, "low");
  EXPECT_EQ(found[0].title, "Certificate shown without SNI does not carry the server's name");
}

TEST(ChainRules, WithoutAnExpectedNameNoNameIsWrong) {
  JudgedRun run;
  Certificate leaf = healthy_leaf();
  leaf.san = "DNS:anything.example.net";
  run.see(on_port(8443, {leaf, healthy_intermediate()}));

  run.judge();

  EXPECT_THAT(run.findings("certificate-name-mismatch"), IsEmpty());
}

TEST(ChainRules, TheFirstWaveThatWouldStartWithAnExpiredCertificateIsNamed) {
  JudgedRun run;
  run.order({1, days_from_now(30).substr(0, 10), "upgrade", "hq-expe", "", ""});
  run.order({2, days_from_now(100).substr(0, 10), "upgrade", "hq-cucm", "", ""});
  run.order({3, days_from_now(130).substr(0, 10), "upgrade", "hq-imp", "", ""});
  Certificate leaf = healthy_leaf();
  leaf.not_after = days_from_now(90);
  run.see(on_port(8443, {leaf, healthy_intermediate()}));

  run.judge();

  const auto found = run.findings("certificate-expires-before-wave");
  ASSERT_THAT(found, SizeIs(1));
  EXPECT_EQ(found[0].wave, 2);
}

TEST(ChainRules, WavesWithoutADateOrBeforeTheDayExpectNothing) {
  JudgedRun run;
  run.order({1, days_from_now(30).substr(0, 10), "upgrade", "hq-expe", "", ""});
  run.order({2, "", "upgrade", "hq-cucm", "", ""});
  Certificate leaf = healthy_leaf();
  leaf.not_after = days_from_now(90);
  run.see(on_port(8443, {leaf, healthy_intermediate()}));

  run.judge();

  EXPECT_THAT(run.findings("certificate-expires-before-wave"), IsEmpty());
}

}  // namespace
}  // namespace ucready::report
