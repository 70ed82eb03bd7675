#include <gmock/gmock.h>

#include "db/run_writer.h"
#include "tests/db/sample.h"

namespace ucready::db {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

Endpoint endpoint(const char* address, std::uint16_t port) { return {*parse_ip_address(address), port}; }

ClientOfferPtr offer(const std::string& id) {
  auto made = std::make_shared<ClientOffer>();
  made->offer_id = id;
  made->hello = {1, 0, 0, 1};
  made->versions = "TLSv1.2";
  made->ja3 = "ja3-" + id;
  made->ja4 = "ja4-" + id;
  made->highest = {0x0303};
  return made;
}

SessionObservation session(std::uint16_t client_port) {
  SessionObservation seen;
  seen.source = 1;
  seen.started_ns = 1'792'000'000'123'456'789;
  seen.client = endpoint("10.1.0.7", client_port);
  seen.server = endpoint("10.0.0.11", 5061);
  seen.server_name = "cucm.nordwind.test";
  seen.version = tls::Version{0x0303};
  seen.suite = tls::CipherSuite{0xc02b};
  seen.server_key_type = "ecdsa";
  seen.server_chain = {make_certificate("cucm", "ecdsa")};
  seen.established = true;
  seen.offer = offer("a");
  return seen;
}

class SessionRowsTest : public ::testing::Test {
 protected:
  RunWriter begin() { return *RunWriter::begin(database, {.kind = "capture", .site = "hq"}, {}); }

  TemporaryFolder folder;
  std::filesystem::path file = folder / "a.db";
  Database database = open_new(file);
};

TEST_F(SessionRowsTest, ShowsASessionWithAllThatWasSeen) {
  RunWriter run = begin();
  ASSERT_TRUE(run.begin_source("hq.pcap"));
  ASSERT_TRUE(run.add(session(40001)));
  ASSERT_TRUE(run.flush());

  EXPECT_THAT(rows_of(database,
                      "SELECT source, started_at, client_address, client_port, server_address, server_port, protocol, "
                      "server_name, client_version_max, version, cipher, server_key_type, established, hello_retry, "
                      "ja3, ja4, offer_id, alert, inferred, resumed FROM v_session"),
              ElementsAre("hq.pcap|2026-10-14T17:46:40.123456Z|10.1.0.7|40001|10.0.0.11|5061|tls|cucm.nordwind.test|"
                          "TLSv1.2|TLSv1.2|TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256|ecdsa|1|0|ja3-a|ja4-a|a|NULL|NULL|"
                          "NULL"));
}

TEST_F(SessionRowsTest, KeepsWhatManySessionsShareOnce) {
  RunWriter run = begin();
  ASSERT_TRUE(run.begin_source("hq.pcap"));
  for (std::uint16_t port = 40000; port < 40100; ++port) ASSERT_TRUE(run.add(session(port)));
  ASSERT_TRUE(run.flush());
  ASSERT_TRUE(run.add(session(50000)));
  ASSERT_TRUE(run.flush());

  EXPECT_THAT(rows_of(database, "SELECT count(*) FROM v_session"), ElementsAre("101"));
  EXPECT_THAT(rows_of(database, "SELECT sessions FROM v_session_kind"), ElementsAre("101"));
  EXPECT_THAT(rows_of(database, "SELECT offer_id, sessions FROM v_client_offer"), ElementsAre("a|101"));
  EXPECT_THAT(rows_of(database, "SELECT count(*) FROM certificate"), ElementsAre("1"));
}

TEST_F(SessionRowsTest, TellsKindsApartByWhatRulesAskFor) {
  RunWriter run = begin();
  ASSERT_TRUE(run.begin_source("hq.pcap"));
  SessionObservation refused = session(40002);
  refused.established = false;
  refused.alert = tls::Alert{48};
  refused.alert_by = SessionSide::client;
  ASSERT_TRUE(run.add(session(40001)));
  ASSERT_TRUE(run.add(refused, as_bytes("the handshake")));
  ASSERT_TRUE(run.flush());

  EXPECT_THAT(rows_of(database, "SELECT alert_by, alert, sessions FROM v_session_kind ORDER BY kind"),
              ElementsAre("NULL|NULL|1", "client|unknown_ca|1"));
  EXPECT_THAT(
      rows_of(database,
              "SELECT s.client_port, CAST(b.bytes AS TEXT) FROM session_bytes AS b JOIN session AS s USING (n)"),
      ElementsAre("40002|the handshake"));
  EXPECT_THAT(rows_of(database, "SELECT client, server, address, port, source, sessions, failures FROM v_hop"),
              ElementsAre("10.1.0.7|10.0.0.11|10.0.0.11|5061|observed|2|1"));
}

TEST_F(SessionRowsTest, KeepsTheHandshakesOfTheFirstFailuresOfAKind) {
  RunWriter run = begin();
  const auto source = run.begin_source("hq.pcap");
  ASSERT_TRUE(source);
  for (std::uint16_t port = 40000; port < 40200; ++port) {
    SessionObservation refused = session(port);
    refused.source = *source;
    refused.established = false;
    ASSERT_TRUE(run.add(refused, as_bytes("the handshake")));
  }
  ASSERT_TRUE(run.flush());

  EXPECT_THAT(rows_of(database, "SELECT count(*) FROM session_bytes"), ElementsAre("4"));
  EXPECT_THAT(rows_of(database, "SELECT count(*), count(DISTINCT client_port) FROM v_session"), ElementsAre("200|200"));
}

TEST_F(SessionRowsTest, NamesTheEndsOfAHop) {
  RunWriter run = begin();
  run.name_hops([](const SessionObservation& seen) {
    HopEnds ends;
    ends.client = "hq-phones";
    ends.server = "hq-cucm";
    ends.server_node = "cucm-pub";
    ends.protocol = seen.server.port == 5061 ? "sip-tls" : "tls";
    return ends;
  });
  ASSERT_TRUE(run.begin_source("hq.pcap"));
  ASSERT_TRUE(run.add(session(40001)));
  ASSERT_TRUE(run.add_midstream(session(40002)));
  ASSERT_TRUE(run.add_midstream(session(40003)));
  ASSERT_TRUE(run.flush());

  EXPECT_THAT(
      rows_of(database,
              "SELECT client, client_node, server, server_node, protocol, sessions, failures, midstream FROM v_hop"),
      ElementsAre("hq-phones||hq-cucm|cucm-pub|sip-tls|1|0|2"));
}

TEST_F(SessionRowsTest, StaysBoundedWhenEveryClientIsAnother) {
  RunWriter run = begin();
  ASSERT_TRUE(run.begin_source("hq.pcap"));
  for (std::uint32_t i = 0; i < 20'000; ++i) {
    SessionObservation seen = session(40001);
    seen.client.address.bytes = {10, 9, static_cast<std::uint8_t>(i >> 8U), static_cast<std::uint8_t>(i)};
    ASSERT_TRUE(run.add(seen));
  }
  ASSERT_TRUE(run.flush());

  EXPECT_THAT(rows_of(database, "SELECT count(*), sum(sessions) FROM v_session_kind"), ElementsAre("20000|20000"));
}

TEST_F(SessionRowsTest, KeepsDeclaredHopsBesideObservedOnes) {
  RunWriter run = begin();
  ASSERT_TRUE(run.add(DeclaredHop{.client = "hq-phones",
                                  .server = "hq-cucm",
                                  .server_node = "cucm-pub",
                                  .address = "10.0.0.11",
                                  .port = 5061,
                                  .protocol = "sip-tls",
                                  .source = "declared",
                                  .security = "authenticated"}));
  ASSERT_TRUE(run.flush());

  EXPECT_THAT(rows_of(database, "SELECT client, server, address, port, source, sessions, security, dormant FROM v_hop"),
              ElementsAre("hq-phones|hq-cucm|10.0.0.11|5061|declared|0|authenticated|0"));
}

TEST(InferredText, ListsColumns) {
  EXPECT_EQ(inferred_text(0), "");
  EXPECT_EQ(inferred_text(kInferredServerKeyType | kInferredAlertBy), "server_key_type,alert_by");
}

}  // namespace
}  // namespace ucready::db
