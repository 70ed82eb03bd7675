#include "scanner/imported_trunks.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "scanner/imported_peers.h"

namespace ucready::scanner {
namespace {

using imports::Told;

// Two trunks to peers whose names their profiles demand.
Told two_trunks() {
  Told told;
  told.path = "pub.log";
  told.own("pub", 1);
  told.fact("product", "cucm", 1);
  told.hops.push_back({.name = "T1", .service = "sip-trunk", .host = "10.0.0.1", .port = 5061, .profile = "P1"});
  told.hops.push_back({.name = "T2", .service = "sip-trunk", .host = "10.0.0.2", .port = 5061, .profile = "P2"});
  told.profiles.push_back({.name = "P1", .security = "encrypted", .incoming_port = 5061, .subjects = "cube1"});
  told.profiles.push_back({.name = "P2", .security = "encrypted", .incoming_port = 5061, .subjects = "cube2"});
  return told;
}

ImportedTrunks joined(const Told& told) {
  static std::vector<Told> exports;
  exports = {told};
  const ImportedSystems systems(exports, {}, "");
  return trunks_of(exports, systems, CallGroups(exports, systems));
}

TEST(ImportedTrunks, APortTakesTheNamesThatItsTrunksAskFor) {
  const ImportedTrunks made = joined(two_trunks());

  EXPECT_EQ(made.trunks.size(), 2U);
  ASSERT_EQ(made.subjects.size(), 1U);
  EXPECT_EQ(made.subjects[0].value, "cube1,cube2");
  EXPECT_EQ(made.subjects[0].port, 5061);
}

TEST(ImportedTrunks, OneThatAsksForNoneTakesAnybody) {
  Told told = two_trunks();
  told.profiles[1].subjects.clear();

  EXPECT_TRUE(joined(told).subjects.empty());
}

TEST(ImportedTrunks, OneOfUnknownProfileMayTakeAnybody) {
  Told told = two_trunks();
  told.profiles.pop_back();

  const ImportedTrunks made = joined(told);

  EXPECT_EQ(made.trunks.size(), 1U);
  EXPECT_EQ(made.without_profile, 1U);
  EXPECT_EQ(made.example, "pub.log:0: trunk T2 has the profile P2");
  EXPECT_TRUE(made.subjects.empty()) << "a name that is not among those told would be refused wrongly";
}

TEST(ImportedTrunks, TheNodesOfItsPoolCallWhereTheyAreAllKnown) {
  Told told = two_trunks();
  told.fact("product", "cucm", 1, "pub");
  told.fact("product", "cucm", 1, "sub");
  told.hops[0].pool = "Hamburg";
  told.pools.push_back({.name = "Hamburg", .group = "G"});
  told.members = {{.group = "G", .node = "sub", .priority = 1}};
  const ImportedTrunks made = joined(told);
  EXPECT_THAT(made.trunks[0].nodes, testing::ElementsAre("sub"));
  EXPECT_THAT(made.trunks[1].nodes, testing::IsEmpty()) << "it has no pool of which its nodes alone would call";

  told.members.push_back({.group = "G", .node = "nobody tells of it", .priority = 2});
  EXPECT_THAT(joined(told).trunks[0].nodes, testing::IsEmpty());
}

TEST(ImportedPeers, AreWhatThoseWhoCallThemSayAndAgreeOn) {
  Told told;
  told.hops.push_back({.host = "AD.example", .port = 636, .server_product = "ldap"});
  told.hops.push_back({.host = "sql.example", .port = 1433, .server_product = "database", .server_engine = "mssql"});
  told.hops.push_back({.host = "both.example", .port = 636, .server_product = "ldap"});
  told.hops.push_back({.host = "both.example", .port = 443, .server_product = "exchange"});
  told.srsts.push_back({.name = "Kiel", .host = "10.4.0.1", .sip_host = "10.4.0.1"});

  const ImportedPeers peers({told});

  EXPECT_EQ(peers.product_of("AD.example"), "ldap");
  EXPECT_EQ(peers.product_of("sql.example"), "database");
  EXPECT_EQ(peers.engine_of("sql.example"), "mssql");
  EXPECT_EQ(peers.product_of("both.example"), "other");
  EXPECT_EQ(peers.product_of("10.4.0.1"), "ios-gateway");
  EXPECT_EQ(peers.product_of("nobody.example"), "other");
}

}  // namespace
}  // namespace ucready::scanner
