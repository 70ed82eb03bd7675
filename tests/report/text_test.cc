#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>

#include "report/format.h"
#include "report/paragraph.h"
#include "tests/report/judged_run.h"

namespace ucready::report {
namespace {

using testing::HasSubstr;
using testing::Not;

std::string text_of(const JudgedRun& run, const Selection& selection = {}, const Style& style = {}) {
  const auto document = Document::open(run.database(), selection);
  EXPECT_TRUE(document) << document.error().message;
  std::ostringstream out;
  EXPECT_TRUE(write_report(run.database(), *document, *find_format("text"), style, out));
  return out.str();
}

db::InterfaceObservation with_old_versions(std::uint16_t port) {
  auto interface = healthy_interface();
  interface.key.port = port;
  interface.versions[0] = accepted(tls::kTls10, "TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA");
  return interface;
}

TEST(Text, TellsTheRunTheFindingsAndTheirSum) {
  JudgedRun run;
  run.see(with_old_versions(8443));
  run.see(with_old_versions(5061));
  run.judge();

  const std::string text = text_of(run);

  EXPECT_THAT(text, HasSubstr("scan of hq, "));
  EXPECT_THAT(text, HasSubstr("2 interfaces: 2 tls\n"));
  EXPECT_THAT(text, HasSubstr("\nMEDIUM\n\n  Versions below TLS 1.2 are enabled [legacy-version-enabled]\n"));
  EXPECT_THAT(text, HasSubstr("  - hq-cucm/cucm-pub 10.0.0.11:5061 https\n    accepts TLSv1.0 with"));
  EXPECT_THAT(text, HasSubstr("\n2 findings: 2 medium.\n"));
}

TEST(Text, SaysARemedyOnceForAllPlacesOfOneCause) {
  JudgedRun run;
  run.see(with_old_versions(8443));
  run.see(with_old_versions(5061));
  run.judge();

  const std::string text = text_of(run);

  EXPECT_EQ(text.find("Remedy: "), text.rfind("Remedy: "));
}

TEST(Text, StaysWithinThePage) {
  JudgedRun run;
  auto interface = with_old_versions(8443);
  Certificate leaf = healthy_leaf();
  leaf.subject = "CN=" + std::string(10'000, 'A');
  leaf.not_after = days_from_now(-1);
  present(interface, {leaf});
  run.see(interface);
  run.judge();

  std::istringstream lines(text_of(run));
  for (std::string line; std::getline(lines, line);) EXPECT_LE(width(line), 80) << line;
}

TEST(Text, AnIpv6AddressStandsInBrackets) {
  JudgedRun run;
  auto interface = with_old_versions(8443);
  interface.key.address = "2001:db8::1";
  run.see(interface);
  run.judge();

  EXPECT_THAT(text_of(run), HasSubstr("[2001:db8::1]:8443 https"));
}

TEST(Text, HostileTextMovesNoCursor) {
  JudgedRun run;
  auto interface = with_old_versions(8443);
  interface.key.node = "evil\x1b[2Jnode";
  Certificate leaf = healthy_leaf();
  leaf.subject = "CN=\x1b]0;owned\x07\r\n\xff\xe2\x80\xae";
  leaf.not_after = days_from_now(-1);
  present(interface, {leaf});
  run.see(interface);
  run.judge();

  for (const std::string& text : {text_of(run), text_of(run, {.table = "interface_certificate"})}) {
    for (const char c : text) EXPECT_TRUE(c == '\n' || (c >= ' ' && c != 0x7f)) << static_cast<int>(c);
    EXPECT_THAT(text, HasSubstr("\\x1b]0;owned\\x07\\x0d\\x0a\\xff\\xe2\\x80\\xae"));
  }
}

TEST(Text, WhatIsKeptWithEscapesIsShownWithTheSame) {
  JudgedRun run;
  auto interface = with_old_versions(8443);
  Certificate leaf = healthy_leaf();
  leaf.subject = R"(CN=SSH-2.0-x\x1b[2J)";
  leaf.not_after = days_from_now(-1);
  present(interface, {leaf});
  run.see(interface);
  run.judge();

  for (const std::string& text : {text_of(run), text_of(run, {.table = "interface_certificate"})}) {
    EXPECT_THAT(text, HasSubstr(R"(SSH-2.0-x\x1b[2J)"));
    EXPECT_THAT(text, Not(HasSubstr(R"(\\x1b)")));
  }
}

TEST(Text, HasColourOnlyWhereItIsAskedFor) {
  JudgedRun run;
  run.see(with_old_versions(8443));
  run.judge();

  EXPECT_THAT(text_of(run), Not(HasSubstr("\x1b")));
  EXPECT_THAT(text_of(run, {}, {.colour = true}), HasSubstr("\x1b[1;33mMEDIUM\x1b[0m\n"));
}

TEST(Text, NothingFoundIsSaid) {
  JudgedRun run;
  run.see(healthy_interface());
  run.judge();

  EXPECT_THAT(text_of(run), HasSubstr("No findings.\n"));
  EXPECT_THAT(text_of(run, {.at_least = Severity::high}), HasSubstr("No findings of those asked for.\n"));
}

TEST(Text, ANarrowTableHasColumnsAndAWideOneRecords) {
  JudgedRun run;
  run.order({1, "2027-01-16", "upgrade", "hq-cucm", "", ""});
  run.see(healthy_interface());
  run.judge();

  EXPECT_THAT(text_of(run, {.table = "order"}, {.columns = 120}), HasSubstr("wave  date        kind     cluster"));
  EXPECT_THAT(text_of(run, {.table = "interface_certificate"}), HasSubstr("\nsignature_hash       sha256\n"));
}

}  // namespace
}  // namespace ucready::report
