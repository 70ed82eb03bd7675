#include "report/scan_table.h"

#include <SQLiteCpp/SQLiteCpp.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>

#include "tests/report/judged_run.h"

namespace ucready::report {
namespace {

using testing::EndsWith;
using testing::HasSubstr;
using testing::Not;

db::InterfaceObservation in_state(std::uint16_t port, db::InterfaceState state) {
  auto interface = healthy_interface();
  interface.key.port = port;
  if (state != db::InterfaceState::tls) interface.versions.clear();
  interface.state = state;
  return interface;
}

std::string table_of(const JudgedRun& run, int columns = 0) {
  std::ostringstream out;
  const std::string run_id = run.database().handle().execAndGet("SELECT max(run_id) FROM run").getString();
  EXPECT_TRUE(write_scan_table(run.database(), run_id, out, columns));
  return out.str();
}

TEST(ScanTable, CountsAsAnsweringOnlyWhatSpoke) {
  JudgedRun run;
  run.see(in_state(1, db::InterfaceState::tls));
  run.see(in_state(2, db::InterfaceState::not_tls));
  run.see(in_state(3, db::InterfaceState::starttls_refused));
  run.see(in_state(4, db::InterfaceState::unreachable));
  run.see(in_state(5, db::InterfaceState::timeout));
  run.see(in_state(6, db::InterfaceState::timeout));
  run.see(in_state(7, db::InterfaceState::closed));
  run.judge();

  EXPECT_THAT(table_of(run), EndsWith("\n3 interfaces answered, 1 closed, 2 timed out, 1 unreachable\n"));
}

TEST(ScanTable, CountsOneAsOne) {
  JudgedRun run;
  run.see(in_state(1, db::InterfaceState::tls));
  run.judge();

  EXPECT_THAT(table_of(run), EndsWith("\n1 interface answered\n"));
}

TEST(ScanTable, SaysWhereNothingWasNegotiated) {
  JudgedRun run;
  auto interface = healthy_interface();
  interface.chains.clear();
  interface.versions = {answered(tls::kTls12, db::VersionOutcome::refused)};
  interface.versions[0].alert = tls::Alert{112};
  run.see(interface);
  run.see(in_state(1, db::InterfaceState::tls));
  run.judge();

  EXPECT_THAT(table_of(run), HasSubstr("nothing was negotiated: unrecognized_name\n"));
  EXPECT_THAT(table_of(run), EndsWith("\n2 interfaces answered, 1 of them negotiated nothing\n"));
}

TEST(ScanTable, SaysOfAListThatItMayLackSome) {
  JudgedRun run;
  auto interface = healthy_interface();
  interface.ciphers = {{.version = tls::kTls12, .suite = tls::CipherSuite{0xc02f}}};
  interface.traits = {{tls::kTls12, "ciphers_complete", true, ""}};
  run.see(interface);
  interface.key.port = 1;
  interface.traits = {{tls::kTls12, "ciphers_complete", false, ""}};
  run.see(interface);
  run.judge();

  const std::string table = table_of(run);
  EXPECT_THAT(table, HasSubstr("; 1 suites\n"));
  EXPECT_THAT(table, HasSubstr("; 1 suites, not all\n"));
}

TEST(ScanTable, ShowsWhatAServerSaidAsItIsKept) {
  JudgedRun run;
  auto interface = in_state(1, db::InterfaceState::not_tls);
  interface.detail = "SSH-2.0-x\\x1b[2J";
  run.see(interface);
  run.judge();

  EXPECT_THAT(table_of(run), HasSubstr("not_tls: SSH-2.0-x\\x1b[2J\n"));
}

TEST(ScanTable, LetsNoEscapeOfADatabaseMadeByHandThrough) {
  JudgedRun run;
  run.see(in_state(1, db::InterfaceState::not_tls));
  run.judge();
  for (const char* column : {"cluster", "node", "address", "protocol", "state", "detail"}) {
    run.database().handle().exec(std::string("UPDATE interface SET ") + column + " = char(27) || '[2J'");
  }

  EXPECT_THAT(table_of(run), Not(HasSubstr("\x1b")));
  EXPECT_THAT(table_of(run), HasSubstr("\\x1b[2J: \\x1b[2J\n"));
}

TEST(ScanTable, SaysOfWhoSpokeTlsWhatWasAmissWithIt) {
  JudgedRun run;
  auto interface = healthy_interface();
  interface.detail = "it stopped answering before all was asked";
  run.see(interface);
  run.judge();

  EXPECT_THAT(table_of(run), HasSubstr("; it stopped answering before all was asked\n"));
}

TEST(ScanTable, CutsLinesToTheWidthOfATerminalAndNoneWithoutOne) {
  JudgedRun run;
  auto interface = healthy_interface();
  interface.client_auth = {{tls::kTls12, true, std::nullopt, {}, {}}};
  run.see(interface);
  run.judge();

  EXPECT_THAT(table_of(run), HasSubstr("; asks for a client certificate\n"));
  EXPECT_THAT(table_of(run, 60), Not(HasSubstr("asks for a client certificate")));
  EXPECT_THAT(table_of(run, 60), HasSubstr("...\n"));
}

}  // namespace
}  // namespace ucready::report
