#include "report/one_page_text.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>

#include "report/paragraph.h"

namespace ucready::report {
namespace {

using testing::HasSubstr;
using testing::Not;

OnePage page_of(const std::string& name) {
  OnePage page;
  page.site = name;
  page.plan_run_id = "01";
  page.verdict = "Not ready: 2 hops break today and 1 more in the course; 1 change would mend what mends can.";
  page.without_tls = 300;
  page.waves.push_back({.wave = 0, .hops = {.proven = 3, .robust = 4, .derived = 5, .breaks = 2, .unknown = 6}});
  page.waves.push_back({.wave = 1,
                        .date = "2027-01-16",
                        .moves = {{name, "upgrade to 15SU4a"}},
                        .hops = {.proven = 1, .robust = 4, .derived = 6, .breaks = 3, .unknown = 6},
                        .mixed_breaks = 2});
  page.mends.push_back({.what = "trust CN=" + name,
                        .target = name,
                        .before_wave = 1,
                        .saves = 2,
                        .impact = 1,
                        .restarts = "Cisco Tomcat"});
  page.mends_first = 1;
  page.renewals.push_back({"CN=" + name, std::string(64, 'a'), "2027-01-10T00:00:00Z", 5, name, "lon-cucm"});
  page.renewals_in_all = 9;
  page.questions.push_back({name, "what tomcat-trust of it holds", "save it", 2, 15, 7});
  page.question_minutes = 75;
  page.rollbacks.push_back({1, name, "14SU3", 4, 0});
  page.rollbacks.push_back({1, "calm", "14SU3", 0, 0});
  return page;
}

std::string text_of(const OnePage& page, std::size_t columns) {
  std::ostringstream out;
  write_one_page(page, columns, out);
  return out.str();
}

std::string in_one_line(std::string text) {
  for (std::size_t at; (at = text.find_first_of("\n")) != std::string::npos;) text[at] = ' ';
  for (std::size_t at; (at = text.find("  ")) != std::string::npos;) text.erase(at, 1);
  return text;
}

TEST(OnePageText, ItsFiguresAddUp) {
  const std::string text = in_one_line(text_of(page_of("hq-cucm"), 80));

  EXPECT_THAT(text, HasSubstr("320: 300 without TLS, which no step changes, and 20 with TLS"));
  EXPECT_THAT(text, HasSubstr("today 12 work (3 proven, 4 robust, 5 derived), 2 break, 6 unknown"));
  EXPECT_THAT(
      text,
      HasSubstr(
          "wave 1 11 work (1 proven, 4 robust, 6 derived), 3 break, 6 unknown; 2 states break while it is under way."
          " 2027-01-16, hq-cucm: upgrade to 15SU4a"));
}

TEST(OnePageText, TellsWhatToDoAndWhatGoingBackBreaks) {
  const std::string text = in_one_line(text_of(page_of("hq-cucm"), 80));

  EXPECT_THAT(text, HasSubstr("1 change before wave 1, 0 of them without an outage."));
  EXPECT_THAT(text, HasSubstr("Before wave 1: trust CN=hq-cucm. Saves 2 hops. Outage: Cisco Tomcat. Done on hq-cucm."));
  EXPECT_THAT(
      text,
      HasSubstr(
          "2027-01-10 CN=hq-cucm on 5 interfaces of hq-cucm. A copy is held, and has to be replaced, in lon-cucm."));
  EXPECT_THAT(text, HasSubstr("and 3 more: 'ucready report --rule certificate-expires-soon'"));
  EXPECT_THAT(text, HasSubstr("1 h 15 min in all"));
  EXPECT_THAT(text, HasSubstr("hq-cucm back to 14SU3 after wave 1 breaks 4 hops at once, 0 after the last wave."));
  EXPECT_THAT(text, HasSubstr("Of 2 steps back, 1 break nothing."));
}

TEST(OnePageText, KeepsToTheWidthOfThePage) {
  for (const std::size_t columns : {40U, 80U, 200U}) {
    std::istringstream lines(text_of(page_of("a-cluster-with-quite-a-long-name-of-its-own"), columns));
    std::size_t longest = 0;
    for (std::string line; std::getline(lines, line);) longest = std::max(longest, width(line));
    EXPECT_LE(longest, columns);
    EXPECT_GT(longest, columns * 3 / 4) << "and uses it";
  }
}

TEST(OnePageText, HostileNamesMoveNoCursor) {
  const std::string text = text_of(page_of("\x1b[2J\x07\xe2\x80\xae"), 80);

  EXPECT_THAT(text, Not(HasSubstr("\x1b")));
  EXPECT_THAT(text, Not(HasSubstr("\x07")));
  EXPECT_THAT(text, Not(HasSubstr("\xe2\x80\xae")));
}

}  // namespace
}  // namespace ucready::report
