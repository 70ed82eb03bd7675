#include "db/trust_rows.h"

#include <gmock/gmock.h>

#include "db/run_writer.h"
#include "tests/db/sample.h"

namespace ucready::db {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

class TrustRowsTest : public ::testing::Test {
 protected:
  RunWriter begin() { return *RunWriter::begin(database, {.kind = "scan", .site = "hq"}, {}); }
  [[nodiscard]] std::vector<std::string> shown() const {
    return rows_of(database,
                   "SELECT cluster, node, store, source, kind, sha256, subject, key_type, roles FROM v_trust ORDER BY "
                   "run_id, node, store");
  }

  TemporaryFolder folder;
  Database database = open_new(folder / "a.db");
  CertificatePtr ca = make_certificate("NW-Root");
};

TEST_F(TrustRowsTest, ShowsWhatAStoreHolds) {
  RunWriter run = begin();
  ASSERT_TRUE(run.add(
      TrustObservation{"hq-cucm", "cucm-pub", "tomcat-trust", {{.source = "trust/root.pem", .certificate = ca}}}));
  ASSERT_TRUE(run.flush());

  EXPECT_THAT(shown(), ElementsAre("hq-cucm|cucm-pub|tomcat-trust|trust/root.pem|ca|" + ca->sha256 + "|" + ca->subject +
                                   "|rsa|NULL"));
}

TEST_F(TrustRowsTest, APinThatIsKnownByItsHashHasADigestOnlyWhereItIsTheSameOne) {
  RunWriter run = begin();
  ASSERT_TRUE(run.add(TrustObservation{"hq-phones",
                                       "",
                                       "itl",
                                       {{.source = "ITLFile.tlv",
                                         .pinned = true,
                                         .hash_algorithm = "sha256",
                                         .hash = "ab",
                                         .subject = "CN=CAPF",
                                         .roles = "CAPF"}}}));
  ASSERT_TRUE(run.add(TrustObservation{"hq-phones",
                                       "",
                                       "tvs",
                                       {{.source = "ITLFile.tlv",
                                         .pinned = true,
                                         .hash_algorithm = "sha1",
                                         .hash = "cd",
                                         .subject = "CN=TVS",
                                         .roles = "TVS"}}}));
  ASSERT_TRUE(run.flush());

  EXPECT_THAT(shown(), ElementsAre("hq-phones||itl|ITLFile.tlv|pinned|ab|CN=CAPF|NULL|CAPF",
                                   "hq-phones||tvs|ITLFile.tlv|pinned|NULL|CN=TVS|NULL|TVS"));
}

TEST_F(TrustRowsTest, AStoreKnownToBeEmptyIsNotUnknown) {
  RunWriter run = begin();
  ASSERT_TRUE(run.add(TrustObservation{"hq-cucm", "cucm-sub", "tomcat-trust", {}}));
  ASSERT_TRUE(run.flush());

  EXPECT_THAT(shown(), IsEmpty());
  EXPECT_THAT(rows_of(database, "SELECT node, store FROM trust_store"), ElementsAre("cucm-sub|tomcat-trust"));
}

TEST_F(TrustRowsTest, WhatManyStoresHoldIsKeptOnce) {
  RunWriter run = begin();
  for (const char* const node : {"cucm-pub", "cucm-sub1", "cucm-sub2"}) {
    ASSERT_TRUE(
        run.add(TrustObservation{"hq-cucm", node, "tomcat-trust", {{.source = "root.pem", .certificate = ca}}}));
  }
  ASSERT_TRUE(run.flush());

  EXPECT_THAT(rows_of(database, "SELECT count(*) FROM v_trust"), ElementsAre("3"));
  EXPECT_THAT(rows_of(database, "SELECT count(*) FROM trust_set"), ElementsAre("1"));
}

TEST_F(TrustRowsTest, ASetHasTheSameIdInEveryDatabase) {
  EXPECT_EQ(trust_set_id({}), "e3b0c44298fc1c149afbf4c8996fb924");
  const TrustedCertificate entry{
      .source = "root.pem", .hash_algorithm = "sha256", .hash = "ab", .subject = "CN=NW-Root"};
  // printf '%s\0' root.pem ca ab CN=NW-Root '' sha256 ab | sha256sum | cut -c1-32
  EXPECT_EQ(trust_set_id({entry}), "76f768838f3e903c9c0a7ca4da48d959");
}

TEST_F(TrustRowsTest, ADeclaredChainIsKnownBesideScannedOnes) {
  RunWriter run = begin();
  ASSERT_TRUE(run.add(DeclaredChain{"hq-cucm", "", "sip-trunk", 0, "own/cm.pem", {make_certificate("cm"), ca}}));
  ASSERT_TRUE(run.add(make_observation()));
  ASSERT_TRUE(run.flush());

  EXPECT_THAT(rows_of(database, "SELECT cluster, node, service, port, source FROM known_chain ORDER BY source"),
              ElementsAre("hq-cucm|cucm-pub||8443|NULL", "hq-cucm||sip-trunk|0|own/cm.pem"));
}

}  // namespace
}  // namespace ucready::db
