// The built-in rules over sessions of captures.
#include <gmock/gmock.h>

#include "db/rules.h"
#include "db/run_writer.h"
#include "tests/db/sample.h"

namespace ucready::db {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

ClientOfferPtr offer(const std::string& id, tls::Version highest, const std::string& schemes) {
  auto made = std::make_shared<ClientOffer>();
  made->offer_id = id;
  made->hello = {1};
  made->signature_schemes = schemes;
  made->highest = highest;
  return made;
}

SessionObservation session() {
  SessionObservation seen;
  seen.client = {*parse_ip_address("10.1.0.7"), 40001};
  seen.server = {*parse_ip_address("10.0.0.11"), 5061};
  seen.version = tls::kTls12;
  seen.suite = tls::CipherSuite{0xc02f};
  seen.server_key_type = "rsa";
  seen.server_chain = {make_certificate("cucm", "rsa")};
  seen.established = true;
  seen.offer = offer("new", tls::kTls13, "ecdsa_secp256r1_sha256,rsa_pss_rsae_sha256");
  return seen;
}

SessionObservation refused(SessionSide by, std::uint8_t alert, std::string_view key_type) {
  SessionObservation seen = session();
  seen.established = false;
  seen.alert_by = by;
  seen.alert = tls::Alert{alert};
  seen.server_key_type = key_type;
  return seen;
}

class SessionRules : public ::testing::Test {
 protected:
  std::vector<std::string> judge(const std::vector<SessionObservation>& sessions) {
    auto run = RunWriter::begin(database, {.kind = "capture", .site = "hq"}, {});
    EXPECT_TRUE(run->begin_source("hq.pcap"));
    for (const SessionObservation& seen : sessions) EXPECT_TRUE(run->add(seen));
    EXPECT_TRUE(run->finish(RunStatus::done));
    EXPECT_TRUE(run_rules(database, run->run_id(), built_in_rules()));
    return rows_of(database,
                   "SELECT rule || ': ' || title FROM v_finding WHERE run_id = '" + run->run_id() + "' ORDER BY 1");
  }

  TemporaryFolder folder;
  Database database = open_new(folder / "a.db");
};

TEST_F(SessionRules, SayNothingOfHealthySessions) { EXPECT_THAT(judge({session(), session()}), IsEmpty()); }

TEST_F(SessionRules, TellARefusedEcdsaCertificateFromARefusedRsaOne) {
  EXPECT_THAT(judge({refused(SessionSide::client, 48, "ecdsa")}),
              ElementsAre("unknown-ca-observed: Client refused an ECDSA certificate that it does not trust"));
  EXPECT_THAT(judge({refused(SessionSide::client, 46, "rsa")}),
              ElementsAre("unknown-ca-observed: Client refused an RSA certificate that it does not trust"));
  EXPECT_THAT(judge({refused(SessionSide::server, 48, "rsa")}),
              ElementsAre("unknown-ca-observed: Server refused the client's certificate"));
}

TEST_F(SessionRules, SayThatEcdsaTrustIsMissingOnlyWhereTheSameClientTookRsa) {
  EXPECT_THAT(judge({refused(SessionSide::client, 48, "ecdsa"), session()}),
              ElementsAre("ecdsa-trust-missing: The client trusts the RSA certificate but not the ECDSA one",
                          "unknown-ca-observed: Client refused an ECDSA certificate that it does not trust"));
  SessionObservation another = session();
  another.client.address = *parse_ip_address("10.1.0.8");
  EXPECT_THAT(judge({refused(SessionSide::client, 48, "ecdsa"), another}),
              ElementsAre("unknown-ca-observed: Client refused an ECDSA certificate that it does not trust"));
}

TEST_F(SessionRules, TellTheOtherFailures) {
  EXPECT_THAT(judge({refused(SessionSide::server, 40, "")}),
              ElementsAre("handshake-failure-observed: Handshakes fail with handshake_failure"));
  EXPECT_THAT(judge({refused(SessionSide::server, 70, "")}),
              ElementsAre("no-common-version: Client and server have no TLS version in common"));
}

TEST_F(SessionRules, TellClientsThatAreOld) {
  SessionObservation old = session();
  old.offer = offer("old", tls::kTls10, "");
  EXPECT_THAT(judge({old}), ElementsAre("legacy-only: A client offers nothing above TLS 1.1"));
  EXPECT_THAT(judge({old, session()}), IsEmpty());  // It offers more in another hello.
}

TEST_F(SessionRules, TellClientsWithoutEcdsa) {
  SessionObservation plain = session();
  plain.offer = offer("plain", tls::kTls12, "rsa_pkcs1_sha256");
  EXPECT_THAT(judge({plain}), ElementsAre("client-without-ecdsa: The client offers no ECDSA signature scheme"));
  EXPECT_THAT(judge({plain, session()}), IsEmpty());
}

TEST_F(SessionRules, EndWithFindingsHoweverManyClientsAreRefused) {
  constexpr std::uint32_t kClients = 130'000;
  auto run = RunWriter::begin(database, {.kind = "capture", .site = "hq"}, {});
  ASSERT_TRUE(run->begin_source("hq.pcap"));
  SessionObservation seen = refused(SessionSide::server, 40, "");
  for (std::uint32_t client = 0; client < kClients; ++client) {
    const std::string address = std::to_string(client >> 16U) + '.' + std::to_string(client >> 8U & 0xffU) + '.' +
                                std::to_string(client & 0xffU);
    seen.client.address = *parse_ip_address("10." + address);
    ASSERT_TRUE(run->add(seen));
  }
  ASSERT_TRUE(run->finish(RunStatus::done));

  const auto counts = run_rules(database, run->run_id(), built_in_rules());

  ASSERT_TRUE(counts) << counts.error().message;
  EXPECT_EQ(counts->total(), 100'001U);
  EXPECT_THAT(rows_of(database, "SELECT rule, severity, evidence FROM v_finding WHERE title LIKE 'And % more: %'"),
              ElementsAre("handshake-failure-observed|medium|100000 findings of this rule are kept; 30000 further rows "
                          "are not (30000 medium)"));
}

}  // namespace
}  // namespace ucready::db
