#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <iterator>

#include "db/rules.h"
#include "tests/db/sample.h"

namespace ucready::db {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

constexpr std::string_view kGood =
    "-- id: weak-key\n"
    "-- severity: high\n"
    "-- title: Key is short\n"
    "-- remedy: Make a longer one,\n"
    "--   then upload it.\n"
    "-- Why: see NIST SP 800-57.\n"
    "SELECT cluster, 'short' AS evidence FROM v_interface WHERE run_id = :run_id\n";

std::string trouble(std::string_view text) {
  const auto rule = read_rule(text, "mine.sql");
  return rule ? "" : rule.error().message;
}

TEST(ReadRule, ReadsTheHeadAndLeavesTheRestToSql) {
  const auto rule = read_rule(kGood, "mine.sql");

  ASSERT_TRUE(rule) << rule.error().message;
  EXPECT_EQ(rule->id, "weak-key");
  EXPECT_EQ(rule->severity, Severity::high);
  EXPECT_EQ(rule->title, "Key is short");
  EXPECT_EQ(rule->remedy, "Make a longer one, then upload it.");
  EXPECT_THAT(rule->sql, StartsWith("-- Why: see"));
  EXPECT_EQ(rule->sql_line, 6);
  EXPECT_EQ(rule->text, kGood);
  EXPECT_EQ(rule->origin, "mine.sql");
}

TEST(ReadRule, TakesLineEndsOfWindows) {
  const auto rule =
      read_rule("-- id: a\r\n-- severity: low\r\n-- title: T\r\n-- remedy: R\r\nSELECT 1\r\n", "mine.sql");

  ASSERT_TRUE(rule) << rule.error().message;
  EXPECT_EQ(rule->id, "a");
  EXPECT_EQ(rule->title, "T");
}

TEST(ReadRule, NamesWhatIsMissingFromTheHead) {
  EXPECT_EQ(trouble("SELECT 1"), "mine.sql:1: the head has no '-- id:' line; add one");
  EXPECT_EQ(trouble("-- id: a\n-- severity: low\n-- title: T\nSELECT 1"),
            "mine.sql:1: the head has no '-- remedy:' line; add one");
  EXPECT_EQ(trouble("-- id: a\n-- severity: low\n-- title:\n-- remedy: R\nSELECT 1"),
            "mine.sql:3: title has no value; write one");
}

TEST(ReadRule, RefusesAnUnknownSeverityWithItsLine) {
  EXPECT_EQ(trouble("-- id: a\n-- severity: urgent\n-- title: T\n-- remedy: R\nSELECT 1"),
            "mine.sql:2: severity 'urgent' is unknown; use info, low, medium, high or critical");
}

TEST(ReadRule, RefusesAnUnknownKeyAndOneThatStandsTwice) {
  EXPECT_EQ(trouble("-- id: a\n-- remdy: R\n"),
            "mine.sql:2: 'remdy' is no key of a rule's head; use id, severity, title, remedy");
  EXPECT_EQ(trouble("-- id: a\n-- id: b\n"), "mine.sql:2: id stands here a second time; remove one");
}

TEST(ReadRule, RefusesAnIdThatCouldNotStandInAFileName) {
  for (const char* id : {"Weak", "a b", "../x", "-a", "a-", "a;b"}) {
    EXPECT_THAT(trouble("-- id: " + std::string(id) + "\n-- severity: low\n-- title: T\n-- remedy: R\nSELECT 1"),
                HasSubstr("is no id; use up to 64 lower-case letters, digits and hyphens"))
        << id;
  }
}

TEST(ReadRule, RefusesARuleWithoutAQuery) {
  EXPECT_EQ(trouble("-- id: a\n-- severity: low\n-- title: T\n-- remedy: R\n"),
            "mine.sql:5: no SELECT follows the head; add the rule's query");
}

TEST(ReadRule, RefusesZeroBytesAndHugeFiles) {
  EXPECT_EQ(trouble(std::string_view("-- id: a\0b", 10)), "mine.sql:1: holds a zero byte; save it as plain text");
  EXPECT_EQ(trouble(std::string(300'000, ' ')), "mine.sql:1: is longer than 262144 bytes; split it");
}

TEST(ReadRule, SurvivesEveryTruncation) {
  for (std::size_t size = 0; size < kGood.size(); ++size)
    static_cast<void>(read_rule(kGood.substr(0, size), "mine.sql"));
}

TEST(BuiltInRules, AreSoundAndOrderedById) {
  std::string last;
  for (const Rule& rule : built_in_rules()) {
    EXPECT_LT(last, rule.id);
    last = rule.id;
    EXPECT_EQ(rule.origin, "built in");
    const auto sound = check_rule(rule);
    EXPECT_TRUE(sound) << rule.id << ": " << sound.error().message;
  }
}

TEST(TheRuleInTheDocumentation, IsSound) {
  std::ifstream in(UCREADY_SOURCE_DIR "/docs/rules.md");
  const std::string page{std::istreambuf_iterator<char>(in), {}};
  const std::string open = "```sql\n";
  const std::size_t begin = page.find(open) + open.size();
  ASSERT_LT(begin, page.size());

  const auto rule = read_rule(std::string_view(page).substr(begin, page.find("```", begin) - begin), "docs/rules.md");

  ASSERT_TRUE(rule) << rule.error().message;
  const auto sound = check_rule(*rule);
  EXPECT_TRUE(sound) << sound.error().message;
}

class RulesFolder : public testing::Test {
 protected:
  void write(const std::string& name, std::string_view text) { std::ofstream(folder / name) << text; }
  std::string trouble_with_folder() {
    const auto rules = rules_with(folder.path());
    return rules ? "" : rules.error().message;
  }

  TemporaryFolder folder;
};

TEST_F(RulesFolder, JoinsAndReplacesTheBuiltInOnes) {
  const std::size_t built_in = built_in_rules().size();
  write("mine.sql",
        "-- id: zz-mine\n-- severity: low\n-- title: T\n-- remedy: R\nSELECT 1 AS subject WHERE :run_id <> ''");
  write("not-a-rule.txt", "nonsense");

  auto rules = rules_with(folder.path());
  ASSERT_TRUE(rules) << rules.error().message;
  EXPECT_EQ(rules->size(), built_in + 1);
  EXPECT_EQ(rules->back().origin, (folder / "mine.sql").string());

  if (built_in == 0) return;
  const std::string replaced = rules->front().id;
  write("other.sql", "-- id: " + replaced +
                         "\n-- severity: low\n-- title: Mine\n-- remedy: R\nSELECT 1 AS subject WHERE :run_id <> ''");
  rules = rules_with(folder.path());
  ASSERT_TRUE(rules) << rules.error().message;
  EXPECT_EQ(rules->size(), built_in + 1);
  EXPECT_EQ(rules->front().title, "Mine");
}

TEST_F(RulesFolder, RefusesTwoFilesOfOneId) {
  constexpr const char* kText =
      "-- id: a\n-- severity: low\n-- title: T\n-- remedy: R\nSELECT 1 AS subject WHERE :run_id <> ''";
  write("a.sql", kText);
  write("b.sql", kText);

  EXPECT_EQ(trouble_with_folder(),
            (folder / "b.sql").string() + ":1: id 'a' is that of " + (folder / "a.sql").string() + " too; change one");
}

TEST_F(RulesFolder, RefusesAFolderWithoutRulesAndOneThatIsNotThere) {
  EXPECT_EQ(trouble_with_folder(), folder.path().string() + ": holds no *.sql files; name a folder of rules");
  const auto rules = rules_with(folder / "nowhere");
  ASSERT_FALSE(rules);
  EXPECT_EQ(rules.error().message, (folder / "nowhere").string() + ": No such file or directory");
}

TEST_F(RulesFolder, ChecksTheSqlBeforeAnythingIsScanned) {
  write("mine.sql",
        "-- id: a\n-- severity: low\n-- title: T\n-- remedy: R\nSELECT cluster\nFROM v_interfaces\nWHERE run_id = "
        ":run_id");

  EXPECT_EQ(trouble_with_folder(),
            (folder / "mine.sql").string() + ":5: no such table: v_interfaces; correct the rule's SQL");
}

}  // namespace
}  // namespace ucready::db
