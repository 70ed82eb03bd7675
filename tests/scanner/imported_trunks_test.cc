#include "scanner/imported_trunks.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace ucready::scanner {
namespace {

using imports::Told;

// Two trunks to peers whose names their profiles demand.
Told two_trunks() {
  Told told;
  told.path = "pub.log";
  told.own("pub", 1);
  told.fact("product", "cucm", 1);
  told.hops.push_back({.name = "T1", .service = "sip-trunk", .host = "10.0.0.1", .port = 5061, .profile = "P1"});
  told.hops.push_back({.name = "T2", .service = "sip-trunk", .host = "10.0.0.2", .port = 5061, .profile = "P2"});
  told.profiles.push_back({.name = "P1", .security = "encrypted", .incoming_port = 5061, .subjects = "cube1"});
  told.profiles.push_back({.name = "P2", .security = "encrypted", .incoming_port = 5061, .subjects = "cube2"});
  return told;
}

ImportedTrunks joined(const Told& told) {
  static std::vector<Told> exports;
  exports = {told};
  return trunks_of(exports, ImportedSystems(exports, {}, ""));
}

TEST(ImportedTrunks, APortTakesTheNamesThatItsTrunksAskFor) {
  const ImportedTrunks made = joined(two_trunks());

  EXPECT_EQ(made.trunks.size(), 2U);
  ASSERT_EQ(made.subjects.size(), 1U);
  EXPECT_EQ(made.subjects[0].value, "cube1,cube2");
  EXPECT_EQ(made.subjects[0].port, 5061);
}

TEST(ImportedTrunks, OneThatAsksForNoneTakesAnybody) {
  Told told = two_trunks();
  told.profiles[1].subjects.clear();

  EXPECT_TRUE(joined(told).subjects.empty());
}

TEST(ImportedTrunks, OneOfUnknownProfileMayTakeAnybody) {
  Told told = two_trunks();
  told.profiles.pop_back();

  const ImportedTrunks made = joined(told);

  EXPECT_EQ(made.trunks.size(), 1U);
  EXPECT_EQ(made.without_profile, 1U);
  EXPECT_EQ(made.example, "pub.log:0: trunk T2 has the profile P2");
  EXPECT_TRUE(made.subjects.empty()) << "a name that is not among those told would be refused wrongly";
}

}  // namespace
}  // namespace ucready::scanner
