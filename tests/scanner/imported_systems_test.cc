#include "scanner/imported_systems.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace ucready::scanner {
namespace {

using imports::Told;
using Place = ImportedSystems::Place;

Told export_of(const std::string& owner, const std::string& path = "x.log", const std::string& archive = "") {
  Told told;
  told.path = path;
  told.archive = archive;
  told.own(owner, 1);
  return told;
}

TEST(ImportedSystems, ACallControlsNodesAreOneClusterAndItsPresenceIsAnother) {
  Told told = export_of("hq-cucm-pub");
  for (const char* const node : {"hq-cucm-pub", "hq-cucm-sub"}) told.fact("product", "cucm", 1, node);
  told.fact("product", "imp", 1, "hq-imp-1");

  const ImportedSystems systems({told}, {}, "");

  EXPECT_EQ(*systems.owner(0), (Place{"hq-cucm", "hq-cucm-pub"}));
  EXPECT_EQ(*systems.find("hq-cucm-sub"), (Place{"hq-cucm", "hq-cucm-sub"}));
  EXPECT_EQ(*systems.find("hq-imp-1"), (Place{"hq-imp", "hq-imp-1"}));
  EXPECT_EQ(systems.product("hq-imp"), "imp");
}

TEST(ImportedSystems, ANameThatIsKnownStays) {
  const std::vector<Fact> known = {{"hamburg", "", "", 0, "product", "cucm"},
                                   {"hamburg", "pub", "", 0, "address", "10.0.0.11"}};
  Told told = export_of("hq-cucm-pub");
  told.fact("address", "10.0.0.11", 1);
  Told other = export_of("pub");
  other.fact("product", "cucm", 1, "pub");
  other.fact("product", "cucm", 1, "sub");

  const ImportedSystems systems({other}, known, "");

  EXPECT_EQ(*systems.owner(0), (Place{"hamburg", "pub"}));
  EXPECT_EQ(*systems.find("sub"), (Place{"hamburg", "sub"})) << "a node that nobody knew joins the cluster";
}

TEST(ImportedSystems, WhatHasNoNodesHasItsNameAgainWhenItIsToldOfAgain) {
  const std::vector<Fact> known = {{"hq-7841", "", "", 0, "product", "phone"},
                                   {"hq-7841-2", "", "", 0, "product", "phone"},
                                   {"hq-rooms", "", "", 0, "product", "cucm"},
                                   {"hq-rooms", "pub", "", 0, "address", "10.0.0.1"}};
  ImportedSystems systems({}, known, "");

  EXPECT_EQ(systems.claim_again("hq-7841", "phone"), "hq-7841");
  EXPECT_EQ(systems.claim_again("hq-7841", "phone"), "hq-7841-2");
  EXPECT_EQ(systems.claim_again("hq-7841", "phone"), "hq-7841-3") << "there was no third";
  EXPECT_EQ(systems.claim_again("hq-rooms", "roomos"), "hq-rooms-2") << "somebody else has that name";
  EXPECT_EQ(systems.claim_again("new", "phone"), "new");
  EXPECT_EQ(systems.claim_again("new", "phone"), "new-2");
}

TEST(ImportedSystems, ASystemIsFoundByFullNameAndAddressButNotByOneThatTwoClaim) {
  Told one = export_of("a");
  one.fact("fqdn", "a.example.com", 1);
  one.fact("address", "10.0.0.1", 1);
  one.fact("alias", "192.168.0.1", 1);
  Told two = export_of("b");
  two.fact("address", "10.0.0.2", 1);
  two.fact("alias", "192.168.0.1", 1);

  const ImportedSystems systems({one, two}, {}, "");

  EXPECT_EQ(systems.find("A.Example.com")->node, "a");
  EXPECT_EQ(systems.find("10.0.0.2")->node, "b");
  EXPECT_EQ(systems.find("192.168.0.1"), nullptr);
  EXPECT_EQ(systems.find("b.other.example"), systems.find("b"));
  EXPECT_EQ(systems.find("c"), nullptr);
}

TEST(ImportedSystems, RoutersOfOneKindOfNameAreClustersOfTheirOwn) {
  std::vector<Told> exports = {export_of("hq-cube1"), export_of("hq-cube2")};
  for (Told& told : exports) told.fact("product", "cube", 1);

  const ImportedSystems systems(exports, {}, "");

  EXPECT_EQ(systems.owner(0)->cluster, "hq-cube1");
  EXPECT_EQ(systems.owner(1)->cluster, "hq-cube2");
}

TEST(ImportedSystems, PeersAreOneClusterWhereOneNamesTheOthers) {
  std::vector<Told> exports = {export_of("hq-expc1"), export_of("hq-expc2"), export_of("hq-expc9")};
  for (Told& told : exports) told.fact("product", "expressway-c", 1);
  exports[0].fact("peer_address", "10.0.0.2", 1);
  exports[1].fact("address", "10.0.0.2", 1);

  const ImportedSystems systems(exports, {}, "");

  EXPECT_EQ(systems.owner(0)->cluster, systems.owner(1)->cluster);
  EXPECT_NE(systems.owner(0)->cluster, systems.owner(2)->cluster) << "nobody says that it belongs to them";
}

TEST(ImportedSystems, WhoseAnExportIsComesFromItsArchiveThenItsPathThenTheOption) {
  const std::vector<Told> exports = {export_of("expc1", "a.tar.gz/xconf.txt", "a.tar.gz"),
                                     export_of("", "a.tar.gz/ca_1.pem", "a.tar.gz"),
                                     export_of("", "exports/expc1_more.pem"),
                                     export_of("", "exports/expc1/deep/x.pem"),
                                     export_of("", "exports/expc10.pem"),
                                     export_of("", "nobody.log")};

  const ImportedSystems systems(exports, {}, "");

  for (const std::size_t at : {0U, 1U, 2U, 3U}) EXPECT_EQ(systems.owner(at)->node, "expc1") << at;
  EXPECT_EQ(systems.owner(4), nullptr) << "another name that begins alike";
  EXPECT_EQ(systems.owner(5), nullptr);
  EXPECT_EQ(ImportedSystems(exports, {}, "fallback").owner(5)->node, "fallback");
}

TEST(ImportedSystems, AnArchiveOfTwoSystemsNamesNone) {
  const std::vector<Told> exports = {export_of("one", "a/1.txt", "a"), export_of("two", "a/2.txt", "a"),
                                     export_of("", "a/ca_1.pem", "a")};

  EXPECT_EQ(ImportedSystems(exports, {}, "").owner(2), nullptr);
}

TEST(ImportedSystems, HostileNamesMakeGoodNamesOfClustersAndNodes) {
  const ImportedSystems systems({export_of("evil\x1b[31m/..:5061\"name")}, {}, "");

  EXPECT_THAT(systems.owner(0)->cluster, testing::MatchesRegex("[A-Za-z0-9._-]+"));
  EXPECT_THAT(systems.owner(0)->node, testing::MatchesRegex("[A-Za-z0-9._-]+"));
}

}  // namespace
}  // namespace ucready::scanner
