#include "db/rules.h"

#include <SQLiteCpp/SQLiteCpp.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "db/finding.h"
#include "db/run_writer.h"
#include "tests/db/sample.h"

namespace ucready::db {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

Rule make_rule(const std::string& sql, const std::string& id = "mine") {
  Rule rule;
  rule.id = id;
  rule.severity = Severity::medium;
  rule.title = "Title";
  rule.remedy = "Remedy";
  rule.sql = sql;
  rule.sql_line = 5;
  rule.origin = "mine.sql";
  return rule;
}

class RunRules : public testing::Test {
 protected:
  RunRules() { run_id = scan({8443, 5061}); }

  std::string scan(const std::vector<std::uint16_t>& ports, const std::string& site = "hq") {
    auto writer = RunWriter::begin(database, {"scan", site, "0.1.0", "", {}}, {});
    for (const std::uint16_t port : ports) static_cast<void>(writer->add(make_observation(port)));
    static_cast<void>(writer->finish(RunStatus::done));
    return writer->run_id();
  }
  std::string trouble(const std::string& sql, const RuleLimits& limits = {}) {
    const auto counts = run_rules(database, run_id, {make_rule(sql)}, limits);
    return counts ? "" : counts.error().message;
  }
  std::vector<std::string> rows(const std::string& sql) { return rows_of(database, sql); }

  TemporaryFolder folder;
  Database database = open_new(folder / "a.db");
  std::string run_id;
};

TEST_F(RunRules, TurnsEachRowIntoAFinding) {
  const auto counts = run_rules(
      database, run_id,
      {make_rule("SELECT site, cluster, node, address, port, protocol, 'seen at ' || port AS evidence FROM v_interface "
                 "WHERE run_id = :run_id")});

  ASSERT_TRUE(counts) << counts.error().message;
  EXPECT_EQ(counts->total(), 2U);
  EXPECT_EQ(counts->by_severity[static_cast<std::size_t>(Severity::medium)], 2U);
  EXPECT_THAT(
      rows("SELECT rule, severity, site, cluster, node, address, port, protocol, hop_client, hop_server, wave, title, "
           "evidence, remedy, confidence, waived_until FROM v_finding ORDER BY port"),
      ElementsAre("mine|medium|hq|hq-cucm|cucm-pub|10.0.0.11|5061|https|NULL|NULL|NULL|Title|seen at 5061|Remedy|"
                  "observed|NULL",
                  "mine|medium|hq|hq-cucm|cucm-pub|10.0.0.11|8443|https|NULL|NULL|NULL|Title|seen at 8443|Remedy|"
                  "observed|NULL"));
}

TEST_F(RunRules, LetsARowSayMoreThanTheHead) {
  ASSERT_EQ(
      trouble("SELECT 'a' AS hop_client, 'b' AS hop_server, 2 AS wave, 'critical' AS severity, 'T' AS title, 'R' AS "
              "remedy, 'assumed' AS confidence WHERE :run_id <> ''"),
      "");

  EXPECT_THAT(rows("SELECT severity, site, cluster, port, hop_client, hop_server, wave, title, remedy, confidence FROM "
                   "v_finding"),
              ElementsAre("critical|hq||NULL|a|b|2|T|R|assumed"));
}

TEST_F(RunRules, KeepsTheHeadsWordWhereARowGivesNull) {
  ASSERT_EQ(trouble("SELECT NULL AS severity, NULL AS title, NULL AS confidence WHERE :run_id <> ''"), "");

  EXPECT_THAT(rows("SELECT severity, title, confidence FROM v_finding"), ElementsAre("medium|Title|observed"));
}

TEST_F(RunRules, GivesTheSameThingTheSameIdInEveryRun) {
  const Rule rule = make_rule("SELECT cluster, node, address, port, protocol FROM v_interface WHERE run_id = :run_id");
  const std::string second = scan({8443, 5061});
  ASSERT_TRUE(run_rules(database, run_id, {rule}));
  ASSERT_TRUE(run_rules(database, second, {rule}));

  EXPECT_THAT(rows("SELECT count(*), count(DISTINCT finding_id), length(min(finding_id)) FROM v_finding"),
              ElementsAre("4|2|16"));
}

TEST(FindingId, IsADigestThatAnyoneCanRecompute) {
  RuleRow row;
  row.site = "hq";
  row.cluster = "hq-cucm";
  row.node = "cucm-pub";
  row.address = "10.0.0.11";
  row.port = 8443;
  row.protocol = "https";

  // printf '%s\0' weak-key hq hq-cucm cucm-pub '' 8443 https '' '' '' | sha256sum
  EXPECT_EQ(finding_id("weak-key", row), "6c5511833a141dcd");
}

TEST(FindingId, FollowsTheNodeNotItsAddress) {
  RuleRow row;
  row.node = "cucm-pub";
  row.address = "10.0.0.11";
  RuleRow moved = row;
  moved.address = "10.0.0.12";
  EXPECT_EQ(finding_id("a", row), finding_id("a", moved));

  row.node = moved.node = "";
  EXPECT_NE(finding_id("a", row), finding_id("a", moved));
}

TEST_F(RunRules, MergesRowsAboutTheSameThing) {
  ASSERT_EQ(trouble("SELECT column1 AS evidence, column2 AS severity, column3 AS wave FROM "
                    "(VALUES ('at TLSv1.2', 'low', 3), ('at TLSv1.3', 'high', 2), ('at TLSv1.2', 'low', NULL)) WHERE "
                    ":run_id <> ''"),
            "");

  EXPECT_THAT(rows("SELECT evidence, severity, wave FROM v_finding"), ElementsAre("at TLSv1.2; at TLSv1.3|high|2"));
}

TEST_F(RunRules, TellsFindingsApartBySubject) {
  ASSERT_EQ(trouble("SELECT column1 AS subject FROM (VALUES ('one'), ('two')) WHERE :run_id <> ''"), "");

  EXPECT_THAT(rows("SELECT count(*) FROM v_finding"), ElementsAre("2"));
}

TEST_F(RunRules, BoundsTheEvidence) {
  ASSERT_EQ(trouble("SELECT printf('%.*c', 100000, 'x') AS evidence WHERE :run_id <> ''"), "");

  EXPECT_THAT(rows("SELECT length(evidence), substr(evidence, -4) FROM v_finding"), ElementsAre("4096|x..."));
}

TEST_F(RunRules, ReplacesTheFindingsOfTheSameRuleAndRun) {
  ASSERT_EQ(trouble("SELECT 'old' AS subject WHERE :run_id <> ''"), "");
  ASSERT_EQ(trouble("SELECT 'new' AS subject, 'now' AS evidence WHERE :run_id <> ''"), "");

  EXPECT_THAT(rows("SELECT evidence FROM v_finding"), ElementsAre("now"));
}

TEST_F(RunRules, KnowsSinceWhenAFindingIsThere) {
  const Rule rule = make_rule("SELECT 'x' AS subject WHERE :run_id <> ''");
  const std::string second = scan({});
  const std::string elsewhere = scan({}, "lon");
  for (const std::string& run : {run_id, second, elsewhere}) ASSERT_TRUE(run_rules(database, run, {rule}));
  database.handle().exec("UPDATE run SET started_at = '2026-01-01T00:00:00Z' WHERE run_id = '" + run_id + "'");
  database.handle().exec("UPDATE run SET started_at = '2026-02-01T00:00:00Z' WHERE run_id = '" + second + "'");

  EXPECT_THAT(rows("SELECT first_seen, last_seen FROM finding_history WHERE site = 'hq'"),
              ElementsAre("2026-01-01T00:00:00Z|2026-02-01T00:00:00Z"));
}

TEST_F(RunRules, ShowsUntilWhenAFindingIsWaived) {
  ASSERT_EQ(trouble("SELECT 'x' AS subject WHERE :run_id <> ''"), "");
  database.handle().exec(
      "INSERT INTO waiver SELECT finding_id, 'known', '2027-01-01', '2026-01-01T00:00:00Z' FROM finding");

  EXPECT_THAT(rows("SELECT waived_until FROM v_finding"), ElementsAre("2027-01-01"));
}

TEST_F(RunRules, TellsARuleTheRunItsSiteAndItsEnd) {
  ASSERT_EQ(trouble("SELECT :run_id || ' ' || :site || ' ' || :now AS evidence"), "");

  EXPECT_EQ(rows("SELECT evidence FROM v_finding"), rows("SELECT run_id || ' hq ' || finished_at FROM v_run"));
}

TEST_F(RunRules, StoresNothingWhenOneRuleFails) {
  const auto counts =
      run_rules(database, run_id,
                {make_rule("SELECT 'x' AS subject WHERE :run_id <> ''", "good"), make_rule("SELECT nonsense", "bad")});

  ASSERT_FALSE(counts);
  EXPECT_THAT(rows("SELECT * FROM v_finding"), IsEmpty());
}

TEST_F(RunRules, SaysWhereTheSqlIsWrong) {
  EXPECT_EQ(trouble("SELECT cluster\nFROM v_interface\nWERE run_id = :run_id"),
            "mine.sql:7: near \"run_id\": syntax error; correct the rule's SQL");
  EXPECT_EQ(trouble("SELECT cluster,\n nonsense FROM v_interface WHERE run_id = :run_id"),
            "mine.sql:6: no such column: nonsense; correct the rule's SQL");
}

TEST_F(RunRules, RefusesColumnsAndParametersItDoesNotKnow) {
  EXPECT_THAT(trouble("SELECT cluster AS clutser FROM v_interface WHERE run_id = :run_id"),
              HasSubstr("mine.sql:5: column clutser is unknown; give any of site, cluster, node"));
  EXPECT_EQ(trouble("SELECT cluster FROM v_interface WHERE run_id = :run"),
            "mine.sql:5: parameter :run is unknown; use :run_id, :site, :now");
  EXPECT_EQ(trouble("SELECT cluster FROM v_interface WHERE run_id = ?"),
            "mine.sql:5: parameter ? is unknown; use :run_id, :site, :now");
  EXPECT_EQ(trouble("SELECT cluster FROM v_interface"),
            "mine.sql:5: would judge every run there ever was; add WHERE run_id = :run_id");
  EXPECT_EQ(trouble("SELECT 'high-ish' AS severity WHERE :run_id <> ''"),
            "mine.sql:5: severity 'high-ish' is unknown; use info, low, medium, high or critical");
  EXPECT_EQ(trouble("SELECT 'x' AS port WHERE :run_id <> ''"),
            "mine.sql:5: column port is no whole number; correct the rule's SQL");
}

TEST_F(RunRules, RefusesWhateverIsNoSingleSelect) {
  for (const char* sql : {"DELETE FROM run", "DROP TABLE run", "UPDATE run SET site = :run_id RETURNING site AS site",
                          "PRAGMA user_version", "ATTACH '/tmp/x' AS x", "BEGIN", "VACUUM", "CREATE TABLE x (y)",
                          "SELECT load_extension(:run_id) AS subject",
                          "SELECT name AS subject FROM pragma_table_info(:run_id)", "EXPLAIN SELECT :run_id",
                          "SELECT :run_id AS subject; DELETE FROM run", "SELECT :run_id AS subject; SELECT 1"}) {
    EXPECT_THAT(trouble(sql), HasSubstr("mine.sql:5: ")) << sql;
  }
  EXPECT_THAT(rows("SELECT count(*) FROM v_run"), ElementsAre("1"));
  EXPECT_EQ(trouble("SELECT :run_id AS subject; -- the end\n;\n"), "");
}

const std::string kEndless = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) ";

TEST_F(RunRules, LeavesOutARuleThatWouldNeverEndAndNamesIt) {
  RuleLimits limits;
  limits.time = std::chrono::milliseconds(30);
  Rule other = make_rule("SELECT 'x' AS subject WHERE :run_id <> ''");
  other.id = "other";
  ASSERT_TRUE(run_rules(database, run_id, {make_rule("SELECT 'earlier' AS subject WHERE :run_id <> ''")}, limits));

  const auto counts = run_rules(
      database, run_id, {make_rule(kEndless + "SELECT max(i) AS subject FROM n WHERE :run_id <> ''"), other}, limits);

  ASSERT_TRUE(counts) << counts.error().message;
  EXPECT_THAT(counts->unanswered, ElementsAre("mine.sql:5: takes longer than 30 ms; simplify its query"));
  EXPECT_THAT(rows("SELECT rule FROM v_finding"), ElementsAre("other"));
}

TEST_F(RunRules, SaysHowMuchARuleLeftOutInsteadOfFailing) {
  RuleLimits limits;
  limits.findings = 100;
  const auto counts = run_rules(
      database, run_id,
      {make_rule("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 250) SELECT i AS subject, "
                 "CASE WHEN i = 201 THEN 'high' END AS severity FROM n WHERE :run_id <> ''")},
      limits);

  ASSERT_TRUE(counts) << counts.error().message;
  EXPECT_EQ(counts->by_severity[static_cast<std::size_t>(Severity::medium)], 100U);
  EXPECT_EQ(counts->by_severity[static_cast<std::size_t>(Severity::high)], 1U);
  EXPECT_THAT(rows("SELECT severity, title, evidence FROM v_finding WHERE title <> 'Title'"),
              ElementsAre("high|And 150 more: Title|100 findings of this rule are kept; 150 further rows are not "
                          "(1 high, 149 medium)"));
}

TEST_F(RunRules, LooksAtABoundedNumberOfRows) {
  RuleLimits limits;
  limits.findings = 100;
  limits.rows = 1000;

  ASSERT_EQ(trouble(kEndless + "SELECT i AS subject FROM n WHERE :run_id <> ''", limits), "");

  EXPECT_THAT(rows("SELECT title FROM v_finding WHERE title <> 'Title'"), ElementsAre("And at least 900 more: Title"));
  EXPECT_THAT(trouble("SELECT zeroblob(900000000) AS evidence WHERE :run_id <> ''"), HasSubstr("too big"));
}

TEST_F(RunRules, TakesAnEndlessRuleForOneThatHasMoreThanIsKept) {
  RuleLimits limits;
  limits.findings = 10;
  limits.time = std::chrono::milliseconds(200);

  ASSERT_EQ(trouble(kEndless + "SELECT i AS subject FROM n WHERE :run_id <> ''", limits), "");

  EXPECT_THAT(rows("SELECT count(*) FROM v_finding"), ElementsAre("11"));
  EXPECT_THAT(rows("SELECT title FROM v_finding WHERE title <> 'Title'"),
              ElementsAre(testing::StartsWith("And at least ")));
}

TEST_F(RunRules, MergesRowsAboutTheSameThingHoweverFarApart) {
  ASSERT_EQ(trouble("WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < 5999) SELECT i % 3000 AS "
                    "subject, CASE WHEN i >= 3000 THEN 'high' ELSE 'low' END AS severity, 9 - i / 3000 AS wave, "
                    "'seen ' || (i / 3000) AS evidence FROM n WHERE :run_id <> ''"),
            "");

  EXPECT_THAT(rows("SELECT count(*), severity, wave, evidence FROM v_finding GROUP BY 2, 3, 4"),
              ElementsAre("3000|high|8|seen 0; seen 1"));
}

TEST_F(RunRules, StillMergesRowsAboutWhatIsKeptWhenNoMoreIs) {
  RuleLimits limits;
  limits.findings = 2;

  ASSERT_EQ(trouble("SELECT column1 AS subject, column1 || column2 AS evidence FROM (VALUES ('a', 1), ('b', 1), "
                    "('c', 1), ('a', 2)) WHERE :run_id <> ''",
                    limits),
            "");

  EXPECT_THAT(rows("SELECT evidence FROM v_finding ORDER BY evidence"),
              ElementsAre("2 findings of this rule are kept; 1 further rows are not (1 medium)", "a1; a2", "b1"));
}

TEST_F(RunRules, DoesNotShowARuleItsOwnFindings) {
  ASSERT_TRUE(run_rules(
      database, run_id,
      {make_rule("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 5000) SELECT i AS subject "
                 "FROM n WHERE :run_id <> ''",
                 "first"),
       make_rule("SELECT finding_id AS subject FROM v_finding WHERE run_id = :run_id", "second")}));

  EXPECT_THAT(rows("SELECT rule, count(*) FROM v_finding GROUP BY rule"), ElementsAre("first|5000", "second|5000"));
}

TEST_F(RunRules, CanWriteAgainAfterARuleWasStopped) {
  static_cast<void>(trouble("SELECT nonsense"));

  EXPECT_EQ(trouble("SELECT 'x' AS subject WHERE :run_id <> ''"), "");
  EXPECT_THAT(rows("SELECT count(*) FROM v_finding"), ElementsAre("1"));
}

TEST_F(RunRules, NamesARunThatIsNotThere) {
  const auto counts = run_rules(database, "01NOSUCHRUN", {});

  ASSERT_FALSE(counts);
  EXPECT_EQ(counts.error().message, (folder / "a.db").string() + ": holds no run 01NOSUCHRUN");
}

}  // namespace
}  // namespace ucready::db
