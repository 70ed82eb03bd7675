#include "db/run_writer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/db/sample.h"

namespace ucready::db {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

constexpr const char* kHere = "hq|hq-cucm|cucm-pub|10.0.0.11|8443|https|";

class RunWriterTest : public testing::Test {
 protected:
  RunWriter begin(const RunStart& start = {"scan", "hq", "0.1.0", "scan --site hq.yaml", {}},
                  const std::vector<Fact>& facts = {}) {
    auto writer = RunWriter::begin(database, start, facts);
    if (!writer) throw std::runtime_error(writer.error().message);
    return std::move(*writer);
  }
  std::vector<std::string> rows(const std::string& sql) { return rows_of(database, sql); }

  TemporaryFolder folder;
  Database database = open_new(folder / "a.db");
};

TEST_F(RunWriterTest, StoresTheRunBeforeAnythingWasSeen) {
  const RunWriter writer = begin();

  EXPECT_THAT(rows_of(folder / "a.db", "SELECT kind, site, status, tool_version, arguments, finished_at FROM v_run"),
              ElementsAre("scan|hq|running|0.1.0|scan --site hq.yaml|NULL"));
  EXPECT_THAT(rows_of(folder / "a.db", "SELECT run_id FROM v_run"), ElementsAre(writer.run_id()));
}

TEST_F(RunWriterTest, MarksAFinishedRunWithItsTime) {
  RunWriter writer = begin();

  ASSERT_TRUE(writer.finish(RunStatus::partial));

  EXPECT_THAT(rows("SELECT status, finished_at >= started_at FROM v_run"), ElementsAre("partial|1"));
}

TEST_F(RunWriterTest, ShowsWhatWasSeenInTheViewsOfTheContract) {
  RunWriter writer = begin();

  ASSERT_TRUE(writer.add(make_observation()));
  ASSERT_TRUE(writer.finish(RunStatus::done));

  const std::string here = kHere;
  EXPECT_THAT(rows("SELECT * FROM v_interface"),
              ElementsAre(writer.run_id() + "|" + here + "cucm|14SU3|tls|NULL|NULL|NULL|NULL"));
  EXPECT_THAT(
      rows("SELECT * FROM v_interface_version ORDER BY version"),
      ElementsAre(writer.run_id() + "|" + here +
                      "TLSv1.2|accepted|TLSv1.2|TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384|x25519|NULL|NULL",
                  writer.run_id() + "|" + here + "TLSv1.3|accepted|TLSv1.3|TLS_AES_256_GCM_SHA384|x25519|NULL|NULL"));
  EXPECT_THAT(rows("SELECT version, server_name, key_type, position, subject, is_ca FROM v_interface_certificate "
                   "ORDER BY version, position"),
              ElementsAre("TLSv1.2|NULL|rsa|0|CN=cucm-pub.example.com|0", "TLSv1.2|NULL|rsa|1|CN=NW-Issuing-CA2|0",
                          "TLSv1.3|NULL|rsa|0|CN=cucm-pub.example.com|0", "TLSv1.3|NULL|rsa|1|CN=NW-Issuing-CA2|0"));
}

TEST_F(RunWriterTest, KeepsACertificateOnceHoweverOftenItIsShown) {
  RunWriter writer = begin();
  for (std::uint16_t port = 1; port <= 5; ++port) ASSERT_TRUE(writer.add(make_observation(port)));
  ASSERT_TRUE(writer.flush());

  RunWriter second = begin();
  ASSERT_TRUE(second.add(make_observation(6)));
  ASSERT_TRUE(second.flush());

  EXPECT_THAT(rows("SELECT count(*) FROM certificate"), ElementsAre("2"));
  EXPECT_THAT(rows("SELECT count(*) FROM chain"), ElementsAre("2"));
}

TEST_F(RunWriterTest, ReplacesWhatTheRunHoldsOfAnInterfaceThatIsAddedAgain) {
  RunWriter writer = begin();
  ASSERT_TRUE(writer.add(make_observation()));
  InterfaceObservation again = make_observation();
  again.state = InterfaceState::timeout;
  again.versions.clear();
  again.chains.clear();

  ASSERT_TRUE(writer.add(again));
  ASSERT_TRUE(writer.flush());

  EXPECT_THAT(rows("SELECT state FROM v_interface"), ElementsAre("timeout"));
  EXPECT_THAT(rows("SELECT * FROM v_interface_version"), IsEmpty());
  EXPECT_THAT(rows("SELECT * FROM v_interface_certificate"), IsEmpty());
  EXPECT_THAT(rows("SELECT * FROM answer_flight"), IsEmpty());
}

TEST_F(RunWriterTest, LeavesEarlierRunsAsTheyWere) {
  RunWriter first = begin();
  ASSERT_TRUE(first.add(make_observation()));
  ASSERT_TRUE(first.finish(RunStatus::done));

  RunWriter second = begin();
  ASSERT_TRUE(second.add(make_observation()));
  ASSERT_TRUE(second.finish(RunStatus::done));

  EXPECT_THAT(rows("SELECT run_id FROM v_interface"), testing::UnorderedElementsAre(first.run_id(), second.run_id()));
}

TEST_F(RunWriterTest, KeepsAChainAskedForByNameBesideTheOneWithout) {
  RunWriter writer = begin();
  InterfaceObservation observation = make_observation();
  observation.chains.push_back(observation.chains.front());
  observation.chains.back().server_name = "cucm.example.com";
  observation.chains.back().certificates = {make_certificate("by-name", "ecdsa")};

  ASSERT_TRUE(writer.add(observation));
  ASSERT_TRUE(writer.flush());

  EXPECT_THAT(rows("SELECT server_name, key_type, subject FROM v_interface_certificate WHERE version = 'TLSv1.2' AND "
                   "position = 0 ORDER BY server_name"),
              ElementsAre("NULL|rsa|CN=cucm-pub.example.com", "cucm.example.com|ecdsa|CN=by-name"));
}

TEST_F(RunWriterTest, KeepsACertificateThatDoesNotParseAsBytesWithItsDefect) {
  RunWriter writer = begin();
  Certificate broken;
  broken.der = {0x30, 0x82, 0xff};
  broken.sha256 = std::string(64, 'b');
  broken.defect = "is cut short";
  InterfaceObservation observation = make_observation();
  observation.chains = {{tls::kTls12, std::nullopt, {std::make_shared<const Certificate>(broken)}, {}}};

  ASSERT_TRUE(writer.add(observation));
  ASSERT_TRUE(writer.flush());

  EXPECT_THAT(rows("SELECT hex(der), defect, subject, is_ca, key_bits FROM certificate"),
              ElementsAre("3082FF|is cut short|NULL|NULL|NULL"));
  EXPECT_THAT(rows("SELECT key_type, position, sha256, subject FROM v_interface_certificate"),
              ElementsAre("NULL|0|" + std::string(64, 'b') + "|NULL"));
}

TEST_F(RunWriterTest, KeepsTheAnswersAsBytes) {
  RunWriter writer = begin();
  InterfaceObservation observation = make_observation();
  observation.chains.front().flight = Bytes{22, 3, 1, 0, 255};
  observation.chains.back().flight = observation.versions.back().flight;

  ASSERT_TRUE(writer.add(observation));
  ASSERT_TRUE(writer.flush());

  EXPECT_THAT(rows("SELECT version, leaf_sha256 IS NULL, hex(bytes) FROM answer_flight ORDER BY 1, 2"),
              ElementsAre("TLSv1.2|0|16030100FF", "TLSv1.2|1|16030303", "TLSv1.3|0|16030304", "TLSv1.3|1|16030304"));
  EXPECT_THAT(rows("SELECT length(bytes) FROM interface_flight"), ElementsAre("13"));
}

TEST_F(RunWriterTest, KeepsTheCertificatesInAnAnswerOnlyOnceAndShowsItWhole) {
  RunWriter writer = begin();
  InterfaceObservation observation = make_observation();
  const ChainObservation& chain = observation.chains.front();
  Bytes flight = {22, 3, 3, 0, 255};
  for (const CertificatePtr& certificate : chain.certificates) {
    flight.insert(flight.end(), certificate->der.begin(), certificate->der.end());
    flight.push_back(0);
  }
  observation.versions.front().flight = flight;
  observation.chains.front().flight = flight;
  observation.chains.front().flight.push_back(77);

  ASSERT_TRUE(writer.add(observation));
  ASSERT_TRUE(writer.flush());

  const std::string as_hex = rows("SELECT upper('" + to_hex(flight) + "')").front();
  EXPECT_THAT(rows("SELECT leaf_sha256 IS NULL, typeof(bytes), hex(bytes) FROM answer_flight WHERE version = 'TLSv1.2' "
                   "ORDER BY 1"),
              ElementsAre("0|blob|" + as_hex + "4D", "1|blob|" + as_hex));
  EXPECT_THAT(rows("SELECT length(bytes) FROM interface_flight"), ElementsAre("19"));
  const std::string command = "sqlite3 -readonly '" + (folder / "a.db").string() +
                              "' \"SELECT count(*) FROM answer_flight WHERE hex(bytes) = '" + as_hex +
                              "'\" | grep -qx 1";
  EXPECT_EQ(std::system(command.c_str()), 0) << "the stock tool reads it too";
}

TEST_F(RunWriterTest, KeepsAtMost32KilobytesOfAnAnswer) {
  RunWriter writer = begin();
  InterfaceObservation observation = make_observation();
  observation.versions.front().flight.assign(100'000, 7);

  ASSERT_TRUE(writer.add(observation));
  ASSERT_TRUE(writer.flush());

  EXPECT_THAT(rows("SELECT max(length(bytes)) FROM answer_flight"), ElementsAre("32768"));
}

TEST_F(RunWriterTest, KeepsWhichClientCertificatesAreWanted) {
  RunWriter writer = begin();
  InterfaceObservation observation = make_observation();
  ClientAuthObservation asked;
  asked.version = tls::kTls12;
  asked.requested = true;
  asked.required = true;
  asked.request.certificate_types = {1, 64, 99};
  asked.request.signature_schemes = {tls::SignatureScheme{0x0403}, tls::SignatureScheme{0x0804}};
  asked.authorities = {"CN=Root,O=Nordwind", "CN=Other"};
  ClientAuthObservation not_asked;
  not_asked.version = tls::kTls13;
  observation.client_auth = {asked, not_asked};

  ASSERT_TRUE(writer.add(observation));
  ASSERT_TRUE(writer.flush());

  EXPECT_THAT(rows("SELECT version, requested, required, certificate_types, signature_schemes, authorities FROM "
                   "v_interface_client_auth ORDER BY version"),
              ElementsAre("TLSv1.2|1|1|rsa_sign,ecdsa_sign,0x63|ecdsa_secp256r1_sha256,rsa_pss_rsae_sha256|CN=Root,O="
                          "Nordwind; CN=Other",
                          "TLSv1.3|0|NULL|NULL|NULL|NULL"));
}

TEST_F(RunWriterTest, BoundsTheAuthoritiesAServerCanMakeItKeep) {
  RunWriter writer = begin();
  InterfaceObservation observation = make_observation();
  ClientAuthObservation asked;
  asked.version = tls::kTls12;
  asked.authorities.assign(256, std::string(10'000, 'x'));
  observation.client_auth = {asked};

  ASSERT_TRUE(writer.add(observation));
  ASSERT_TRUE(writer.flush());

  EXPECT_THAT(rows("SELECT length(authorities) < 66000, substr(authorities, -5) FROM v_interface_client_auth"),
              ElementsAre("1|; ..."));
}

TEST_F(RunWriterTest, CommitsByItselfAfter256Interfaces) {
  RunWriter writer = begin();
  for (std::uint16_t port = 1; port <= 256; ++port) ASSERT_TRUE(writer.add(make_observation(port)));

  EXPECT_THAT(rows_of(folder / "a.db", "SELECT count(*) FROM v_interface"), ElementsAre("256"));
}

TEST_F(RunWriterTest, CommitsWhatIsPendingWhenItGoes) {
  {
    RunWriter writer = begin();
    ASSERT_TRUE(writer.add(make_observation()));
  }

  EXPECT_THAT(rows_of(folder / "a.db", "SELECT count(*) FROM v_interface"), ElementsAre("1"));
  EXPECT_THAT(rows_of(folder / "a.db", "SELECT status FROM v_run"), ElementsAre("running"));
}

TEST_F(RunWriterTest, ResumesTheNewestUnfinishedRunOfTheSite) {
  begin({"scan", "lon", "0.1.0", "", {}});
  RunWriter finished = begin();
  ASSERT_TRUE(finished.finish(RunStatus::done));
  RunWriter cut = begin();
  ASSERT_TRUE(cut.add(make_observation(8443)));
  ASSERT_TRUE(cut.finish(RunStatus::partial));

  auto resumed = RunWriter::resume(database, "scan", "hq");

  ASSERT_TRUE(resumed) << resumed.error().message;
  EXPECT_EQ(resumed->run_id(), cut.run_id());
  EXPECT_EQ(resumed->arguments(), "scan --site hq.yaml");
  EXPECT_THAT(resumed->already_seen(), ElementsAre(make_observation(8443).key));
  ASSERT_TRUE(resumed->add(make_observation(5061)));
  ASSERT_TRUE(resumed->finish(RunStatus::done));
  EXPECT_THAT(rows("SELECT port FROM v_interface WHERE run_id = '" + cut.run_id() + "' ORDER BY port"),
              ElementsAre("5061", "8443"));
}

TEST_F(RunWriterTest, SaysSoWhenThereIsNothingToResume) {
  const auto resumed = RunWriter::resume(database, "scan", "hq");

  ASSERT_FALSE(resumed);
  EXPECT_EQ(resumed.error().code, ErrorCode::not_found);
  EXPECT_EQ(resumed.error().message, (folder / "a.db").string() + ": no unfinished scan of site hq to go on with");
}

TEST_F(RunWriterTest, KeepsHostileTextAsItIs) {
  RunWriter writer = begin();
  InterfaceObservation observation = make_observation();
  const std::string hostile = "'); DROP TABLE run; -- <script>\r\n=cmd()\xff" + std::string(10'000, 'A');
  observation.detail = hostile;

  ASSERT_TRUE(writer.add(observation));
  ASSERT_TRUE(writer.flush());

  EXPECT_THAT(rows("SELECT detail FROM v_interface"), ElementsAre(hostile));
}

}  // namespace
}  // namespace ucready::db
