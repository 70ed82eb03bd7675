#include "upgrade/told_release.h"

#include <gtest/gtest.h>

namespace ucready::upgrade {
namespace {

const Product& product(std::string_view id) {
  static const Catalogue catalogue = *Catalogue::built_in();
  return *catalogue.find(id);
}

TEST(ToldRelease, OfAVosSystemIsOneOnlyWithItsBuild) {
  EXPECT_FALSE(names_one_release(product("cucm"), "14.0.1"));
  EXPECT_FALSE(names_one_release(product("cucm"), "14.0"));
  EXPECT_TRUE(names_one_release(product("cucm"), "14.0.1.13900-155"));
  EXPECT_TRUE(names_one_release(product("expressway-c"), "X14.3.7"));
  EXPECT_FALSE(names_one_release(product("expressway-c"), "newest"));
}

TEST(ToldRelease, AgreesWithWhatItIsTheBeginningOf) {
  EXPECT_EQ(agrees(product("cucm"), "14.0.1", "14SU3"), true);
  EXPECT_EQ(agrees(product("cucm"), "14.0", "14SU3"), true);
  EXPECT_EQ(agrees(product("cucm"), "12.5.1", "12.5(1)SU8"), true);
  EXPECT_EQ(agrees(product("cucm"), "14.0.1", "15SU2"), false);
  EXPECT_EQ(agrees(product("cucm"), "12.5", "12.0(1)SU3"), false);
  EXPECT_EQ(agrees(product("cuc"), "14.0.1.13900-155", "14SU3"), true);
  EXPECT_EQ(agrees(product("cuc"), "14.0.1.13900-155", "14"), false);
  EXPECT_EQ(agrees(product("cucm"), "14.0.1", "the newest"), std::nullopt);
}

TEST(ToldRelease, AgreesWithOneThatIsWrittenLessExactly) {
  EXPECT_EQ(agrees(product("phone"), "sip88xx.14-2-1-0101-8", "14.2"), true);
  EXPECT_EQ(agrees(product("phone"), "14.1.1", "14.2"), false);
  EXPECT_EQ(agrees(product("expressway-c"), "X14.3.7", "X14.3"), true);
  EXPECT_EQ(agrees(product("expressway-c"), "X14.3.7", "X14.3.6"), false);
  EXPECT_EQ(agrees(product("cube"), "17.9.4a", "17.9.4"), false);
}

TEST(ToldRelease, IsCalledAsPeopleCallIt) {
  EXPECT_EQ(name_of_release(product("cuc"), "14.0.1.13900-155", "14.0(1)SU3"), "14.0(1)SU3");
  EXPECT_EQ(name_of_release(product("cucm"), "15.0.1.12900-234", ""), "15SU2");
  EXPECT_EQ(name_of_release(product("expressway-c"), "X99.1", "X14.3"), "X99.1");
  EXPECT_EQ(name_of_release(product("cucm"), "unreadable", "14SU3"), "unreadable");
}

}  // namespace
}  // namespace ucready::upgrade
