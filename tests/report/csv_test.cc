#include "report/csv.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>

#include "report/format.h"
#include "tests/report/judged_run.h"

namespace ucready::report {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

TEST(CsvCell, PlainTextStaysPlain) { EXPECT_EQ(csv_cell("O=Nordwind"), "O=Nordwind"); }

TEST(CsvCell, SeparatorsQuotesAndLineEndsAreQuoted) {
  EXPECT_EQ(csv_cell("a,b"), "\"a,b\"");
  EXPECT_EQ(csv_cell("say \"hi\""), "\"say \"\"hi\"\"\"");
  EXPECT_EQ(csv_cell("two\r\nlines"), "\"two\r\nlines\"");
}

TEST(CsvCell, WhatASpreadsheetWouldCalculateIsText) {
  EXPECT_EQ(csv_cell("=cmd|'/c calc'!A1"), "'=cmd|'/c calc'!A1");
  EXPECT_EQ(csv_cell("+1"), "'+1");
  EXPECT_EQ(csv_cell("-1"), "'-1");
  EXPECT_EQ(csv_cell("@SUM(A1)"), "'@SUM(A1)");
  EXPECT_EQ(csv_cell("\t=1"), "'\t=1");
  EXPECT_EQ(csv_cell("\r=1"), "\"'\r=1\"");
  EXPECT_EQ(csv_cell("=\"a\",b"), "\"'=\"\"a\"\",b\"");
}

TEST(CsvCell, ControlCharactersAndBadUtf8AreEscapedAndBackslashesKept) {
  EXPECT_EQ(csv_cell("a\x1b[2Jb\\,c"), "\"a\\x1b[2Jb\\,c\"");
  EXPECT_EQ(csv_cell(std::string("a\0b", 3)), "a\\x00b");
  EXPECT_EQ(csv_cell("\xff"), "\\xff");
  EXPECT_EQ(csv_cell("M\xc3\xbcnchen"), "M\xc3\xbcnchen");
}

TEST(CsvCell, ALongNameIsWhole) { EXPECT_EQ(csv_cell(std::string(10'000, 'n')), std::string(10'000, 'n')); }

std::string csv_of(const JudgedRun& run, const Selection& selection = {}) {
  const auto document = Document::open(run.database(), selection);
  EXPECT_TRUE(document) << document.error().message;
  std::ostringstream out;
  const auto told = write_report(run.database(), *document, *find_format("csv"), {}, out);
  EXPECT_TRUE(told) << told.error().message;
  return out.str();
}

TEST(Csv, FindingsHaveTheColumnsOfTheContract) {
  JudgedRun run;
  auto interface = healthy_interface();
  Certificate leaf = healthy_leaf();
  leaf.signature_hash = "sha1";
  present(interface, {leaf, healthy_intermediate()});
  run.see(interface);
  run.judge();

  const std::string csv = csv_of(run);

  EXPECT_THAT(
      csv,
      StartsWith("finding_id,rule,severity,site,cluster,node,address,port,protocol,hop_client,hop_server,wave,title,"
                 "evidence,remedy,confidence,first_seen,last_seen\r\n"));
  EXPECT_THAT(
      csv,
      HasSubstr(
          ","
          "sha1-certificate,medium,hq,hq-cucm,cucm-pub,10.0.0.11,8443,https,,,,Leaf certificate signed with SHA-1,"));
  EXPECT_EQ(std::ranges::count(csv, '\n'), 2);
  EXPECT_THAT(csv, testing::EndsWith("Z\r\n"));
}

TEST(Csv, WithoutFindingsThereIsTheHeader) {
  JudgedRun run;
  run.see(healthy_interface());
  run.judge();

  EXPECT_EQ(std::ranges::count(csv_of(run), '\n'), 1);
}

TEST(Csv, AHostileSubjectGoesIntoOneCell) {
  JudgedRun run;
  auto interface = healthy_interface();
  Certificate leaf = healthy_leaf();
  leaf.subject = "=HYPERLINK(\"http://evil\",\"x\")\n<script>\x07" + std::string(10'000, 'A');
  present(interface, {leaf});
  run.see(interface);
  run.judge();

  const std::string csv = csv_of(run, {.table = "interface_certificate"});

  EXPECT_THAT(csv, HasSubstr(",\"'=HYPERLINK(\"\"http://evil\"\",\"\"x\"\")\n<script>\\x07" + std::string(10'000, 'A') +
                             "\","));
}

}  // namespace
}  // namespace ucready::report
