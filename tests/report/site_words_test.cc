#include "report/site_words.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace ucready::report {
namespace {

using testing::Each;
using testing::Truly;

TEST(SiteWords, AScalarStandsBetweenQuotesAndInOneLine) {
  EXPECT_EQ(yaml_scalar("plain"), "\"plain\"");
  EXPECT_EQ(yaml_scalar("a \"quote\" and \\"), "\"a \\\"quote\\\" and \\\\\"");
  EXPECT_EQ(yaml_scalar("line\nbreak\t\x7f"), "\"line\\x0abreak\\x09\\x7f\"");
  EXPECT_EQ(yaml_scalar(""), "\"\"");
}

TEST(SiteWords, WhatIsNotAsciiIsEscapedWhetherItIsACharacterOrNot) {
  EXPECT_EQ(yaml_scalar("M\xC3\xBCnchen"), "\"M\\U000000fcnchen\"");
  EXPECT_EQ(yaml_scalar("\xF0\x9F\x93\x9E"), "\"\\U0001f4de\"");
  EXPECT_EQ(yaml_scalar("\xE2\x80\xA8"), "\"\\U00002028\"") << "the end of a line for YAML";
  EXPECT_EQ(yaml_scalar("\xFF\xC3"), "\"\\xff\\xc3\"");
  EXPECT_EQ(yaml_scalar("\xC0\xAF"), "\"\\xc0\\xaf\"") << "overlong";
  EXPECT_EQ(yaml_scalar("\xED\xA0\x80"), "\"\\xed\\xa0\\x80\"") << "half of a pair";
}

TEST(SiteWords, ACommentIsAsciiWhateverStandsInIt) {
  std::string every;
  for (int byte = 0; byte < 256; ++byte) every += static_cast<char>(byte);

  EXPECT_THAT(comment(every), Each(Truly([](char c) { return c >= ' ' && c <= '~'; })));
  EXPECT_THAT(yaml_scalar(every), Each(Truly([](char c) { return c >= ' ' && c <= '~'; })));
}

}  // namespace
}  // namespace ucready::report
