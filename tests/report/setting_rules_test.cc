// The rules that hold what was seen against what was declared or is known of the release.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/report/judged_run.h"

namespace ucready::report {
namespace {

using db::VersionOutcome;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

const std::string kSuite = "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256";

db::InterfaceObservation speaking(const std::vector<db::VersionObservation>& versions) {
  auto interface = healthy_interface();
  interface.versions = versions;
  present(interface, {healthy_leaf(), healthy_intermediate()});
  return interface;
}

class SettingRules : public testing::Test {
 protected:
  std::vector<Finding> judged(const std::string& rule, const std::vector<Fact>& facts,
                              const db::InterfaceObservation& interface) {
    JudgedRun run;
    for (const Fact& fact : facts) run.know(fact);
    run.see(interface);
    run.judge();
    return run.findings(rule);
  }

  const db::InterfaceObservation only_12_ =
      speaking({answered(tls::kTls11, VersionOutcome::refused), accepted(tls::kTls12, kSuite),
                answered(tls::kTls13, VersionOutcome::refused)});
  const db::InterfaceObservation down_to_10_ = speaking({accepted(tls::kTls10, kSuite), accepted(tls::kTls12, kSuite)});
  const db::InterfaceObservation only_13_ =
      speaking({answered(tls::kTls12, VersionOutcome::refused), accepted(tls::kTls13, "TLS_AES_128_GCM_SHA256")});
};

TEST_F(SettingRules, AReleaseWithTls13ThatRefusesItIsTold) {
  const auto found =
      judged("tls13-missing", {{.cluster = "hq-cucm", .name = "release_has_tls13", .value = "true"}}, only_12_);

  ASSERT_THAT(found, SizeIs(1));
  EXPECT_THAT(found[0].evidence, HasSubstr("the release has TLS 1.3; its hello was refused, TLSv1.2 was accepted"));
}

TEST_F(SettingRules, AReleaseWithoutTls13OrInCommonCriteriaModeIsNot) {
  EXPECT_THAT(
      judged("tls13-missing", {{.cluster = "hq-cucm", .name = "release_has_tls13", .value = "false"}}, only_12_),
      IsEmpty());
  EXPECT_THAT(judged("tls13-missing", {}, only_12_), IsEmpty());
  EXPECT_THAT(judged("tls13-missing",
                     {{.cluster = "hq-cucm", .name = "release_has_tls13", .value = "true"},
                      {.cluster = "hq-cucm", .name = "common_criteria", .value = "true"}},
                     only_12_),
              IsEmpty());
}

TEST_F(SettingRules, AVersionBelowTheStatedMinimumIsAMismatchWithItsSource) {
  const auto found = judged(
      "tls-min-mismatch",
      {{.cluster = "hq-cucm", .name = "tls_min", .value = "TLSv1.2", .source = "hq.yaml", .line = 9}}, down_to_10_);

  ASSERT_THAT(found, SizeIs(1));
  EXPECT_EQ(found[0].evidence, "minimum TLSv1.2 (declared, hq.yaml:9); TLSv1.0 accepted, TLSv1.2 accepted");
}

TEST_F(SettingRules, TheNarrowestMinimumCounts) {
  const std::vector<Fact> facts = {
      {.cluster = "hq-cucm", .name = "tls_min", .value = "TLSv1.2"},
      {.cluster = "hq-cucm", .node = "cucm-pub", .port = 8443, .name = "tls_min", .value = "TLSv1.0"}};

  EXPECT_THAT(judged("tls-min-mismatch", facts, down_to_10_), IsEmpty());
}

TEST_F(SettingRules, AMinimumOfAClientServiceOrAnAssumedOneIsNotTheInterfaces) {
  EXPECT_THAT(
      judged("tls-min-mismatch",
             {{.cluster = "hq-cucm", .service = "sip-trunk", .name = "tls_min", .value = "TLSv1.2"}}, down_to_10_),
      IsEmpty());
  EXPECT_THAT(judged("tls-min-mismatch",
                     {{.cluster = "hq-cucm", .name = "tls_min", .value = "TLSv1.2", .confidence = Confidence::assumed}},
                     down_to_10_),
              IsEmpty());
}

TEST_F(SettingRules, ARefusedMinimumIsAMismatchOnlyWhereNoFloorExplainsIt) {
  const Fact minimum_10 = {.cluster = "hq-cucm", .name = "tls_min", .value = "TLSv1.0"};
  const Fact minimum_12 = {.cluster = "hq-cucm", .name = "tls_min", .value = "TLSv1.2"};

  EXPECT_THAT(judged("tls-min-mismatch", {minimum_10}, only_12_), IsEmpty());
  EXPECT_THAT(judged("tls-min-mismatch", {minimum_12}, only_13_), SizeIs(1));
  auto by_design = only_13_;
  by_design.key.port = 9463;
  EXPECT_THAT(judged("tls-min-mismatch", {minimum_12}, by_design), IsEmpty());
}

db::InterfaceObservation in_state(db::InterfaceState state) {
  auto interface = healthy_interface();
  interface.state = state;
  interface.detail = "no answer in 10 s";
  interface.versions.clear();
  interface.chains.clear();
  return interface;
}

TEST_F(SettingRules, ADeclaredInterfaceThatIsNotThereIsTold) {
  const Fact declared = {.cluster = "hq-cucm",
                         .node = "cucm-pub",
                         .port = 8443,
                         .name = "interface",
                         .value = "https",
                         .source = "hq.yaml",
                         .line = 12};

  const auto found = judged("interface-unreachable", {declared}, in_state(db::InterfaceState::timeout));

  ASSERT_THAT(found, SizeIs(1));
  EXPECT_EQ(found[0].evidence, "state timeout: no answer in 10 s; declared in hq.yaml:12");
  EXPECT_THAT(judged("interface-unreachable", {declared}, healthy_interface()), IsEmpty());
}

TEST_F(SettingRules, AUsualPortThatIsClosedIsNoNews) {
  EXPECT_THAT(judged("interface-unreachable", {}, in_state(db::InterfaceState::closed)), IsEmpty());
  EXPECT_THAT(
      judged("interface-unreachable",
             {{.cluster = "hq-cucm", .node = "cucm-pub", .port = 5061, .name = "interface", .value = "sip-tls"}},
             in_state(db::InterfaceState::closed)),
      IsEmpty());
}

TEST_F(SettingRules, ADeclaredInterfaceInClearIsAnotherFinding) {
  const Fact declared = {.cluster = "hq-cucm", .port = 8443, .name = "interface", .value = "https"};

  EXPECT_THAT(judged("interface-without-tls", {declared}, in_state(db::InterfaceState::not_tls)), SizeIs(1));
  EXPECT_THAT(judged("interface-unreachable", {declared}, in_state(db::InterfaceState::not_tls)), IsEmpty());
}

}  // namespace
}  // namespace ucready::report
