#include "upgrade/release.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

namespace ucready::upgrade {
namespace {

// Each list stands in the maker's order; releases on one line are the same release.
using Ladder = std::vector<std::vector<std::string_view>>;

void expect_ladder(ReleaseRule rule, const Ladder& ladder) {
  for (std::size_t i = 0; i < ladder.size(); ++i) {
    for (const std::string_view lower : ladder[i]) {
      const auto a = parse_release(rule, lower);
      ASSERT_TRUE(a) << lower;
      EXPECT_EQ(*a <=> *a, std::strong_ordering::equal) << lower;
      for (std::size_t j = i; j < ladder.size(); ++j) {
        for (const std::string_view upper : ladder[j]) {
          const auto b = parse_release(rule, upper);
          ASSERT_TRUE(b) << upper;
          EXPECT_EQ(*a == *b, i == j) << lower << " and " << upper;
          EXPECT_EQ(*a < *b, i < j) << lower << " and " << upper;
          EXPECT_FALSE(*b < *a) << lower << " and " << upper;
        }
      }
    }
  }
}

TEST(VosRelease, ComparesInTheMakersOrderWhateverTheNotation) {
  expect_ladder(ReleaseRule::vos, {
                                      {"9.1(2)SU4", "9.1.2.14900-1"},
                                      {"10.5(2)", "10.5.2"},
                                      {"10.5(2a)"},
                                      {"11.5(1)SU3"},
                                      {"11.5(1)SU11", "11.5.1.21900-40"},
                                      {"12.5", "12.5(1)", "12.5.1", "12.5.1.10000-22"},
                                      {"12.5(1)SU3", "12.5SU3", "12.5.1.13900-152"},
                                      {"12.5(1)SU8", "12.5.1.18900-40"},
                                      {"14", "14.0(1)", "14.0.1.10000-20", "14.0"},
                                      {"14SU3", "14.0(1)SU3", "14.0.1.13900-155", "14 SU3", "14su3"},
                                      {"14SU4", "14.0.1.14900-165"},
                                      {"14SU4a"},
                                      {"15", "15.0.1.10000-32", "15.0.1.10000-10", "15.0(1)"},
                                      {"15SU1", "15.0.1.11900-4"},
                                      {"15SU1a", "15.0.1.11901-2"},
                                      {"15SU2", "15.0.1.12900-234", "15.0.1.12900-10", "Release 15SU2"},
                                      {"15SU3", "15.0.1.13900-6"},
                                      {"15SU3a", "15.0.1.13901-2"},
                                      {"15SU4", "15.0.1.14900-8"},
                                      {"15SU4a", "15.0.1.14901-2"},
                                      {"15SU10"},
                                  });
}

TEST(VosRelease, CountsEngineeringSpecialsAsTheReleaseBefore) {
  const auto su2 = parse_release(ReleaseRule::vos, "15SU2");

  EXPECT_EQ(parse_release(ReleaseRule::vos, "15.0.1.12905-3"), su2);
  EXPECT_EQ(parse_release(ReleaseRule::vos, "15.0.1.13010-1"), su2);
  EXPECT_EQ(parse_release(ReleaseRule::vos, "15.0.1.13899-1"), su2);
  EXPECT_EQ(parse_release(ReleaseRule::vos, "15SU2 ES05"), su2);
  EXPECT_EQ(parse_release(ReleaseRule::vos, "15.0.1.12900(234)"), su2);
  EXPECT_EQ(parse_release(ReleaseRule::vos, "15.0.1.10899-1"), parse_release(ReleaseRule::vos, "15"));
}

TEST(VosRelease, LeavesOtherTextUnknown) {
  for (const char* text : {"", "SU2", "X14.3", "15SU", "15SU2b1", "15.", "15.0(", "15.0(1", "15.0.1.", "15.0.1.900-1",
                           "15.0.1.123456", "15.0.1.12900-", "15.0.1.12900SU2", "15 SU2 beta", "-15", "15SU-2",
                           "99999999999", "15SU99999999999", "fifteen"}) {
    EXPECT_FALSE(parse_release(ReleaseRule::vos, text)) << text;
  }
}

TEST(ExpresswayRelease, ComparesInTheMakersOrder) {
  expect_ladder(ReleaseRule::expressway, {{"X8.10.1"},
                                          {"X8.11.4", "x8.11.4"},
                                          {"X12.5.9"},
                                          {"X12.7", "X12.7.0"},
                                          {"X12.7.1"},
                                          {"X14.0"},
                                          {"X14.0.8"},
                                          {"X14.2.5"},
                                          {"X14.3.7", "14.3.7"},
                                          {"X15.0.2"},
                                          {"X15.2"},
                                          {"X15.5"}});
}

TEST(ExpresswayRelease, LeavesOtherTextUnknown) {
  for (const char* text : {"", "X", "XX14", "X14.", "X14.3SU1", "X14.3.7.1.2", "Y14", "X14,3"}) {
    EXPECT_FALSE(parse_release(ReleaseRule::expressway, text)) << text;
  }
}

TEST(IosXeRelease, ComparesInTheMakersOrder) {
  expect_ladder(ReleaseRule::ios_xe, {{"15.7(3)M5", "15.7(3)M5"},
                                      {"15.7(3)M6"},
                                      {"16.9.1"},
                                      {"16.12.4", "16.12.04"},
                                      {"17.6"},
                                      {"17.6.1"},
                                      {"17.9.4"},
                                      {"17.9.4a", "IOS XE 17.9.4a", "Cisco IOS XE Software, Version 17.09.04a"},
                                      {"17.12.4"},
                                      {"17.12.4b"},
                                      {"17.14.1a"},
                                      {"17.15.1a"},
                                      {"17.16.1"},
                                      {"17.18.2"},
                                      {"26.1.1"}});
}

TEST(IosXeRelease, LeavesOtherTextUnknown) {
  for (const char* text : {"", "17", "17.", "17.9.", "17.9.4ab", "17.9.4a1", "IOS", "17.9(", "15.7(3)M5x9", "X14.3"}) {
    EXPECT_FALSE(parse_release(ReleaseRule::ios_xe, text)) << text;
  }
}

TEST(DottedRelease, ComparesNumbersAndPhoneLoads) {
  expect_ladder(ReleaseRule::dotted, {{"3.1", "PhoneOS 3.1", "3.1.0"},
                                      {"3.2"},
                                      {"SCCP42.9-4-2SR3-1S", "9.4(2)SR3"},
                                      {"11.9", "RoomOS 11.9"},
                                      {"11.9.1", "ce11.9.1", "RoomOS11.9.1"},
                                      {"11.9.1.3"},
                                      {"12.0(7)SR3", "12.0.7 SR3"},
                                      {"14.2"},
                                      {"14.2.1", "14.2(1)", "14-2-1-0101", "sip88xx.14-2-1-0101-8"},
                                      {"14.2(1)SR1", "sip88xx.14-2-1SR1-3"},
                                      {"14.3"},
                                      {"44.5"}});
}

TEST(DottedRelease, LeavesOtherTextUnknown) {
  for (const char* text : {"", ".", "14..2", "14.2(", "14.2.1(1)", "sip88xx", "sip88xx.", "sip88xx.14-2", "14.2 beta",
                           "14-2-1-<b>", "SR2", "1.2.3.4.5"}) {
    EXPECT_FALSE(parse_release(ReleaseRule::dotted, text)) << text;
  }
}

TEST(Release, IsNeverReadUnderTheRuleNoneOrFromAVeryLongText) {
  EXPECT_FALSE(parse_release(ReleaseRule::none, "15SU2"));
  EXPECT_FALSE(parse_release(ReleaseRule::vos, "15SU2" + std::string(1'000'000, '1')));
}

TEST(Release, TellsItsRulesByTheirNames) {
  for (const auto rule :
       {ReleaseRule::vos, ReleaseRule::expressway, ReleaseRule::ios_xe, ReleaseRule::dotted, ReleaseRule::none}) {
    EXPECT_EQ(parse_release_rule(to_text(rule)), rule);
  }
  EXPECT_FALSE(parse_release_rule("calver"));
}

}  // namespace
}  // namespace ucready::upgrade
