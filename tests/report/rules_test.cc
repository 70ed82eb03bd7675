// What holds for every rule.
#include "db/rules.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <sstream>

#include "tests/report/judged_run.h"

namespace ucready::report {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

TEST(Rules, EveryFileIsARuleNamedLikeItsFile) {
  std::size_t count = 0;
  for (const auto& file : std::filesystem::directory_iterator(UCREADY_SOURCE_DIR "/rules")) {
    std::stringstream text;
    text << std::ifstream(file.path()).rdbuf();

    const auto rule = db::read_rule(text.str(), file.path().string());

    ASSERT_TRUE(rule) << rule.error().message;
    EXPECT_EQ(rule->id, file.path().stem());
    EXPECT_THAT(rule->title, testing::Not(IsEmpty()));
    EXPECT_THAT(rule->remedy, testing::EndsWith(".")) << rule->id;
    ++count;
  }
  EXPECT_EQ(db::built_in_rules().size(), count);
}

TEST(Rules, AHealthyInterfaceHasNoFindings) {
  JudgedRun run;
  run.see(healthy_interface());

  run.judge();

  EXPECT_THAT(run.rules_that_fired(), IsEmpty());
}

TEST(Rules, ABareTargetIsJudgedToo) {
  JudgedRun run("");
  auto interface = healthy_interface();
  interface.key = {"", "", "", "10.9.9.9", 443, "https"};
  interface.product.clear();
  Certificate leaf = healthy_leaf();
  leaf.signature_hash = "sha1";
  present(interface, {leaf, healthy_intermediate()});
  run.see(interface);

  run.judge();

  const auto found = run.findings("sha1-certificate");
  ASSERT_THAT(found, SizeIs(1));
  EXPECT_EQ(found[0].severity, "medium");
}

TEST(Rules, AFindingKeepsItsIdFromRunToRun) {
  JudgedRun run;
  auto interface = healthy_interface();
  interface.versions[0] = accepted(tls::kTls10, "TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA");
  run.see(interface);
  run.judge();
  const auto first = run.findings("legacy-version-enabled");
  run.see(interface);
  run.judge();
  const auto second = run.findings("legacy-version-enabled");

  ASSERT_THAT(first, SizeIs(1));
  ASSERT_THAT(second, SizeIs(1));
  EXPECT_EQ(first[0].id, second[0].id);
}

// Certificates may have an empty subject (RFC 5280 section 4.1.2.6).
TEST(Rules, ACertificateWithoutSubjectIsToldOfAllTheSame) {
  JudgedRun run;
  auto interface = healthy_interface();
  Certificate leaf = healthy_leaf();
  leaf.subject.clear();
  leaf.signature_hash = "sha1";
  leaf.not_after = days_from_now(-1);
  present(interface, {leaf, healthy_intermediate()});
  run.see(interface);

  run.judge();

  ASSERT_THAT(run.findings("certificate-expired"), SizeIs(1));
  ASSERT_THAT(run.findings("sha1-certificate"), SizeIs(1));
  EXPECT_THAT(run.findings("sha1-certificate")[0].evidence, HasSubstr("issuer CN=NW-Issuing-CA"));
}

}  // namespace
}  // namespace ucready::report
