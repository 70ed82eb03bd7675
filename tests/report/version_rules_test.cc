// The rules on versions and suites.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/report/judged_run.h"

namespace ucready::report {
namespace {

using db::VersionOutcome;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

std::vector<Finding> judged(const std::string& rule, const std::vector<db::VersionObservation>& versions) {
  JudgedRun run;
  auto interface = healthy_interface();
  interface.versions = versions;
  present(interface, {healthy_leaf(), healthy_intermediate()});
  run.see(interface);
  run.judge();
  return run.findings(rule);
}

const std::string kForwardSecret = "TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA";

TEST(VersionRules, OldVersionsAreOneFindingAnInterface) {
  const auto found =
      judged("legacy-version-enabled", {accepted(tls::kTls10, kForwardSecret), accepted(tls::kTls11, kForwardSecret),
                                        accepted(tls::kTls12, kForwardSecret)});

  ASSERT_THAT(found, SizeIs(1));
  EXPECT_EQ(found[0].severity, "medium");
  EXPECT_EQ(found[0].evidence, "accepts TLSv1.0 with " + kForwardSecret + ", TLSv1.1 with " + kForwardSecret);
}

TEST(VersionRules, Sslv3IsGraver) {
  const auto found =
      judged("legacy-version-enabled", {accepted(tls::kSslv3, kForwardSecret), accepted(tls::kTls12, kForwardSecret)});

  ASSERT_THAT(found, SizeIs(1));
  EXPECT_EQ(found[0].severity, "high");
}

TEST(VersionRules, ARefusedOldVersionIsNoFinding) {
  EXPECT_THAT(judged("legacy-version-enabled",
                     {answered(tls::kTls10, VersionOutcome::refused), accepted(tls::kTls12, kForwardSecret)}),
              IsEmpty());
}

TEST(VersionRules, NothingAboveTls11IsALimitOfItsOwn) {
  auto refused = answered(tls::kTls12, VersionOutcome::refused);
  refused.alert = tls::Alert{70};
  const auto found = judged("legacy-only", {accepted(tls::kTls10, kForwardSecret), refused});

  ASSERT_THAT(found, SizeIs(1));
  EXPECT_EQ(found[0].severity, "high");
  EXPECT_EQ(found[0].evidence, "highest version accepted is TLSv1.0; TLSv1.2 refused (protocol_version)");
  EXPECT_THAT(judged("legacy-only", {accepted(tls::kTls10, kForwardSecret), accepted(tls::kTls12, kForwardSecret)}),
              IsEmpty());
  EXPECT_THAT(judged("legacy-only",
                     {answered(tls::kTls10, VersionOutcome::timeout), answered(tls::kTls12, VersionOutcome::timeout)}),
              IsEmpty());
}

TEST(VersionRules, SilenceOnANewerHelloIsIntolerance) {
  const auto found = judged("version-intolerant",
                            {accepted(tls::kTls12, kForwardSecret), answered(tls::kTls13, VersionOutcome::reset)});

  ASSERT_THAT(found, SizeIs(1));
  EXPECT_EQ(found[0].evidence, "TLSv1.3: reset; accepted is TLSv1.2");
}

TEST(VersionRules, ARefusalOrSilenceOnAnOlderHelloIsNot) {
  EXPECT_THAT(
      judged("version-intolerant", {answered(tls::kTls10, VersionOutcome::reset), accepted(tls::kTls12, kForwardSecret),
                                    answered(tls::kTls13, VersionOutcome::refused)}),
      IsEmpty());
  EXPECT_THAT(judged("version-intolerant",
                     {answered(tls::kTls12, VersionOutcome::timeout), answered(tls::kTls13, VersionOutcome::timeout)}),
              IsEmpty());
}

struct RefusedCase {
  int alert;
  std::string server_name;
  bool legacy;
  std::string evidence;
  std::string remedy;
};

TEST(VersionRules, AnInterfaceThatNegotiatesNothingIsToldWithTheMend) {
  const RefusedCase cases[] = {
      {112, "", false, "asked without a name: TLSv1.2 refused (unrecognized_name), TLSv1.3 refused (unrecognized_name)",
       "Ask by a name"},
      {112, "a.example.com", false,
       "asked for a.example.com: TLSv1.2 refused (unrecognized_name), TLSv1.3 refused (unrecognized_name)",
       "correct server_name"},
      {40, "", false, "asked without a name: TLSv1.2 refused (handshake_failure), TLSv1.3 refused (handshake_failure)",
       "--legacy"},
      {40, "", true,
       "asked without a name: SSLv3 refused (handshake_failure), TLSv1.2 refused (handshake_failure), TLSv1.3 refused "
       "(handshake_failure)",
       "see its own log"},
  };
  for (const RefusedCase& refused : cases) {
    JudgedRun run;
    auto interface = healthy_interface();
    interface.server_name = refused.server_name;
    interface.chains.clear();
    interface.versions.clear();
    for (const tls::Version version : {tls::kSslv3, tls::kTls12, tls::kTls13}) {
      if (version == tls::kSslv3 && !refused.legacy) continue;
      interface.versions.push_back(answered(version, VersionOutcome::refused));
      interface.versions.back().alert = tls::Alert{static_cast<std::uint8_t>(refused.alert)};
    }
    run.see(interface);
    run.judge();

    const auto found = run.findings("nothing-negotiated");
    ASSERT_THAT(found, SizeIs(1)) << refused.remedy;
    EXPECT_EQ(found[0].severity, "medium");
    EXPECT_EQ(found[0].evidence, refused.evidence);
    EXPECT_THAT(found[0].remedy, HasSubstr(refused.remedy));
  }
}

TEST(VersionRules, OneAcceptedVersionIsEnoughToHaveNegotiated) {
  EXPECT_THAT(judged("nothing-negotiated",
                     {accepted(tls::kTls10, kForwardSecret), answered(tls::kTls12, VersionOutcome::refused)}),
              IsEmpty());
}

struct SuiteCase {
  std::string suite;
  std::string severity;  // Empty: no finding.
};

TEST(VersionRules, SuitesAreWeakByTheirName) {
  const SuiteCase cases[] = {
      {"TLS_RSA_WITH_RC4_128_MD5", "high"},          {"TLS_RSA_WITH_NULL_SHA", "high"},
      {"TLS_RSA_EXPORT_WITH_DES40_CBC_SHA", "high"}, {"TLS_DH_anon_WITH_AES_128_CBC_SHA", "high"},
      {"TLS_RSA_WITH_DES_CBC_SHA", "high"},          {"TLS_RSA_WITH_3DES_EDE_CBC_SHA", "medium"},
      {"TLS_RSA_WITH_AES_128_CBC_SHA", ""},          {"TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256", ""},
  };
  for (const SuiteCase& suite : cases) {
    const auto found = judged("weak-cipher", {accepted(tls::kTls12, suite.suite)});

    ASSERT_THAT(found, SizeIs(suite.severity.empty() ? 0 : 1)) << suite.suite;
    if (!found.empty()) {
      EXPECT_EQ(found[0].severity, suite.severity) << suite.suite;
      EXPECT_THAT(found[0].evidence, HasSubstr(suite.suite));
    }
  }
}

TEST(VersionRules, StaticKeysAreToldOncePerInterface) {
  const auto found = judged("no-forward-secrecy", {accepted(tls::kTls10, "TLS_RSA_WITH_AES_128_CBC_SHA"),
                                                   accepted(tls::kTls12, "TLS_RSA_WITH_AES_128_GCM_SHA256"),
                                                   accepted(tls::kTls13, "TLS_AES_128_GCM_SHA256")});

  ASSERT_THAT(found, SizeIs(1));
  EXPECT_THAT(found[0].evidence,
              HasSubstr("TLS_RSA_WITH_AES_128_CBC_SHA at TLSv1.0; TLS_RSA_WITH_AES_128_GCM_SHA256 at TLSv1.2"));
  EXPECT_THAT(judged("no-forward-secrecy", {accepted(tls::kTls12, "TLS_DHE_RSA_WITH_AES_128_CBC_SHA")}), IsEmpty());
}

}  // namespace
}  // namespace ucready::report
