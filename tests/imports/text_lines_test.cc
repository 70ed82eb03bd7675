#include "imports/text_lines.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "imports/text_parts.h"

namespace ucready::imports {
namespace {

using testing::ElementsAre;

std::vector<std::string> lines_of(std::string_view text) {
  MemorySource source(text);
  TextLines lines(source);
  std::vector<std::string> all;
  for (TextLine line; lines.next(line);) all.push_back(std::to_string(line.number) + ":" + std::string(line.text));
  return all;
}

TEST(TextLines, EndsOfAnyKindEndOneLine) {
  EXPECT_THAT(lines_of("a\nb\r\nc\rd\r\r\ne"), ElementsAre("1:a", "2:b", "3:c", "4:d", "5:e"));
}

TEST(TextLines, EmptyLinesCount) { EXPECT_THAT(lines_of("a\n\n\nb\n"), ElementsAre("1:a", "2:", "3:", "4:b")); }

TEST(TextLines, ReadsUtf16OfBothOrdersAndPassesOverMarks) {
  using std::string_view_literals::operator""sv;
  EXPECT_THAT(lines_of("\xFF\xFE"
                       "a\0\xE4\0\n\0b\0"sv),
              ElementsAre("1:a\xC3\xA4", "2:b"));
  EXPECT_THAT(lines_of("\xFE\xFF"
                       "\0a\0\n\0b"sv),
              ElementsAre("1:a", "2:b"));
  EXPECT_THAT(lines_of("\xEF\xBB\xBF"
                       "a"),
              ElementsAre("1:a"));
}

TEST(TextLines, TakesOutColoursBackspacesAndPagers) {
  EXPECT_THAT(lines_of("\x1b[31mred\x1b[0m"), ElementsAre("1:red"));
  EXPECT_THAT(lines_of("wronk\bg"), ElementsAre("1:wrong"));
  EXPECT_THAT(lines_of(" --More-- \b\b\b\b\b\b\b\b\b\b ip address"), ElementsAre("1: ip address"));
}

TEST(TextLines, ALineWithoutEndIsCutAndCounted) {
  const std::string endless(3'000'000, 'x');
  MemorySource source(endless);
  TextLines lines(source);
  TextLine line;

  ASSERT_TRUE(lines.next(line));

  EXPECT_EQ(line.text.size(), 1'000'000U);
  EXPECT_GT(lines.cut_lines(), 0U);
  EXPECT_FALSE(lines.next(line));
}

TEST(TextParts, CellsMayHoldCommasAndQuotes) {
  EXPECT_THAT(csv_cells(R"(a,"b, c","say ""x""",)"), ElementsAre("a", "b, c", "say \"x\"", ""));
}

TEST(TextParts, AVersionIsOneOfFour) {
  EXPECT_EQ(tls_version("v1.2"), "TLSv1.2");
  EXPECT_EQ(tls_version("TLS 1.0"), "TLSv1.0");
  EXPECT_EQ(tls_version("1.4"), "");
  EXPECT_EQ(tls_version(""), "");
}

TEST(TextParts, LinesThatMayHoldSecretsAreKnown) {
  EXPECT_TRUE(may_hold_secret("enable secret 9 $9$abc"));
  EXPECT_TRUE(may_hold_secret("snmp-server Community public RO"));
  EXPECT_FALSE(may_hold_secret("interface GigabitEthernet0/0/0"));
}

}  // namespace
}  // namespace ucready::imports
