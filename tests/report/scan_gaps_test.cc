#include "report/scan_gaps.h"

#include <SQLiteCpp/SQLiteCpp.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/report/judged_run.h"

namespace ucready::report {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

ScanGaps gaps_of(const JudgedRun& run) {
  const std::string run_id = run.database().handle().execAndGet("SELECT max(run_id) FROM run").getString();
  const auto gaps = find_scan_gaps(run.database(), run_id);
  EXPECT_TRUE(gaps);
  return gaps.value_or(ScanGaps{});
}

db::InterfaceObservation at_port(std::uint16_t port) {
  auto interface = healthy_interface();
  interface.key.port = port;
  return interface;
}

TEST(ScanGaps, WhereTlsWasNegotiatedOrIsNotSpokenSomethingWasLearned) {
  JudgedRun run;
  run.see(at_port(1));
  auto interface = at_port(2);
  interface.versions.clear();
  interface.state = db::InterfaceState::not_tls;
  run.see(interface);
  interface.key.port = 3;
  interface.state = db::InterfaceState::timeout;
  run.see(interface);
  interface.key.port = 4;
  interface.state = db::InterfaceState::tls;
  interface.versions = {answered(tls::kTls12, db::VersionOutcome::refused)};
  run.see(interface);
  run.judge();

  EXPECT_EQ(gaps_of(run).learned, 2);
  EXPECT_EQ(gaps_of(run).fruitless, 1);
}

TEST(ScanGaps, AListThatMayLackSomeIsNamedAndFound) {
  JudgedRun run;
  auto interface = at_port(8443);
  interface.traits = {{tls::kTls11, "ciphers_complete", false, ""},
                      {tls::kTls12, "ciphers_complete", false, ""},
                      {tls::kTls12, "groups_complete", true, ""},
                      {tls::kTls12, "signature_schemes_complete", false, ""},
                      {tls::kTls12, "session_ticket", false, ""}};
  run.see(interface);
  run.judge();

  EXPECT_EQ(gaps_of(run).incomplete, 1);
  EXPECT_THAT(gaps_of(run).samples,
              ElementsAre("hq-cucm/cucm-pub port 8443: TLSv1.1 suites; TLSv1.2 suites, signature schemes"));
  const auto found = run.findings("incomplete-list");
  ASSERT_THAT(found, SizeIs(1));
  EXPECT_EQ(found[0].severity, "low");
  EXPECT_EQ(found[0].evidence, "may lack some: TLSv1.1 suites; TLSv1.2 suites, signature schemes");
}

TEST(ScanGaps, WholeListsAreNone) {
  JudgedRun run;
  auto interface = at_port(8443);
  interface.traits = {{tls::kTls12, "ciphers_complete", true, ""}, {tls::kTls12, "session_ticket", false, ""}};
  run.see(interface);
  run.judge();

  EXPECT_EQ(gaps_of(run).incomplete, 0);
  EXPECT_THAT(gaps_of(run).samples, IsEmpty());
  EXPECT_THAT(run.findings("incomplete-list"), IsEmpty());
}

TEST(ScanGaps, FewAreNamedHoweverManyThereAre) {
  JudgedRun run;
  for (std::uint16_t port = 1; port <= 40; ++port) {
    auto interface = at_port(port);
    interface.traits = {{tls::kTls12, "ciphers_complete", false, ""}};
    run.see(interface);
  }
  run.judge();

  EXPECT_EQ(gaps_of(run).incomplete, 40);
  EXPECT_THAT(gaps_of(run).samples, SizeIs(5));
}

}  // namespace
}  // namespace ucready::report
