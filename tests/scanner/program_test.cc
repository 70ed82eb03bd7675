#include "scanner/program.h"

#include <gtest/gtest.h>

#include <sstream>

#include "scanner/progress.h"

namespace ucready::scanner {
namespace {

struct Ran {
  ExitCode code;
  std::string out;
  std::string err;
};

Ran run(const std::vector<std::string>& arguments) {
  std::ostringstream out, err;
  Console console{.out = out, .err = err};
  const ExitCode code = run_program(arguments, console);
  return {code, out.str(), err.str()};
}

TEST(Program, ListsItsCommands) {
  const Ran help = run({"--help"});
  EXPECT_EQ(help.code, ExitCode::done);
  for (const Command* const command : all_commands()) {
    EXPECT_NE(help.out.find(std::string(command->name)), std::string::npos) << command->name;
  }
  EXPECT_EQ(run({}).code, ExitCode::usage);
}

TEST(Program, EveryCommandExplainsItselfWithExamples) {
  for (const Command* const command : all_commands()) {
    const Ran help = run({std::string(command->name), "--help"});
    EXPECT_EQ(help.code, ExitCode::done);
    EXPECT_NE(help.out.find("Examples:\n  ucready " + std::string(command->name)), std::string::npos) << help.out;
    EXPECT_EQ(help.err, "");
  }
}

TEST(Program, WrongUsageIsOneLineThatPointsToTheHelp) {
  EXPECT_EQ(run({"skan"}).err, "ucready: 'skan' is no command; 'ucready --help' lists them\n");
  const Ran unknown = run({"scan", "--sites", "x"});
  EXPECT_EQ(unknown.code, ExitCode::usage);
  EXPECT_EQ(unknown.err, "ucready: unrecognised option '--sites'; see 'ucready scan --help'\n");
  EXPECT_EQ(run({"scan", "--per-host", "0", "10.0.0.1:443"}).err,
            "ucready: --per-host 0: out of range; give 1 to 100\n");
  EXPECT_EQ(run({"scan", "--depth", "deep", "10.0.0.1:443"}).code, ExitCode::usage);
  EXPECT_EQ(run({"scan"}).code, ExitCode::usage);
}

TEST(Program, OfflineForbidsAScan) {
  const Ran offline = run({"scan", "--offline", "10.0.0.1:443"});
  EXPECT_EQ(offline.code, ExitCode::usage);
  EXPECT_NE(offline.err.find("--offline forbids every socket"), std::string::npos);
}

TEST(Scan, ADryRunSaysWhatWouldBeAskedAndWhatItCosts) {
  const Ran dry = run({"scan", "--dry-run", "10.0.0.1:443", "10.0.0.1:5061", "--depth", "versions"});
  EXPECT_EQ(dry.code, ExitCode::done);
  EXPECT_NE(dry.out.find("10.0.0.1: 443/https"), std::string::npos);
  EXPECT_NE(dry.out.find("2 interfaces, about 8 connections"), std::string::npos);
  EXPECT_NE(dry.out.find("Nothing was sent."), std::string::npos);
}

TEST(Progress, SaysHowFarHowFastAndHowLong) {
  EXPECT_EQ(progress_text(30, 120, "interfaces", std::chrono::seconds(10), "4 findings so far"),
            "30/120 interfaces, 3.0/s, 30 s left, 4 findings so far");
  EXPECT_EQ(progress_text(0, 120, "interfaces", std::chrono::seconds(0), ""), "0/120 interfaces, 0.0/s, ? left");
  EXPECT_EQ(duration_text(std::chrono::seconds(3725)), "1 h 02 min");
  EXPECT_EQ(duration_text(std::chrono::seconds(250)), "4 min 10 s");
}

}  // namespace
}  // namespace ucready::scanner
