// The rules on what nodes trust.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/report/judged_run.h"

namespace ucready::report {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;

CertificatePtr named(const std::string& name) {
  auto certificate = std::make_shared<Certificate>(healthy_root());
  certificate->subject = "CN=" + name;
  certificate->sha256 = std::string(64, name.back());
  return certificate;
}

db::TrustObservation store_of(const std::string& node, const std::vector<std::string>& names,
                              const std::string& store = "CallManager-trust") {
  db::TrustObservation observation{"hq-cucm", node, store, {}};
  for (const std::string& name : names) observation.entries.push_back({.source = "x", .certificate = named(name)});
  return observation;
}

TEST(TrustStoreDiffers, NodesThatHoldTheSameInAnyOrderDoNot) {
  JudgedRun run;
  run.hold(store_of("cucm-pub", {"NW-Root1", "NW-CA2"}));
  run.hold(store_of("cucm-sub", {"NW-CA2", "NW-Root1"}));

  run.judge();

  EXPECT_THAT(run.findings("trust-store-differs"), IsEmpty());
}

TEST(TrustStoreDiffers, TheNodeThatLacksACertificateIsNamedWithOneThatHoldsIt) {
  JudgedRun run;
  run.hold(store_of("cucm-pub", {"NW-Root1", "NW-CA2"}));
  run.hold(store_of("cucm-sub1", {"NW-Root1", "NW-CA2"}));
  run.hold(store_of("cucm-sub2", {"NW-Root1"}));

  run.judge();

  const auto found = run.findings("trust-store-differs");
  ASSERT_THAT(found, SizeIs(1));
  EXPECT_EQ(found[0].severity, "medium");
  EXPECT_THAT(found[0].evidence,
              AllOf(HasSubstr("CallManager-trust lacks 1 of the certificates"), HasSubstr("CN=NW-CA2"),
                    HasSubstr("cucm-pub holds it, 2 nodes do"), Not(HasSubstr("NW-Root1"))));
}

TEST(TrustStoreDiffers, AStoreKnownToBeEmptyLacksAll) {
  JudgedRun run;
  run.hold(store_of("cucm-pub", {"NW-Root1", "NW-CA2"}));
  run.hold(store_of("cucm-sub", {}));

  run.judge();

  const auto found = run.findings("trust-store-differs");
  ASSERT_THAT(found, SizeIs(1));
  EXPECT_THAT(found[0].evidence, HasSubstr("lacks 2 of the certificates"));
}

TEST(TrustStoreDiffers, AnUnknownStoreAndAnotherStoreAreNotCompared) {
  JudgedRun run;
  run.hold(store_of("cucm-pub", {"NW-Root1"}));
  run.hold(store_of("cucm-sub", {"NW-CA2"}, "tomcat-trust"));

  run.judge();

  EXPECT_THAT(run.findings("trust-store-differs"), IsEmpty());
}

TEST(TrustStoreDiffers, AStoreOfAnEarlierRunCountsUntilItIsToldAgain) {
  JudgedRun run;
  run.hold(store_of("cucm-pub", {"NW-Root1", "NW-CA2"}));
  run.hold(store_of("cucm-sub", {"NW-Root1"}));
  run.judge();
  ASSERT_THAT(run.findings("trust-store-differs"), SizeIs(1));

  run.hold(store_of("cucm-sub", {"NW-Root1", "NW-CA2"}));
  run.judge();

  EXPECT_THAT(run.findings("trust-store-differs"), IsEmpty());
}

}  // namespace
}  // namespace ucready::report
