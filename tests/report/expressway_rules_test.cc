// SHA-1 on an Expressway that is to be upgraded: own leaf, own intermediate and root are three different things.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/report/judged_run.h"

namespace ucready::report {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

Certificate with_sha1(Certificate certificate) {
  certificate.signature_hash = "sha1";
  certificate.signature_algorithm = "sha1WithRSAEncryption";
  return certificate;
}

class ExpresswaySha1 : public testing::Test {
 protected:
  void judge(const std::vector<Certificate>& chain, const std::string& target) {
    run_.know({.cluster = "hh-expc", .name = "product", .value = "expressway-c"});
    if (!target.empty()) run_.know({.cluster = "hh-expc", .name = "target", .value = target});
    auto interface = healthy_interface();
    interface.key = {"hq", "hh-expc", "expc1", "10.0.0.31", 5061, "sip-tls"};
    interface.product = "expressway-c";
    present(interface, chain);
    run_.see(interface);
    run_.judge();
  }

  JudgedRun run_;
};

TEST_F(ExpresswaySha1, TheOwnLeafBlocksTheUpgradeInAdditionToTheGeneralFinding) {
  judge({with_sha1(healthy_leaf()), healthy_intermediate()}, "X15.5");

  EXPECT_THAT(run_.rules_that_fired(), ElementsAre("expressway-sha1", "sha1-certificate"));
  const auto found = run_.findings("expressway-sha1");
  ASSERT_THAT(found, SizeIs(1));
  EXPECT_EQ(found[0].severity, "critical");
  EXPECT_THAT(found[0].title, HasSubstr("Server certificate"));
  EXPECT_THAT(found[0].evidence, HasSubstr("target X15.5"));
  EXPECT_EQ(run_.findings("sha1-certificate").at(0).severity, "high");
}

TEST_F(ExpresswaySha1, ASelfSignedLeafIsALeaf) {
  judge({with_sha1(healthy_root())}, "X15.2");

  ASSERT_THAT(run_.findings("expressway-sha1"), SizeIs(1));
  EXPECT_EQ(run_.findings("expressway-sha1")[0].severity, "critical");
}

TEST_F(ExpresswaySha1, TheOwnIntermediateBlocksTheUpgrade) {
  judge({healthy_leaf(), with_sha1(healthy_intermediate())}, "X15.10");

  const auto found = run_.findings("expressway-sha1");
  ASSERT_THAT(found, SizeIs(1));
  EXPECT_EQ(found[0].severity, "critical");
  EXPECT_THAT(found[0].title, HasSubstr("Intermediate certificate"));
}

TEST_F(ExpresswaySha1, ARootIsNoBlocker) {
  judge({healthy_leaf(), healthy_intermediate(), with_sha1(healthy_root())}, "X15.5");

  EXPECT_THAT(run_.findings("expressway-sha1"), IsEmpty());
  ASSERT_THAT(run_.findings("sha1-certificate"), SizeIs(1));
  EXPECT_EQ(run_.findings("sha1-certificate")[0].severity, "info");
}

TEST_F(ExpresswaySha1, WithoutATargetNothingIsBlocked) {
  judge({with_sha1(healthy_leaf()), healthy_intermediate()}, "");

  EXPECT_THAT(run_.findings("expressway-sha1"), IsEmpty());
  EXPECT_THAT(run_.findings("sha1-certificate"), SizeIs(1));
}

TEST_F(ExpresswaySha1, ATargetBelowX15Point2IsNotBlockedYet) {
  judge({with_sha1(healthy_leaf()), healthy_intermediate()}, "X14.3.7");

  const auto found = run_.findings("expressway-sha1");
  ASSERT_THAT(found, SizeIs(1));
  EXPECT_EQ(found[0].severity, "medium");
}

TEST_F(ExpresswaySha1, ATargetThatCannotBeReadIsTakenAsBlocked) {
  judge({with_sha1(healthy_leaf()), healthy_intermediate()}, "newest");

  ASSERT_THAT(run_.findings("expressway-sha1"), SizeIs(1));
  EXPECT_EQ(run_.findings("expressway-sha1")[0].severity, "critical");
}

TEST_F(ExpresswaySha1, AHealthyExpresswayIsNotMentioned) {
  judge({healthy_leaf(), healthy_intermediate()}, "X15.5");

  EXPECT_THAT(run_.rules_that_fired(), IsEmpty());
}

}  // namespace
}  // namespace ucready::report
