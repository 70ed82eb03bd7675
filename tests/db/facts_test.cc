#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "db/run_writer.h"
#include "tests/db/sample.h"

namespace ucready::db {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

Fact cluster_fact(const std::string& name, const std::string& value, Confidence confidence = Confidence::declared,
                  int line = 3) {
  return {"hq-cucm", "", "", 0, name, value, confidence, "hq.yaml", line};
}

Fact node_fact(const std::string& node, const std::string& name, const std::string& value,
               Confidence confidence = Confidence::declared) {
  return {"hq-cucm", node, "", 0, name, value, confidence, "hq.yaml", 7};
}

class Facts : public testing::Test {
 protected:
  std::vector<std::string> with(const std::vector<Fact>& facts, const std::string& sql) {
    auto writer = RunWriter::begin(database, {"scan", "hq", "", "", {}}, facts);
    if (!writer) throw std::runtime_error(writer.error().message);
    return rows_of(database, sql + " WHERE run_id = '" + writer->run_id() + "'");
  }

  TemporaryFolder folder;
  Database database = open_new(folder / "a.db");
};

TEST_F(Facts, MakeTheClusters) {
  EXPECT_THAT(
      with({cluster_fact("product", "cucm"),
            cluster_fact("release", "14SU3"),
            cluster_fact("target", "15SU4a"),
            {"hq-phones", "", "", 0, "product", "phone", Confidence::declared, "hq.yaml", 20},
            {"hq-phones", "", "", 0, "model", "8845", Confidence::declared, "hq.yaml", 20},
            {"hq-phones", "", "", 0, "count", "1900", Confidence::declared, "hq.yaml", 20}},
           "SELECT site, cluster, product, model, release, target, count, typeof(count) FROM v_cluster"),
      ElementsAre("hq|hq-cucm|cucm|NULL|14SU3|15SU4a|NULL|null", "hq|hq-phones|phone|8845|NULL|NULL|1900|integer"));
}

TEST_F(Facts, MakeTheNodes) {
  EXPECT_THAT(with({cluster_fact("product", "cucm"), cluster_fact("release", "14SU3"),
                    node_fact("cucm-pub", "address", "10.0.0.11"), node_fact("cucm-pub", "role", "publisher"),
                    node_fact("cucm-sub", "address", "10.0.0.12"), node_fact("cucm-sub", "release", "14SU4")},
                   "SELECT site, cluster, node, address, role, release FROM v_node"),
              ElementsAre("hq|hq-cucm|cucm-pub|10.0.0.11|publisher|14SU3", "hq|hq-cucm|cucm-sub|10.0.0.12|NULL|14SU4"));
}

TEST_F(Facts, GiveWayToSurerOnesAndAreAllKept) {
  const std::vector<Fact> facts = {cluster_fact("release", "15SU2", Confidence::observed),
                                   cluster_fact("release", "14SU3", Confidence::declared),
                                   cluster_fact("release", "12.5", Confidence::assumed)};

  EXPECT_THAT(with(facts, "SELECT release FROM v_cluster"), ElementsAre("15SU2"));
  EXPECT_THAT(with(facts, "SELECT name, value, confidence, source, line FROM v_setting"),
              ElementsAre("release|15SU2|observed|hq.yaml|3", "release|14SU3|declared|hq.yaml|3",
                          "release|12.5|assumed|hq.yaml|3"));
}

TEST_F(Facts, GiveWayToLaterOnesThatAreAsSure) {
  EXPECT_THAT(
      with({cluster_fact("release", "15SU2"), cluster_fact("release", "14SU3")}, "SELECT release FROM v_cluster"),
      ElementsAre("14SU3"));
}

TEST_F(Facts, OfAllNodesStandForTheClusterWhenTheyAgree) {
  const auto observed = Confidence::observed;
  EXPECT_THAT(with({cluster_fact("product", "cucm"), node_fact("a", "release", "14SU3", observed),
                    node_fact("b", "release", "14SU3", observed)},
                   "SELECT release FROM v_cluster"),
              ElementsAre("14SU3"));
  EXPECT_THAT(with({cluster_fact("product", "cucm"), node_fact("a", "release", "14SU3", observed),
                    node_fact("b", "release", "14SU4", observed)},
                   "SELECT release FROM v_cluster"),
              ElementsAre("NULL"));
}

TEST_F(Facts, ShowHowFarTheyReachAsSettings) {
  EXPECT_THAT(with({cluster_fact("tls_min", "TLSv1.2"),
                    {"hq-cucm", "", "sip-trunk", 0, "tls_max", "TLSv1.2", Confidence::declared, "hq.yaml", 9},
                    {"hq-cucm", "cucm-pub", "", 5061, "tls_min", "TLSv1.3", Confidence::assumed, "catalogue", 0}},
                   "SELECT site, cluster, node, service, port, name, value, confidence, source, line FROM v_setting"),
              ElementsAre("hq|hq-cucm||NULL|NULL|tls_min|TLSv1.2|declared|hq.yaml|3",
                          "hq|hq-cucm||sip-trunk|NULL|tls_max|TLSv1.2|declared|hq.yaml|9",
                          "hq|hq-cucm|cucm-pub|NULL|5061|tls_min|TLSv1.3|assumed|catalogue|NULL"));
}

TEST_F(Facts, FoundDuringTheRunJoinThoseItBeganWith) {
  auto writer = RunWriter::begin(database, {"scan", "hq", "", "", {}}, {cluster_fact("release", "14SU3")});
  ASSERT_TRUE(writer);
  ASSERT_TRUE(writer->add(cluster_fact("release", "14SU4", Confidence::observed)));
  ASSERT_TRUE(writer->finish(RunStatus::partial));
  auto resumed = RunWriter::resume(database, "scan", "hq");
  ASSERT_TRUE(resumed);
  ASSERT_TRUE(resumed->add(cluster_fact("release", "14SU5", Confidence::observed)));
  ASSERT_TRUE(resumed->flush());

  EXPECT_THAT(rows_of(database, "SELECT release FROM v_cluster"), ElementsAre("14SU5"));
  EXPECT_THAT(rows_of(database, "SELECT count(*) FROM v_setting"), ElementsAre("3"));
}

TEST_F(Facts, OfAScanWithoutASiteMakeNoCluster) { EXPECT_THAT(with({}, "SELECT * FROM v_cluster"), IsEmpty()); }

TEST_F(Facts, CarryTheOrderWithItsDates) {
  const RunStart start = {"scan",
                          "hq",
                          "",
                          "",
                          {{1, "", "upgrade", "hq-expe", "", ""},
                           {1, "", "upgrade", "hq-expc", "", ""},
                           {2, "2027-01-16", "upgrade", "hq-cucm", "", ""},
                           {3, "", "set", "hq-cucm", "tls_min", "TLSv1.3"}}};

  ASSERT_TRUE(RunWriter::begin(database, start, {}));

  EXPECT_THAT(rows_of(database, "SELECT wave, date, kind, cluster, setting, value FROM v_order"),
              ElementsAre("1|NULL|upgrade|hq-expe|NULL|NULL", "1|NULL|upgrade|hq-expc|NULL|NULL",
                          "2|2027-01-16|upgrade|hq-cucm|NULL|NULL", "3|NULL|set|hq-cucm|tls_min|TLSv1.3"));
}

}  // namespace
}  // namespace ucready::db
