#include "report/paragraph.h"

#include <gtest/gtest.h>

#include <sstream>

namespace ucready::report {
namespace {

std::string set(std::string_view lead, std::string_view text, std::size_t columns) {
  std::ostringstream out;
  write_paragraph(out, lead, text, columns);
  return out.str();
}

TEST(Paragraph, BreaksAtSpacesAndIndentsWhatFollows) {
  EXPECT_EQ(set("- ", "one two three four five six", 24), "- one two three four\n  five six\n");
}

TEST(Paragraph, AWordThatJustFitsIsNotBroken) {
  EXPECT_EQ(set("", "12345678901234567890 x", 20), "12345678901234567890\nx\n");
}

TEST(Paragraph, BreaksAWordOnlyWhereItIsLongerThanALine) {
  EXPECT_EQ(set("", std::string(45, 'A'), 20),
            std::string(20, 'A') + "\n" + std::string(20, 'A') + "\n" + std::string(5, 'A') + "\n");
}

TEST(Paragraph, CountsCharactersNotBytes) {
  const std::string umlauts = "\xc3\xa4\xc3\xb6\xc3\xbc";
  EXPECT_EQ(width(umlauts), 3);
  EXPECT_EQ(set("", umlauts + " " + std::string(16, 'x'), 20), umlauts + " " + std::string(16, 'x') + "\n");
}

TEST(Paragraph, NothingIsNoLine) { EXPECT_EQ(set("  ", "", 80), ""); }

}  // namespace
}  // namespace ucready::report
