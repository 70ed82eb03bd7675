#include "upgrade/near_names.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace ucready::upgrade {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

constexpr std::string_view kProducts[] = {"cucm", "cuc", "expressway-c", "expressway-e", "phone"};

TEST(NearNames, FindsSlipsOfTheFinger) {
  EXPECT_THAT(near_names("cucn", kProducts), ElementsAre("cucm", "cuc"));
  EXPECT_THAT(near_names("phnoe", kProducts), ElementsAre("phone"));
  EXPECT_THAT(near_names("PHONE", kProducts), ElementsAre("phone"));
}

TEST(NearNames, FindsNamesThatBeginWithTheWord) {
  EXPECT_THAT(near_names("expressway", kProducts), ElementsAre("expressway-c", "expressway-e"));
}

TEST(NearNames, FindsNothingWhereNothingIsNear) {
  EXPECT_THAT(near_names("kubernetes", kProducts), IsEmpty());
  EXPECT_THAT(near_names("", kProducts), IsEmpty());
  EXPECT_THAT(near_names(std::string(1'000'000, 'c'), kProducts), IsEmpty());
}

TEST(NearNames, EndsAnErrorMessage) {
  EXPECT_EQ(did_you_mean("phonee", kProducts), "; did you mean phone?");
  EXPECT_EQ(did_you_mean("kubernetes", kProducts), "; known: cucm, cuc, expressway-c, expressway-e, phone");
}

}  // namespace
}  // namespace ucready::upgrade
