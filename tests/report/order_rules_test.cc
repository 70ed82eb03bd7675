// The rules on releases that belong together and on the order of the steps.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/report/judged_run.h"

namespace ucready::report {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

class ReleaseAndOrder : public testing::Test {
 protected:
  void system(const std::string& cluster, const std::string& product, const std::string& release,
              const std::string& target = "") {
    run_.know({.cluster = cluster, .name = "product", .value = product});
    run_.know({.cluster = cluster, .name = "release", .value = release});
    if (!target.empty()) run_.know({.cluster = cluster, .name = "target", .value = target});
  }
  void node(const std::string& name, const std::string& role, const std::string& release) {
    run_.know({.cluster = "hq-cucm", .node = name, .name = "role", .value = role});
    run_.know({.cluster = "hq-cucm", .node = name, .name = "release", .value = release});
  }
  void joined(const std::string& client, const std::string& server) {
    db::DeclaredHop hop;
    hop.client = client;
    hop.server = server;
    hop.port = 5061;
    hop.protocol = "sip-tls";
    run_.connect(hop);
  }
  void upgraded(const std::string& cluster, int wave) { run_.order({wave, "", "upgrade", cluster, "", ""}); }
  std::vector<Finding> judged(const std::string& rule) {
    run_.judge();
    return run_.findings(rule);
  }
  JudgedRun run_;
};

TEST_F(ReleaseAndOrder, ATargetWithoutTls13IsTold) {
  system("hq-cucm", "cucm", "12.5(1)SU8", "14SU4");
  run_.know({.cluster = "hq-cucm", .name = "release_has_tls13", .value = "false"});
  run_.know({.cluster = "hq-cucm", .name = "target_has_tls13", .value = "false"});

  const auto found = judged("release-below-minimum");

  ASSERT_THAT(found, SizeIs(1));
  EXPECT_EQ(found[0].severity, "medium");
  EXPECT_THAT(found[0].evidence, HasSubstr("target 14SU4"));
}

TEST_F(ReleaseAndOrder, ASystemThatStaysWithoutTls13IsToldOnceWithItsCount) {
  system("hq-phones", "phone", "14.2");
  run_.know({.cluster = "hq-phones", .name = "count", .value = "1900"});
  run_.know({.cluster = "hq-phones", .name = "release_has_tls13", .value = "false"});

  const auto found = judged("release-below-minimum");

  ASSERT_THAT(found, SizeIs(1));
  EXPECT_EQ(found[0].severity, "low");
  EXPECT_THAT(found[0].evidence, HasSubstr("1900 of them"));
}

TEST_F(ReleaseAndOrder, ATargetWithTls13IsEnough) {
  system("hq-cucm", "cucm", "14SU3", "15SU4a");
  run_.know({.cluster = "hq-cucm", .name = "release_has_tls13", .value = "false"});
  run_.know({.cluster = "hq-cucm", .name = "target_has_tls13", .value = "true"});
  EXPECT_THAT(judged("release-below-minimum"), IsEmpty());
}

struct PathCase {
  std::string product;
  std::string release;
  std::string target;
  std::string via;
  bool offered;
};

TEST(UpgradePath, IsNotOfferedFromEverywhere) {
  const PathCase cases[] = {{"cucm", "11.5(1)SU9", "15SU4a", "", false},
                            {"cucm", "11.5(1)SU9", "15SU4a", "12.5(1)SU8", true},
                            {"cucm", "12.5(1)SU8", "15SU4a", "", true},
                            {"imp", "12.0(1)", "15SU2", "", false},
                            {"cucm", "14SU4", "15SU1a", "", false},
                            {"cucm", "14SU4", "15SU2", "", true},
                            {"cucm", "14SU3", "15SU1a", "", true},
                            {"expressway-c", "X12.7.1", "X15.5", "", false},
                            {"expressway-c", "X12.7.1", "X15.5", "X14.3.7", true},
                            {"expressway-e", "X14.3.7", "X15.5", "", true},
                            {"cuc", "11.5(1)SU9", "15SU4a", "", true}};
  for (const PathCase& each : cases) {
    JudgedRun run;
    run.know({.cluster = "it", .name = "product", .value = each.product});
    run.know({.cluster = "it", .name = "release", .value = each.release});
    run.know({.cluster = "it", .name = "target", .value = each.target});
    if (!each.via.empty()) run.know({.cluster = "it", .name = "via", .value = each.via});
    run.judge();
    EXPECT_THAT(run.findings("release-below-minimum"), SizeIs(each.offered ? 0 : 1))
        << each.product << ' ' << each.release << ' ' << each.target << ' ' << each.via;
  }
}

TEST_F(ReleaseAndOrder, CallControlAndPresenceEndAtTheSameRelease) {
  system("hq-cucm", "cucm", "14SU3", "15SU4a");
  system("hq-imp", "imp", "14SU3", "15SU3");
  joined("hq-imp", "hq-cucm");

  const auto found = judged("release-mismatch");

  ASSERT_THAT(found, SizeIs(1));
  EXPECT_EQ(found[0].severity, "medium");
  EXPECT_THAT(found[0].evidence, HasSubstr("they end at 15SU4a and 15SU3"));
}

TEST_F(ReleaseAndOrder, ARespinsLetterIsNoMismatchNorIsASystemOfAnotherSite) {
  system("hq-cucm", "cucm", "14SU3", "15SU4a");
  system("hq-imp", "imp", "14SU3", "15SU4");
  system("lon-imp", "imp", "12.5(1)SU8");
  joined("hq-imp", "hq-cucm");
  EXPECT_THAT(judged("release-mismatch"), IsEmpty());
}

TEST_F(ReleaseAndOrder, TraversalPartnersDifferUntilTheUpgradeOnly) {
  system("hq-expe", "expressway-e", "X14.3.7", "X15.5");
  system("hq-expc", "expressway-c", "X14.0", "X15.5");
  joined("hq-expc", "hq-expe");
  const auto found = judged("release-mismatch");
  ASSERT_THAT(found, SizeIs(1));
  EXPECT_EQ(found[0].severity, "low");
}

TEST_F(ReleaseAndOrder, ANodeLeftBehindIsTold) {
  system("hq-cucm", "cucm", "14SU3", "15SU4a");
  node("pub", "publisher", "15SU4a");
  node("sub1", "subscriber", "15SU4a");
  node("sub2", "subscriber", "14SU3");

  const auto found = judged("release-mismatch");

  ASSERT_THAT(found, SizeIs(1));
  EXPECT_EQ(found[0].severity, "high");
  EXPECT_THAT(found[0].evidence, HasSubstr("14SU3 on sub2"));
  EXPECT_THAT(run_.findings("order-violates-recommendation"), IsEmpty());
}

TEST_F(ReleaseAndOrder, ASubscriberBeforeItsPublisherIsTold) {
  system("hq-cucm", "cucm", "14SU3", "15SU4a");
  node("pub", "publisher", "14SU3");
  node("sub1", "subscriber", "15SU4a");
  const auto found = judged("order-violates-recommendation");
  ASSERT_THAT(found, SizeIs(1));
  EXPECT_EQ(found[0].title, "A subscriber was upgraded before its publisher");
}

TEST_F(ReleaseAndOrder, TheRecommendedOrderIsNoFinding) {
  system("hq-expe", "expressway-e", "X14.3.7", "X15.5");
  system("hq-expc", "expressway-c", "X14.3.7", "X15.5");
  system("hq-cucm", "cucm", "14SU3", "15SU4a");
  system("hq-imp", "imp", "14SU3", "15SU4a");
  joined("hq-expc", "hq-expe");
  joined("hq-expc", "hq-cucm");
  joined("hq-imp", "hq-cucm");
  upgraded("hq-expe", 1);
  upgraded("hq-expc", 1);
  upgraded("hq-cucm", 2);
  upgraded("hq-imp", 2);
  run_.order({3, "", "set", "hq-cucm", "tls_min", "TLSv1.2"});
  EXPECT_THAT(judged("order-violates-recommendation"), IsEmpty());
}

TEST_F(ReleaseAndOrder, EveryPairInTheWrongOrderIsAFinding) {
  system("hq-expe", "expressway-e", "X14.3.7", "X15.5");
  system("hq-expc", "expressway-c", "X14.3.7", "X15.5");
  system("hq-cucm", "cucm", "14SU3", "15SU4a");
  system("hq-imp", "imp", "14SU3", "15SU4a");
  system("lon-cucm", "cucm", "12.5(1)SU8", "15SU4a");
  joined("hq-expc", "hq-expe");
  joined("hq-expc", "hq-cucm");
  joined("hq-imp", "hq-cucm");
  upgraded("lon-cucm", 1);  // No hop joins it to the edge.
  upgraded("hq-imp", 2);
  upgraded("hq-cucm", 3);
  upgraded("hq-expc", 4);
  upgraded("hq-expe", 5);

  const auto found = judged("order-violates-recommendation");

  ASSERT_THAT(found, SizeIs(3));
  EXPECT_THAT(found[0].evidence,
              HasSubstr("CUCM is upgraded before IM and Presence; here hq-cucm is in wave 3 and hq-imp in wave 2"));
  EXPECT_THAT(found[1].evidence, HasSubstr("Expressway-E is upgraded before Expressway-C"));
  EXPECT_THAT(found[2].evidence, HasSubstr("the edge is upgraded before call control"));
  EXPECT_EQ(found[2].severity, "low");
}

TEST_F(ReleaseAndOrder, AMinimumRaisedBeforeAPeersUpgradeIsTold) {
  system("hq-cucm", "cucm", "15SU4a");
  system("hq-cube", "cube", "17.9.4a", "17.15.1a");
  joined("hq-cube", "hq-cucm");
  run_.order({1, "", "set", "hq-cucm", "tls_min", "TLSv1.3"});
  upgraded("hq-cube", 2);

  const auto found = judged("order-violates-recommendation");

  ASSERT_THAT(found, SizeIs(1));
  EXPECT_EQ(found[0].severity, "high");
  EXPECT_EQ(found[0].wave, 1);
}

}  // namespace
}  // namespace ucready::report
