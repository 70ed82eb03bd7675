#include "report/redaction.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>

#include "report/format.h"
#include "tests/report/judged_run.h"

namespace ucready::report {
namespace {

using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

TEST(Redaction, TheSameValueHasTheSameLabelWithinOneReport) {
  const Redaction redaction("key");

  EXPECT_EQ(redaction.cell("node", "cucm-pub", {}), redaction.cell("node", "cucm-pub", {}));
  EXPECT_NE(redaction.cell("node", "cucm-pub", {}), redaction.cell("node", "cucm-sub", {}));
  EXPECT_THAT(redaction.cell("node", "cucm-pub", {}), StartsWith("node-"));
  EXPECT_EQ(redaction.cell("subject", "CN=a", {}), redaction.cell("issuer", "CN=a", {}));
}

TEST(Redaction, LabelsOfTwoReportsCannotBeCompared) {
  EXPECT_NE(Redaction().cell("node", "cucm-pub", {}), Redaction().cell("node", "cucm-pub", {}));
}

TEST(Redaction, DigestsAndSerialsAreCut) {
  const Redaction redaction("key");

  EXPECT_EQ(redaction.cell("sha256", std::string(64, 'a'), {}), "aaaaaaaa");
  EXPECT_EQ(redaction.cell("serial", "0123456789abcdef", {}), "01234567");
  EXPECT_EQ(redaction.cell("evidence", "sha256 0123456789abcdef; seen", {}), "sha256 01234567; seen");
}

TEST(Redaction, FreeTextLosesAddressesNamesAndSubjectsAndKeepsTheRest) {
  const Redaction redaction("key");

  const std::string text = redaction.cell(
      "evidence",
      "expected cucm.example.com; subject O=Nordwind\\, Hamburg,CN=cucm; at 10.0.0.11:8443 and 2001:db8::1; node "
      "cucm-pub; TLSv1.2 on X15.2, 15.0.1.12900-234, until 2027-01-10",
      {{"cucm-pub", "node-1"}});

  for (const char* secret : {"example", "Nordwind", "Hamburg", "CN=cucm", "10.0.0.11", "2001", "cucm-pub"}) {
    EXPECT_THAT(text, Not(HasSubstr(secret)));
  }
  EXPECT_THAT(text, StartsWith("expected host-"));
  EXPECT_THAT(text, HasSubstr(":8443 and address-"));
  EXPECT_THAT(text, HasSubstr("; node node-1; TLSv1.2 on X15.2, 15.0.1.12900-234, until 2027-01-10"));
}

TEST(Redaction, AKnownNameIsFoundInFreeTextOfAnyRow) {
  Redaction redaction("key");
  redaction.know("cluster", "hq-cucm");

  const std::string text = redaction.cell("remedy", "trust it in tomcat-trust of hq-cucm/pub, hq-cucm:5061", {});

  const std::string label = redaction.cell("cluster", "hq-cucm", {});
  EXPECT_EQ(text, "trust it in tomcat-trust of " + label + "/pub, " + label + ":5061");
}

TEST(Redaction, NoNameOfTheEstateLeavesInAnyFormat) {
  JudgedRun run;
  run.know({.cluster = "hq-cucm", .node = "cucm-pub", .name = "address", .value = "10.0.0.11"});
  auto interface = healthy_interface();
  Certificate leaf = healthy_leaf();
  leaf.not_after = days_from_now(-2);
  present(interface, {leaf});
  interface.server_name = "other.example.com";
  for (auto& chain : interface.chains) chain.server_name = "other.example.com";
  run.see(interface);
  run.judge();

  for (const char* table : {"", "interface", "interface_certificate", "node", "setting", "run"}) {
    const auto document = Document::open(run.database(), {.table = table, .redact = true});
    ASSERT_TRUE(document) << document.error().message;
    for (const Format& format : all_formats()) {
      if (!format.tables && *table != '\0') continue;
      if (format.name == "xlsx") continue;  // Packed, so that it may hold any two letters; its sheets are these tables.
      std::ostringstream out;
      ASSERT_TRUE(write_report(run.database(), *document, format, {.columns = 120}, out));
      std::string told = out.str();
      if (format.name == "html") {  // What is the same in every page may hold any two letters.
        const std::size_t begin = told.find("id=\"data-");
        told = told.substr(begin, told.rfind("<script>") - begin);
      }
      for (const char* secret : {"hq", "cucm-pub", "10.0.0.11", "example.com", "Nordwind", "NW-", "site.yaml"}) {
        EXPECT_THAT(told, Not(HasSubstr(secret))) << table << " as " << format.name;
      }
    }
  }
}

}  // namespace
}  // namespace ucready::report
