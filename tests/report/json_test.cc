#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <sstream>

#include "report/format.h"
#include "tests/report/judged_run.h"

namespace ucready::report {
namespace {

std::string json_of(const JudgedRun& run, const Selection& selection = {}) {
  const auto document = Document::open(run.database(), selection);
  EXPECT_TRUE(document) << document.error().message;
  std::ostringstream out;
  EXPECT_TRUE(write_report(run.database(), *document, *find_format("json"), {}, out));
  return out.str();
}

TEST(Json, FindingsComeWithTheirRuns) {
  JudgedRun run;
  auto interface = healthy_interface();
  interface.versions[0] = accepted(tls::kTls10, "TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA");
  run.see(interface);
  run.judge();

  const auto json = nlohmann::json::parse(json_of(run));

  ASSERT_EQ(json["runs"].size(), 1);
  EXPECT_EQ(json["runs"][0]["status"], "done");
  EXPECT_TRUE(json["doubts"].empty());
  ASSERT_EQ(json["findings"].size(), 1);
  const auto& finding = json["findings"][0];
  EXPECT_EQ(finding["rule"], "legacy-version-enabled");
  EXPECT_EQ(finding["port"], 8443);
  EXPECT_TRUE(finding["wave"].is_null());
  EXPECT_EQ(finding["first_seen"], json["runs"][0]["started_at"]);
}

TEST(Json, ATableIsAnArrayOfObjects) {
  JudgedRun run;
  run.see(healthy_interface());
  run.judge();

  const auto json = nlohmann::json::parse(json_of(run, {.table = "v_interface_version"}));

  ASSERT_EQ(json.size(), 4);
  EXPECT_EQ(json[2]["version"], "TLSv1.2");
  EXPECT_EQ(json[2]["cipher"], "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256");
}

TEST(Json, HostileTextReadsBackAndMovesNoCursor) {
  JudgedRun run;
  auto interface = healthy_interface();
  Certificate leaf = healthy_leaf();
  leaf.subject = "CN=\"\x1b]0;x\x07\xe2\x80\xae<script>\\\n\xff";
  present(interface, {leaf});
  run.see(interface);
  run.judge();

  const std::string text = json_of(run, {.table = "interface_certificate"});

  EXPECT_TRUE(std::ranges::all_of(text, [](char c) { return c == '\n' || (c >= ' ' && c < 0x7f); }));
  EXPECT_EQ(nlohmann::json::parse(text)[0]["subject"], "CN=\"\x1b]0;x\x07\xe2\x80\xae<script>\\\n\xef\xbf\xbd");
}

}  // namespace
}  // namespace ucready::report
