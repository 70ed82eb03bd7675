#include "scanner/csv_text.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace ucready::scanner {
namespace {

using testing::ElementsAre;

std::vector<std::vector<std::string>> cells(std::string_view text) {
  std::vector<std::vector<std::string>> all;
  const auto rows = read_csv(text, "a.csv");
  EXPECT_TRUE(rows) << (rows ? "" : rows.error().message);
  for (const CsvRow& row : rows.value_or(std::vector<CsvRow>{})) {
    all.emplace_back();
    for (const CsvCell& cell : row) all.back().push_back(cell.text);
  }
  return all;
}

std::string error(std::string_view text) {
  const auto rows = read_csv(text, "a.csv");
  return rows ? "" : rows.error().message;
}

TEST(CsvText, ReadsQuotesLineEndsAndEmptyCells) {
  EXPECT_THAT(cells("a,b\r\n1,\"x, \"\"y\"\"\"\n,2"),
              ElementsAre(ElementsAre("a", "b"), ElementsAre("1", "x, \"y\""), ElementsAre("", "2")));
}

TEST(CsvText, PassesOverByteOrderMarkAndEmptyLines) {
  EXPECT_THAT(cells("\xef\xbb\xbf"
                    "a,b\n\n , \n1,2\n"),
              ElementsAre(ElementsAre("a", "b"), ElementsAre("1", "2")));
}

TEST(CsvText, TakesSemicolonsWhereTheHeadHasNoComma) {
  EXPECT_THAT(cells("a;b\n1;2,3"), ElementsAre(ElementsAre("a", "b"), ElementsAre("1", "2,3")));
}

TEST(CsvText, KnowsWhereACellStands) {
  const auto rows = read_csv("a,b\n1,22\n", "a.csv").value();

  EXPECT_EQ(rows[1][1].line, 1);
  EXPECT_EQ(rows[1][1].column, 2);
}

TEST(CsvText, RefusesWhatIsNoCsv) {
  EXPECT_EQ(error("a\n1,\"b"), "a.csv:2:3: the quote that opens this cell is never closed; add one");
  EXPECT_EQ(error("a\n\"b\"c"), "a.csv:2:1: text behind the closing quote; double quotes that belong to the text");
  EXPECT_EQ(error("a\nb\"c"), "a.csv:2:1: a quote inside a cell; put the whole cell in quotes");
  EXPECT_EQ(error("a\n\"b\nc\""),
            "a.csv:2:1: the cell holds control characters or is no UTF-8; save the file as \"CSV UTF-8\"");
  EXPECT_EQ(error("a\n\xff"),
            "a.csv:2:1: the cell holds control characters or is no UTF-8; save the file as \"CSV UTF-8\"");
  EXPECT_EQ(error(std::string(64, ',')),
            "a.csv:1:65: the row has more than 64 cells; is a quote or a line break missing?");
}

}  // namespace
}  // namespace ucready::scanner
