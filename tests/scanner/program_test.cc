#include "scanner/program.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <sstream>

#include "scanner/progress.h"
#include "tests/support/temporary_folder.h"

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

std::string written(const std::string& path, const std::string& text) {
  std::ofstream(path) << text;
  return path;
}

std::string trouble_with_site(const std::string& clusters) {
  const support::TemporaryFolder folder;
  return run({"scan", "--dry-run", "--site", written(folder.path() / "s.yaml", "site: s\nclusters:\n" + clusters)}).err;
}

TEST(Scan, ASiteThatGivesNobodyToAskIsToldWhatItWroteAndTheMend) {
  const std::string nothing = "ucready: the site file names no interface that can be asked; cluster c ";
  EXPECT_EQ(trouble_with_site("  - {name: c, product: cucm, nodes: [{name: n, address: 10.0.0.1}], interfaces: []}\n"),
            nothing +
                "has 'interfaces: []', which means none; list those to ask, or leave the key out to ask those of "
                "the catalogue\n");
  EXPECT_EQ(trouble_with_site("  - {name: c, product: other, nodes: [{name: n, address: 10.0.0.1}]}\n"),
            nothing + "is of product other, of which the catalogue knows no interface; list those to ask\n");
  EXPECT_EQ(trouble_with_site("  - {name: c, product: phone, addresses: 10.0.0.0/24}\n"),
            nothing + "is of product phone, which is asked only where its interfaces are written; list them\n");
  EXPECT_EQ(trouble_with_site("  - {name: c, product: cucm}\n"), nothing + "has no address; give its nodes one\n");
}

TEST(Scan, ToResumeNeedsADatabaseAndMakesNone) {
  const support::TemporaryFolder folder;
  const std::string database = (folder.path() / "x.db").string();
  const Ran resumed = run({"scan", "--resume", "--db", database, "10.0.0.1:443"});
  EXPECT_EQ(resumed.code, ExitCode::usage);
  EXPECT_EQ(resumed.err, "ucready: " + database +
                             ": no such database, so no scan to go on with; name the file that it wrote with --db, or "
                             "leave out --resume\n");
  EXPECT_FALSE(std::filesystem::exists(database));
}

TEST(ScanAs, RefusesAClientWithoutAName) {
  EXPECT_EQ(run({"scan", "--as", "", "--db", "none.db"}).err,
            "ucready: --as '': names no client; give CLUSTER, CLUSTER/NODE or an address\n");
  EXPECT_EQ(run({"scan", "--as", "/n", "--db", "none.db"}).code, ExitCode::usage);
}

TEST(ScanAs, RefusesAProductOfNobody) {
  EXPECT_EQ(run({"scan", "--as", "c", "--product", "cucm", "--db", "none.db"}).err,
            "ucready: --as with --product: it says what TARGETs are, and none is given; leave one of them out\n");
}

TEST(Profile, ADamagedFileIsToldWithItsPlaceAndTheMend) {
  const support::TemporaryFolder folder;
  const auto trouble = [&](const std::string& text) {
    const std::string file = written(folder.path() / "p.json", text);
    const std::string told = run({"profile", "apply", file, "--db", (folder.path() / "x.db").string()}).err;
    return told.starts_with("ucready: " + file) ? told.substr(9 + file.size()) : told;
  };
  const std::string mend = "; write the file anew with 'ucready profile record'\n";
  EXPECT_EQ(
      trouble("{\n \"ucready_profile\": 1,\n \"offers\": [}\n"),
      ":3:13: is no JSON: syntax error while parsing value - unexpected '}'; expected '[', '{', or a literal" + mend);
  EXPECT_EQ(trouble("{\n \"ucready_profile\": 1,").substr(0, 18), ":2:23: is no JSON:");
  EXPECT_EQ(trouble("").substr(0, 17), ":1:1: is no JSON:");
  EXPECT_EQ(trouble(R"({"ucready_profile": 1, "offers": 7})"), ": /offers: must be a list" + mend);
  EXPECT_EQ(trouble(R"({"ucready_profile": 1, "offers": [{"client": 7}]})"), ": /offers/0/client: must be text" + mend);
  EXPECT_FALSE(std::filesystem::exists((folder.path() / "x.db").string()));
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
