// Answers to clients' offers as rows, and the offers that there are to be sent again.
#include <gmock/gmock.h>

#include "db/prune.h"
#include "db/recorded_offers.h"
#include "db/run_writer.h"
#include "tests/db/sample.h"

namespace ucready::db {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

class OfferAnswers : public testing::Test {
 protected:
  RunWriter begin(const std::string& kind, const std::string& site = "hq") {
    return *RunWriter::begin(database, {.kind = kind, .site = site}, {});
  }
  void capture(const std::string& site, const std::string& offer_id, const std::string& client_node) {
    RunWriter run = begin("capture", site);
    run.name_hops([&](const SessionObservation&) {
      return HopEnds{"hq-expc", client_node, "sip-zone", "hq-cucm", "cucm-pub", "sip-tls"};
    });
    SessionObservation session;
    session.client = {*parse_ip_address("10.0.0.31"), 40000};
    session.server = {*parse_ip_address("10.0.0.11"), 5061};
    session.server_name = "cucm-pub.example.com";
    ClientOffer offer;
    offer.offer_id = offer_id;
    offer.hello = Bytes{1, 2, 3};
    session.offer = std::make_shared<const ClientOffer>(offer);
    ASSERT_TRUE(run.begin_source("hq.pcap"));
    ASSERT_TRUE(run.add(session));
    ASSERT_TRUE(run.flush());
  }
  std::vector<std::string> offers(const std::string& site, const std::string& client) {
    std::vector<std::string> ids;
    const auto recorded = recorded_offers(database, site, read_client_name(client));
    for (const MetOffer& met : recorded.value().offers) ids.push_back(met.offer_id);
    return ids;
  }

  TemporaryFolder folder;
  Database database = open_new(folder / "a.db");
};

InterfaceObservation answered() {
  InterfaceObservation seen;
  seen.key = {"hq", "hq-cucm", "cucm-pub", "10.0.0.11", 5061, "sip-tls"};
  seen.state = InterfaceState::tls;
  OfferAnswer answer{.offer_id = "abc",
                     .server_name = "cucm-pub.example.com",
                     .clients = {{"hq-expc", "expc1", "sip-zone", "X14.3"}, {"hq-expc", "expc2", "sip-zone", "X14.3"}},
                     .outcome = OfferOutcome::answered,
                     .version = tls::kTls13,
                     .suite = tls::CipherSuite{0x1302}};
  answer.certificates = {make_certificate("cucm-pub.example.com", "ecdsa"), make_certificate("NW-Issuing-CA2")};
  seen.offer_answers = {answer,
                        {.offer_id = "def",
                         .clients = {{"hq-expc", "expc1", "", ""}},
                         .outcome = OfferOutcome::refused,
                         .alert = tls::Alert{40}}};
  return seen;
}

TEST_F(OfferAnswers, AreShownForEveryClientThatMakesTheOffer) {
  RunWriter run = begin("replay");
  ASSERT_TRUE(run.add(answered()));
  ASSERT_TRUE(run.flush());

  EXPECT_THAT(
      rows_of(
          database,
          "SELECT client_node, client_service, node, port, offer_id, outcome, version, cipher, key_type, subject, alert"
          " FROM v_offer_answer ORDER BY offer_id, client_node"),
      ElementsAre(
          "expc1|sip-zone|cucm-pub|5061|abc|answered|TLSv1.3|TLS_AES_256_GCM_SHA384|ecdsa|CN=cucm-pub.example.com|NULL",
          "expc2|sip-zone|cucm-pub|5061|abc|answered|TLSv1.3|TLS_AES_256_GCM_SHA384|ecdsa|CN=cucm-pub.example.com|NULL",
          "expc1||cucm-pub|5061|def|refused|NULL|NULL|NULL|NULL|handshake_failure"));
}

TEST_F(OfferAnswers, OfTheSameInterfaceAreReplaced) {
  RunWriter run = begin("replay");
  ASSERT_TRUE(run.add(answered()));
  InterfaceObservation again = answered();
  again.offer_answers.pop_back();
  ASSERT_TRUE(run.add(again));
  ASSERT_TRUE(run.flush());

  EXPECT_THAT(rows_of(database, "SELECT count(*), count(DISTINCT offer_id) FROM v_offer_answer"), ElementsAre("2|1"));
}

TEST_F(OfferAnswers, WhatTheyReferToIsKeptWhenOldRunsAreForgotten) {
  capture("hq", "abc", "expc1");
  RunWriter run = begin("replay");
  ASSERT_TRUE(run.add(answered()));
  ASSERT_TRUE(run.finish(RunStatus::done));
  capture("hq", "newer", "expc1");

  ASSERT_EQ(prune(database, 1)->runs, 1U);

  EXPECT_THAT(rows_of(database, "SELECT offer_id FROM client_offer ORDER BY 1"), ElementsAre("abc", "newer"));
  EXPECT_THAT(
      rows_of(database, "SELECT subject FROM v_offer_answer WHERE subject IS NOT NULL AND client_node = 'expc1'"),
      ElementsAre("CN=cucm-pub.example.com"));
}

TEST_F(OfferAnswers, OffersAreFoundByClusterNodeAndAddress) {
  capture("hq", "one", "expc1");

  EXPECT_THAT(offers("hq", "hq-expc"), ElementsAre("one"));
  EXPECT_THAT(offers("", "hq-expc/expc1"), ElementsAre("one"));
  EXPECT_THAT(offers("hq", "10.0.0.31"), ElementsAre("one"));
  EXPECT_THAT(offers("hq", "hq-expc/expc2"), IsEmpty());
  EXPECT_THAT(offers("hq", "10.0.0.32"), IsEmpty());
  EXPECT_THAT(offers("lon", "hq-expc"), IsEmpty());
}

TEST_F(OfferAnswers, TheNewestRunThatHoldsOffersOfTheClientCounts) {
  capture("hq", "old", "expc1");
  capture("hq", "new", "expc1");
  begin("capture");  // One that saw nothing.

  const auto recorded = recorded_offers(database, "hq", read_client_name("hq-expc")).value();

  EXPECT_EQ(recorded.kind, "capture");
  ASSERT_EQ(recorded.offers.size(), 1U);
  EXPECT_EQ(recorded.offers[0].offer_id, "new");
  EXPECT_EQ(recorded.offers[0].server_name, "cucm-pub.example.com");
  EXPECT_EQ(recorded.hellos.at("new"), (Bytes{1, 2, 3}));
}

}  // namespace
}  // namespace ucready::db
