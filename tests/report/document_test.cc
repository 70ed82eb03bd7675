#include "report/document.h"

#include <SQLiteCpp/SQLiteCpp.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>

#include "report/format.h"
#include "tests/report/judged_run.h"

namespace ucready::report {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

Document opened(const JudgedRun& run, const Selection& selection = {}) {
  auto document = Document::open(run.database(), selection);
  if (!document) throw std::runtime_error(document.error().message);
  return std::move(*document);
}

std::vector<std::string> column(Rows rows, std::string_view name) {
  std::vector<std::string> values;
  while (rows.next()) values.push_back(rows.text(name));
  return values;
}

db::InterfaceObservation with_trouble() {
  auto interface = healthy_interface();
  interface.versions[0] = accepted(tls::kTls10, "TLS_RSA_WITH_AES_128_CBC_SHA");
  Certificate leaf = healthy_leaf();
  leaf.not_after = days_from_now(-2);
  present(interface, {leaf, healthy_intermediate()});
  return interface;
}

TEST(Document, TellsTheGravestFirst) {
  JudgedRun run;
  run.see(with_trouble());
  run.judge();

  EXPECT_THAT(column(opened(run).findings(), "rule"),
              ElementsAre("certificate-expired", "legacy-version-enabled", "no-forward-secrecy"));
}

TEST(Document, TellsOnlyTheNewestRunAndSinceWhenAFindingIsThere) {
  JudgedRun run;
  run.see(with_trouble());
  run.judge();
  run.see(healthy_interface());
  run.judge();
  EXPECT_THAT(column(opened(run).findings(), "rule"), ElementsAre("drift"));

  run.see(with_trouble());
  run.judge();
  run.database().handle().exec(
      "UPDATE run SET started_at = '2026-01-02T03:04:05Z' WHERE run_id = (SELECT min(run_id) FROM run)");

  const auto document = opened(run, {.rules = {"certificate-expired"}});
  EXPECT_THAT(column(document.runs(), "run_id"), SizeIs(1));
  EXPECT_THAT(column(document.findings(), "first_seen"), ElementsAre("2026-01-02T03:04:05Z"));
  EXPECT_EQ(column(document.findings(), "last_seen"), column(document.runs(), "started_at"));
}

TEST(Document, TellsAFindingOfSeveralKindsOfRunOnce) {
  JudgedRun run;
  run.know({.cluster = "hq-cucm", .name = "product", .value = "cucm"});
  run.know({.cluster = "hq-cucm", .name = "release", .value = "14SU3"});
  run.know({.cluster = "hq-cucm", .name = "release_has_tls13", .value = "false"});
  run.judge();
  run.judge_capture({});

  const auto document = opened(run);
  EXPECT_THAT(column(document.runs(), "kind"), ElementsAre("scan", "capture"));
  EXPECT_THAT(column(document.findings(), "rule"), ElementsAre("release-below-minimum"));
  EXPECT_EQ(document.count_findings()[static_cast<std::size_t>(Severity::low)], 1U);
}

TEST(Document, SelectsByRuleAndSeverity) {
  JudgedRun run;
  run.see(with_trouble());
  run.judge();

  EXPECT_THAT(column(opened(run, {.rules = {"no-forward-secrecy", "certificate-expired"}}).findings(), "rule"),
              ElementsAre("certificate-expired", "no-forward-secrecy"));
  EXPECT_THAT(column(opened(run, {.at_least = Severity::high}).findings(), "rule"), ElementsAre("certificate-expired"));
}

TEST(Document, ReportsHowManyFindingsOfEachSeverityWereTold) {
  JudgedRun run;
  run.see(with_trouble());
  run.judge();
  std::ostringstream out;

  const auto told = write_report(run.database(), opened(run), *find_format("csv"), {}, out);

  ASSERT_TRUE(told);
  EXPECT_THAT(told->findings, ElementsAre(0, 1, 1, 0, 1));
}

TEST(Document, AnUnknownTableOrRuleIsRefusedWithWhatThereIs) {
  JudgedRun run;
  run.judge();

  const auto no_table = Document::open(run.database(), {.table = "sqlite_master"});
  const auto no_rule = Document::open(run.database(), {.rules = {"sha1"}});
  const auto both = Document::open(run.database(), {.table = "v_run", .rules = {"sha1-certificate"}});

  ASSERT_FALSE(no_table);
  EXPECT_THAT(
      no_table.error().message,
      HasSubstr("there is no table sqlite_master; choose from certificate_in_use, client_offer, cluster, evidence, "
                "failed_session_kind, finding, forecast, forecast_link, hop, "
                "hop_origin, import, interface"));
  ASSERT_FALSE(no_rule);
  EXPECT_THAT(no_rule.error().message, HasSubstr("there is no rule sha1"));
  EXPECT_FALSE(both);
}

TEST(Document, SaysWhatMayBeMissing) {
  JudgedRun empty;
  EXPECT_THAT(opened(empty).doubts(), ElementsAre(HasSubstr("no run yet")));

  JudgedRun killed;
  killed.see(healthy_interface());
  killed.judge(db::RunStatus::running);
  EXPECT_THAT(opened(killed).doubts(), ElementsAre(HasSubstr("has not ended")));

  JudgedRun partial;
  partial.see(healthy_interface());
  partial.judge(db::RunStatus::partial);
  EXPECT_THAT(opened(partial).doubts(), ElementsAre(HasSubstr("is partial")));

  JudgedRun deaf;
  auto silent = healthy_interface();
  silent.state = db::InterfaceState::timeout;
  silent.versions.clear();
  silent.chains.clear();
  deaf.see(silent);
  deaf.judge();
  EXPECT_THAT(opened(deaf).doubts(), ElementsAre(HasSubstr("no interface answered with TLS")));
}

TEST(Document, SaysThatThePlanIsAWhatIf) {
  JudgedRun run;
  run.see(healthy_interface());
  run.judge();
  run.database().handle().exec(
      "UPDATE run SET kind = 'plan', arguments = 'plan --db x.db --set hq-cucm.tls_min=TLSv1.3'");

  EXPECT_THAT(opened(run).doubts(), ElementsAre(HasSubstr("is a what-if (--set)")));
  EXPECT_THAT(opened(run, {.redact = true}).doubts(), ElementsAre(HasSubstr("is a what-if (--set)")));
}

TEST(Document, AStreamThatTakesNoMoreIsAnError) {
  JudgedRun run;
  run.see(with_trouble());
  run.judge();
  std::ostringstream out;
  out.setstate(std::ios::badbit);

  EXPECT_FALSE(write_report(run.database(), opened(run), *find_format("json"), {}, out));
}

}  // namespace
}  // namespace ucready::report
