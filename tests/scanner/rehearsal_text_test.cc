// What a rehearsal tells of a disagreement. The forecast of these tests is made to err: it supposes that the client's
// store held the authority, and the client that is performed holds nothing.
#include "scanner/rehearsal_text.h"

#include <gmock/gmock.h>

#include <sstream>

#include "tests/rehearsal/little_scene.h"

namespace ucready::scanner {
namespace {

using rehearsal::Act;
using rehearsal::Agreement;
using rehearsal::LittleScene;
using rehearsal::Programme;
using testing::HasSubstr;
using testing::Not;

Act act_of(rehearsal::Rehearsal rehearsal) {
  Act act;
  act.rehearsal = std::move(rehearsal);
  act.cells = 7;
  act.hop.client = "hh-expc\x1b[2J";  // From somebody's site file.
  act.hop.client_node = "c1";
  act.hop.client_service = "sip-zone";
  act.hop.server = "hq-cucm";
  act.hop.port = 5061;
  act.client_release = "X14.3.7";
  act.server_release = "=15SU4a";
  return act;
}

Act agreement() {
  LittleScene hop;
  return act_of(hop.rehearse());
}

Act disagreement() {
  LittleScene right;
  LittleScene hop;
  hop.hold(negotiation::Side::client, {});
  return act_of(hop.rehearse(right.forecast()));
}

Act impossible() {
  LittleScene hop;
  hop.server.versions.clear();
  return act_of(hop.rehearse());
}

Programme programme_of(const std::vector<Act>& acts) {
  Programme programme;
  programme.acts = acts;
  programme.hops = 1;
  programme.cells = 7;
  return programme;
}

std::string text_of(const Programme& programme) {
  std::ostringstream out;
  write_rehearsal(programme, out, 200);
  return out.str();
}

TEST(RehearsalText, ADisagreementExits4AndShowsBothSides) {
  const Programme programme = programme_of({agreement(), disagreement(), impossible()});

  EXPECT_EQ(exit_code_of(programme), ExitCode::disagree);
  const std::string text = text_of(programme);
  EXPECT_THAT(text, HasSubstr("3 distinct states: 1 agree, 1 disagree, 1 not rehearsed"));
  EXPECT_THAT(text, HasSubstr("end: forecast works, observed client sends unknown_ca (48) at server_flight"));
  EXPECT_THAT(text, HasSubstr("forecast: Works with TLSv1.3"));
  EXPECT_THAT(text, HasSubstr("rehearsal: breaks, the client sends unknown_ca"));
  EXPECT_THAT(
      text, HasSubstr("the client:\n        stack: openssl-3, security level 1\n        versions: TLSv1.3 TLSv1.2\n"));
  EXPECT_THAT(text, HasSubstr("the server:\n        stack: openssl-3, security level 1\n"));
  EXPECT_THAT(text, HasSubstr("the client's OpenSSL:\n        error:"));
  EXPECT_THAT(text, HasSubstr("certificate verify failed"));
  EXPECT_THAT(text, HasSubstr("the server's OpenSSL:\n        error:"));
  EXPECT_THAT(text, HasSubstr("unable to get local issuer certificate (of the leaf)"));
}

TEST(RehearsalText, AgreementExits0WithALineAState) {
  const Programme programme = programme_of({agreement()});

  EXPECT_EQ(exit_code_of(programme), ExitCode::done);
  EXPECT_THAT(text_of(programme),
              HasSubstr("  agree          works, TLSv1.3, TLS_AES_256_GCM_SHA384, rsa certificate; selection "
                        "and acceptance; 7 cells, as hh-expc\\x1b[2J/c1 (X14.3.7) as sip-zone -> hq-cucm"));
  EXPECT_THAT(text_of(programme), Not(HasSubstr("\x1b")));
}

TEST(RehearsalText, WhereNothingCouldBeRehearsedNothingWasLearned) {
  const Programme programme = programme_of({impossible()});

  EXPECT_EQ(exit_code_of(programme), ExitCode::partly);
  EXPECT_THAT(text_of(programme), HasSubstr("the server has no TLS version left"));
}

TEST(RehearsalText, AsCsvAndJsonItHasTheSameColumns) {
  const Programme programme = programme_of({disagreement()});
  std::ostringstream csv;
  std::ostringstream json;

  write_rehearsal_csv(programme, csv);
  write_rehearsal_json(programme, json);

  const std::string header = csv.str().substr(0, csv.str().find("\r\n"));
  EXPECT_THAT(header, testing::StartsWith("agreement,scope,cells,client,client_node,"));
  EXPECT_THAT(csv.str(), HasSubstr("'=15SU4a")) << "no formula for a spreadsheet";
  std::istringstream columns(header);
  for (std::string column; std::getline(columns, column, ',');)
    EXPECT_THAT(json.str(), HasSubstr("\"" + column + "\":"));
  EXPECT_THAT(json.str(), HasSubstr("\"agreement\":\"disagree\""));
  EXPECT_THAT(json.str(), HasSubstr("\"observed_alert\":\"unknown_ca\""));
}

}  // namespace
}  // namespace ucready::scanner
