// The drawing of a plan, from literal cells.
#include "report/plan_svg.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>

#include "db/forecast_rows.h"
#include "tests/report/judged_run.h"

namespace ucready::report {
namespace {

using db::HopOutcome;
using testing::HasSubstr;
using testing::Not;

db::ForecastHop hop(const std::string& client, const std::string& node) {
  return {client, node, "", "hq-cucm", "pub", "10.0.0.11", 5061, "sip-tls", "", false};
}

db::ForecastCell cell(std::size_t kind, int server_state, HopOutcome outcome) {
  db::ForecastCell made;
  made.kind = kind;
  made.server_state = server_state;
  made.outcome = outcome;
  made.explanation = "because";
  if (outcome == HopOutcome::breaks) made.reason = "untrusted_server_certificate";
  return made;
}

class PlanSvg : public testing::Test {
 protected:
  std::string drawn(const db::ForecastRows& rows) {
    auto run = db::RunWriter::begin(run_.database(), {"plan", "hq", "0.1.0", "plan", {}}, {});
    EXPECT_TRUE(db::put_forecast(run_.database(), run->run_id(), rows));
    EXPECT_TRUE(run->finish(db::RunStatus::done));
    std::stringstream out;
    EXPECT_TRUE(write_plan_svg(run_.database(), run->run_id(), out));
    return out.str();
  }

  // hq-cucm is upgraded in wave 1; three clients, of which the second breaks.
  static db::ForecastRows plan(const std::string& client = "hq-expc") {
    db::ForecastRows rows;
    rows.states = {{client, 0, "X14", ""}, {"hq-cucm", 0, "14SU3", ""}, {"hq-cucm", 1, "15SU4a", "upgrade to 15SU4a"}};
    rows.waves = {{}, {"", {{1, "hq-cucm", 0, 1}}}};
    rows.hops = 3;
    rows.hop = [client](std::size_t at) { return hop(client, "c" + std::to_string(at + 1)); };
    rows.kinds = {0, 1, 2};
    for (std::size_t i = 0; i < 3; ++i) {
      rows.cells.push_back(cell(i, 0, HopOutcome::works));
      rows.cells.push_back(cell(i, 1, i == 1 ? HopOutcome::breaks : HopOutcome::works));
    }
    return rows;
  }

  JudgedRun run_;
};

TEST_F(PlanSvg, HasALetterInEveryCellAndSaysInHowManyPairs) {
  const std::string svg = drawn(plan());

  EXPECT_THAT(svg, HasSubstr("class=\"w\"/>"));
  EXPECT_THAT(svg, HasSubstr(">W</text>"));
  EXPECT_THAT(svg, HasSubstr(">B 1/3</text>"));
  EXPECT_THAT(svg, HasSubstr("1 of 3 pairs of nodes break, 0 unknown; untrusted_server_certificate"));
  EXPECT_THAT(svg, HasSubstr("wave 1  hq-cucm: upgrade to 15SU4a"));
}

TEST_F(PlanSvg, EscapesWhatComesFromOutside) {
  const std::string svg = drawn(plan("\"><script>alert(1)</script>&\x1b[2J\xEF\xBF\xBF"));

  EXPECT_THAT(svg, Not(HasSubstr("<script>")));
  EXPECT_THAT(svg, HasSubstr("&quot;&gt;&lt;script&gt;alert(1)&lt;/script&gt;&amp;\\x1b[2J?"));
}

TEST_F(PlanSvg, CutsLongNamesBetweenCharacters) {
  std::string name;
  for (int i = 0; i < 100; ++i) name += "\xC3\xA4";

  const std::string svg = drawn(plan(name));

  EXPECT_THAT(svg, HasSubstr("\xC3\xA4...</text>"));
  EXPECT_THAT(svg, HasSubstr("<title>" + name + " -&gt; hq-cucm:5061</title>"));
}

TEST_F(PlanSvg, SaysThatThereIsNothing) { EXPECT_THAT(drawn({}), HasSubstr("No hop with TLS is known.")); }

}  // namespace
}  // namespace ucready::report
