#include "core/printable.h"

#include <gtest/gtest.h>

namespace ucready {
namespace {

using namespace std::string_literals;

TEST(Printable, KeepsWhatShowsItself) {
  EXPECT_EQ(printable("CN=cucm-pub, O=Nordwind Gmünd 東京 🙂"), "CN=cucm-pub, O=Nordwind Gmünd 東京 🙂");
}

TEST(Printable, EscapesControlCharactersAndTheBackslash) {
  EXPECT_EQ(printable("a\x1b[31mb\r\n\t\x7f\\x41\0z"s), "a\\x1b[31mb\\x0d\\x0a\\x09\\x7f\\\\x41\\x00z");
  EXPECT_EQ(printable("\xc2\x9b"), "\\xc2\\x9b");  // C1: a terminal may read it as ESC [.
}

TEST(Printable, EscapesWhatIsNoUtf8) {
  EXPECT_EQ(printable("\xff\xc0\xaf\xe2\x82"), "\\xff\\xc0\\xaf\\xe2\\x82");
  EXPECT_EQ(printable("\xed\xa0\x80"), "\\xed\\xa0\\x80");           // A surrogate.
  EXPECT_EQ(printable("\xf4\x90\x80\x80"), "\\xf4\\x90\\x80\\x80");  // Beyond U+10FFFF.
  EXPECT_EQ(printable("\xe0\x80\xaf"), "\\xe0\\x80\\xaf");           // Not the shortest form.
}

TEST(Printable, EscapesMarksThatReorderOrHideText) {
  EXPECT_EQ(printable("a\xe2\x80\xae"
                      "b"),
            "a\\xe2\\x80\\xaeb");
  EXPECT_EQ(printable("\xe2\x80\x8b\xef\xbb\xbf"), "\\xe2\\x80\\x8b\\xef\\xbb\\xbf");
}

TEST(Printable, CutsLongTextAtACharacter) {
  EXPECT_EQ(printable("ééé", 3), "éé...");
  EXPECT_EQ(printable("abc", 3), "abc");
}

TEST(PrintableOnceMore, LeavesAloneWhatIsPrintable) {
  const std::string text = "SSH-2.0-x\x1b[2J \\ 東京\r\n \xe2\x80\xae \xff";
  EXPECT_EQ(printable_once_more(printable(text)), printable(text));
}

TEST(PrintableOnceMore, LetsNothingThroughThatPrintableDoesNot) {
  EXPECT_EQ(printable_once_more("a\x1b[2J\\\x1b\xe2\x80\xae\xff"), "a\\x1b[2J\\\\x1b\\xe2\\x80\\xae\\xff");
}

TEST(PrintableOnceMore, CutsLongTextAtACharacter) { EXPECT_EQ(printable_once_more("\\é\\é", 3), "\\é..."); }

}  // namespace
}  // namespace ucready
