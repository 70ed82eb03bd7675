#include "report/difference.h"

#include <SQLiteCpp/SQLiteCpp.h>
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <sstream>

#include "tests/report/judged_run.h"

namespace ucready::report {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::IsSupersetOf;
using testing::UnorderedElementsAre;

std::string written(const JudgedRun& run, std::string_view format, const std::string& from = "",
                    const std::string& to = "") {
  const auto comparison = comparison_of(run.database(), from, to);
  if (!comparison) return comparison.error().message;
  const auto formats = difference_formats();
  const auto found = std::ranges::find(formats, format, &DifferenceFormat::name);
  std::ostringstream out;
  EXPECT_TRUE(write_difference(run.database(), *comparison, *found, {.columns = 200}, out));
  return out.str();
}

// "certificate replaced cucm-pub:8443 rsa" of each change.
std::vector<std::string> changes(const JudgedRun& run, const std::string& from = "", const std::string& to = "") {
  std::vector<std::string> told;
  const std::string text = written(run, "json", from, to);
  for (const auto& row : nlohmann::json::parse(text)) {
    const auto word = [&](const char* name) {
      return row[name].is_null()     ? std::string()
             : row[name].is_number() ? row[name].dump()
                                     : row[name].get<std::string>();
    };
    told.push_back(
        fmt::format("{} {} {}:{} {}", word("subject"), word("change"), word("node"), word("port"), word("what")));
  }
  return told;
}

std::vector<std::string> of(const std::vector<std::string>& changes, std::string_view subject) {
  std::vector<std::string> some;
  for (const std::string& change : changes)
    if (change.starts_with(subject)) some.push_back(change);
  return some;
}

std::string run_id(const JudgedRun& run, int nth) {
  SQLite::Statement rows(run.database().handle(),
                         fmt::format("SELECT run_id FROM run ORDER BY run_id LIMIT 1 OFFSET {}", nth));
  rows.executeStep();
  return rows.getColumn(0).getString();
}

TEST(Difference, OfTheSameEstateIsNone) {
  JudgedRun run;
  run.see(healthy_interface());
  run.judge();
  run.see(healthy_interface());
  run.judge();

  EXPECT_THAT(changes(run), IsEmpty());
  EXPECT_EQ(written(run, "text"), "Nothing changed.\n");
}

TEST(Difference, TellsAReplacedCertificateWithBothAndAVersionThatCameOrWent) {
  JudgedRun run;
  run.see(healthy_interface());
  run.judge();
  auto changed = healthy_interface();
  Certificate renewed = healthy_leaf();
  renewed.sha256 = std::string(64, 'e');
  renewed.not_after = "2031-05-06T00:00:00Z";
  present(changed, {renewed, healthy_intermediate()});
  changed.versions[0] = accepted(tls::kTls10, "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256");
  changed.versions[3] = answered(tls::kTls13, db::VersionOutcome::refused);
  run.see(changed);
  run.judge();

  const auto all = changes(run);

  EXPECT_THAT(of(all, "certificate"), ElementsAre("certificate replaced cucm-pub:8443 rsa"));
  EXPECT_THAT(of(all, "version"),
              UnorderedElementsAre("version opened cucm-pub:8443 TLSv1.0", "version closed cucm-pub:8443 TLSv1.3"));
  const std::string text = written(run, "text");
  EXPECT_THAT(text, HasSubstr("to 2031-05-06T00:00:00Z, sha256 eeeeeeeeeeeeeeee"));
  EXPECT_THAT(text, HasSubstr("refused -> accepted"));
  EXPECT_THAT(text, HasSubstr("1 certificate replaced, "));
}

TEST(Difference, TellsFindingsThatCameWentAndChanged) {
  JudgedRun run;
  auto trouble = healthy_interface();
  trouble.versions[0] = accepted(tls::kTls10, "TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA");
  run.see(trouble);
  run.judge();
  auto expired = healthy_interface();
  Certificate leaf = healthy_leaf();
  leaf.not_after = days_from_now(-2);
  present(expired, {leaf, healthy_intermediate()});
  run.see(expired);
  run.judge();

  const std::string json = written(run, "json");

  std::vector<std::string> told;
  for (const auto& row : nlohmann::json::parse(json)) {
    if (row["subject"] != "finding") continue;
    const auto what = row["what"].get<std::string>();
    told.push_back(row["change"].get<std::string>() + " " + what.substr(0, what.find(':')));
    EXPECT_EQ(row["finding_id"].get<std::string>().size(), 16U);
  }
  EXPECT_THAT(told, IsSupersetOf({"gone medium legacy-version-enabled", "new critical certificate-expired"}));
}

TEST(Difference, TellsNodesAndInterfacesThatCameOrWentAndFactsThatChanged) {
  JudgedRun run;
  run.know({.cluster = "hq-cucm", .node = "cucm-pub", .name = "address", .value = "10.0.0.11"});
  run.know({.cluster = "hq-cucm", .name = "release", .value = "14SU3"});
  run.see(healthy_interface());
  run.judge();
  run.know({.cluster = "hq-cucm", .node = "cucm-sub", .name = "address", .value = "10.0.0.12"});
  run.know({.cluster = "hq-cucm", .name = "release", .value = "15SU4a"});
  auto other = healthy_interface();
  other.key.node = "cucm-sub";
  other.key.address = "10.0.0.12";
  run.see(healthy_interface());
  run.see(other);
  run.judge();

  const auto all = changes(run);

  EXPECT_THAT(of(all, "node"), ElementsAre("node new cucm-sub: "));
  EXPECT_THAT(of(all, "interface"), ElementsAre("interface new cucm-sub:8443 asked"));
  EXPECT_THAT(of(all, "fact"), ElementsAre("fact changed : release"));
}

TEST(Difference, WhatAnImportDoesNotTellIsNotGone) {
  JudgedRun run;
  run.know({.cluster = "hq-cucm", .node = "cucm-pub", .name = "release", .value = "14SU3"});
  run.see(healthy_interface());
  run.judge();
  run.judge();
  const auto import = [&](const char* id, const char* node, const char* release) {
    run.database().handle().exec(fmt::format(
        "INSERT INTO run VALUES ('{0}', 'import', 'hq', '2030-01-01T00:00:00Z', NULL, 'done', '', '');"
        "INSERT INTO fact VALUES ('{0}', 'hq-cucm', '{1}', '', 0, 'release', 0, '{2}', 'imported', NULL, NULL)",
        id, node, release));
  };
  import("7AAA", "cucm-pub", "14SU3");
  import("7AAB", "cucm-sub", "14SU3");
  EXPECT_THAT(of(changes(run), "node"), IsEmpty());
  EXPECT_THAT(of(changes(run), "fact"), IsEmpty());

  import("7AAC", "cucm-sub", "15SU4a");

  EXPECT_THAT(of(changes(run), "fact"), ElementsAre("fact changed cucm-sub: release"));
}

TEST(Difference, TakesRunsByTheirIdsAndByDays) {
  JudgedRun run;
  run.see(healthy_interface());
  run.judge();
  auto closed = healthy_interface();
  closed.versions[3] = answered(tls::kTls13, db::VersionOutcome::refused);
  run.see(closed);
  run.judge();
  run.see(healthy_interface());
  run.judge();
  run.database().handle().exec("UPDATE run SET started_at = '2026-01-02T10:00:00Z' WHERE run_id = '" + run_id(run, 0) +
                               "'; UPDATE run SET started_at = '2026-01-03T10:00:00Z' WHERE run_id = '" +
                               run_id(run, 1) + "'");

  EXPECT_THAT(of(changes(run), "version"), ElementsAre("version opened cucm-pub:8443 TLSv1.3"));
  EXPECT_THAT(of(changes(run, run_id(run, 0), run_id(run, 1)), "version"),
              ElementsAre("version closed cucm-pub:8443 TLSv1.3"));
  EXPECT_THAT(of(changes(run, "2026-01-02", "2026-01-03"), "version"),
              ElementsAre("version closed cucm-pub:8443 TLSv1.3"));
  EXPECT_THAT(of(changes(run, run_id(run, 0)), "version"), IsEmpty());
  EXPECT_THAT(written(run, "text", "2025-12-31"), HasSubstr("no run began by 2025-12-31"));
  EXPECT_THAT(written(run, "text", "nonsense"), HasSubstr("there is no run nonsense"));
  EXPECT_THAT(written(run, "text", run_id(run, 0).substr(0, 3)), HasSubstr("several runs begin with"));
}

TEST(Difference, AFindingThatARunOfAnotherKindStillHasIsNotGone) {
  JudgedRun run;
  auto trouble = healthy_interface();
  trouble.versions[0] = accepted(tls::kTls10, "TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA");
  run.see(trouble);
  run.judge();
  const std::string scan = run_id(run, 0);
  run.judge_capture({});
  run.judge_capture({});
  run.database().handle().exec(
      "INSERT INTO finding SELECT (SELECT run_id FROM run WHERE kind = 'capture' LIMIT 1), finding_id,"
      " rule, severity, site, cluster, node, address, port, protocol, hop_client, hop_server,"
      " wave, title, evidence, remedy, confidence FROM finding WHERE run_id = '" +
      scan + "'");

  EXPECT_THAT(of(changes(run), "finding"), IsEmpty());
}

TEST(Difference, OfOneRunThereIsNone) {
  JudgedRun run;
  run.see(healthy_interface());
  run.judge();

  EXPECT_THAT(written(run, "text"), HasSubstr("no two runs of one kind"));
}

TEST(Difference, HostileTextStaysText) {
  JudgedRun run;
  run.see(healthy_interface());
  run.judge();
  auto changed = healthy_interface();
  Certificate leaf = healthy_leaf();
  leaf.sha256 = std::string(64, 'e');
  leaf.subject = "=cmd|'/c calc'!A1\x1b[2J\nX";
  present(changed, {leaf});
  run.see(changed);
  run.judge();

  EXPECT_THAT(written(run, "text"), testing::Not(HasSubstr("\x1b")));
  EXPECT_THAT(written(run, "csv"), HasSubstr("'=cmd|"));
}

}  // namespace
}  // namespace ucready::report
