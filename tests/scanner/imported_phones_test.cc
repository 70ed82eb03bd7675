#include "scanner/imported_phones.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "imports/phone_models.h"
#include "scanner/imported_phone_hops.h"
#include "scanner/imported_users.h"

namespace ucready::scanner {
namespace {

using imports::Told;
using testing::Contains;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::Not;
using testing::UnorderedElementsAre;

Told export_of(const std::string& owner, const std::string& path = "x.log") {
  Told told;
  told.path = path;
  told.own(owner, 1);
  return told;
}

// A publisher and a subscriber of call control.
Told cluster_of_two() {
  Told told = export_of("pub");
  told.fact("product", "cucm", 1, "pub");
  told.fact("product", "cucm", 1, "sub");
  told.profiles.push_back({.name = "Encrypted", .security = "encrypted"});
  told.profiles.push_back({.name = "Plain", .security = "nonsecure"});
  return told;
}

// "5061 sub dormant", of all classes.
std::vector<std::string> hops_of(const std::vector<Told>& exports) {
  static const auto catalogue = upgrade::Catalogue::built_in();
  const ImportedSystems systems(exports, {}, "");
  const CallGroups groups(exports, systems);
  const PhoneRoutes routes(exports, systems, *catalogue, groups);
  std::vector<std::string> hops;
  for (PhoneClass& phones : classes_of_phones(exports, systems, ImportedLists(exports, {}, systems))) {
    for (const PhoneHop& made : routes.hops_of(phones)) {
      const db::DeclaredHop& hop = made.hop;
      std::string text = std::to_string(hop.port) + " " + (made.host.empty() ? hop.server_node : made.host);
      if (hop.security != "encrypted") text += " " + hop.security;
      if (hop.dormant) text += " dormant";
      hops.push_back(text);
    }
  }
  return hops;
}

TEST(ReleaseOfLoad, IsTheNumberInIt) {
  EXPECT_EQ(release_of_load("sip88xx.14-2-1-0001-125"), "14.2.1");
  EXPECT_EQ(release_of_load("SCCP42.9-4-2SR3-1S"), "9.4.2SR3");
  EXPECT_EQ(release_of_load("sip78xx.12-8-1-0001-455.loads"), "12.8.1");
  EXPECT_EQ(release_of_load("unheard"), "unheard");
  EXPECT_EQ(release_of_load(""), "");
  EXPECT_EQ(release_of_load("ce11.9.2.4-1c38a8e1a45"), "11.9.2") << "what follows the dash is no number of a release";
}

TEST(ClassesOfPhones, APhoneThatTwoExportsTellOfCountsOnce) {
  Told files = export_of("pub", "phone.csv");
  files.fact("product", "cucm", 1);
  files.profiles.push_back({.name = "P", .security = "encrypted"});
  files.phones.push_back({.name = "SEP1", .model = "8845", .protocol = "sip", .profile = "P"});
  files.phones.push_back({.name = "SEP2", .model = "8845", .protocol = "sip", .profile = "P"});
  Told live = export_of("pub", "risdb.log");
  live.phones.push_back({.name = "SEP1",
                         .model = "8845",
                         .protocol = "sip",
                         .load = "sip88xx.14-2-1",
                         .node = "pub",
                         .registered = true});
  live.phones.push_back({.name = "SEP2",
                         .model = "8845",
                         .protocol = "sip",
                         .load = "sip88xx.14-2-1",
                         .node = "pub",
                         .registered = true});
  const std::vector<Told> exports = {files, live};

  const ImportedSystems systems(exports, {}, "");

  const auto classes = classes_of_phones(exports, systems, ImportedLists(exports, {}, systems));

  ASSERT_EQ(classes.size(), 1U);
  EXPECT_EQ(classes[0].count, 2);
  EXPECT_EQ(classes[0].security, "encrypted");
  EXPECT_EQ(classes[0].load, "sip88xx.14-2-1");
  EXPECT_EQ(classes[0].places, (std::map<PhonePlace, int>{{PhonePlace{"", "pub"}, 2}}));
}

TEST(ClassesOfPhones, WhatIsInTheDatabaseForSomebodyElsesLineIsNoPhone) {
  Told told = cluster_of_two();
  for (const char* const model : {"CTI Port", "Cisco Spark Remote Device", "7841"}) {
    told.phones.push_back({.name = model, .model = model, .protocol = "sip", .profile = "Plain"});
  }

  const std::vector<Told> exports = {told};
  const ImportedSystems systems(exports, {}, "");

  const auto classes = classes_of_phones(exports, systems, ImportedLists(exports, {}, systems));

  ASSERT_EQ(classes.size(), 1U);
  EXPECT_EQ(classes[0].model, "7841");
}

TEST(PhoneHops, APhoneCallsWhereItIsRegisteredAndTheOthersOfItsGroupStandBy) {
  Told told = cluster_of_two();
  told.pools.push_back({.name = "Kiel", .group = "G"});
  told.members = {{.group = "G", .node = "pub", .priority = 2}, {.group = "G", .node = "sub", .priority = 1}};
  told.phones.push_back({.name = "SEP1", .model = "7841", .protocol = "sip", .profile = "Encrypted", .pool = "Kiel"});
  EXPECT_THAT(hops_of({told}), UnorderedElementsAre("5061 sub", "5061 pub dormant", "2445 sub", "2445 pub dormant"));

  told.phones[0].node = "pub";
  told.phones[0].registered = true;
  EXPECT_THAT(hops_of({told}), UnorderedElementsAre("5061 pub", "5061 sub dormant", "2445 pub", "2445 sub dormant"));
}

TEST(PhoneHops, WhoIsFirstInAGroupIsNotKnownWhileAMemberIsNot) {
  Told told = cluster_of_two();
  told.pools.push_back({.name = "Kiel", .group = "G"});
  told.members = {{.group = "G", .node = "nobody tells of it", .priority = 0},
                  {.group = "G", .node = "sub", .priority = 1}};
  told.phones.push_back({.name = "SEP1", .model = "7841", .protocol = "sip", .profile = "Encrypted", .pool = "Kiel"});

  EXPECT_THAT(hops_of({told}), UnorderedElementsAre("5061 ", "2445 "));
}

TEST(PhoneHops, AGroupOfThousandsIsReadToABound) {
  Told told = cluster_of_two();
  told.pools.push_back({.name = "Kiel", .group = "G"});
  for (int n = 0; n < 5000; ++n) {
    const std::string node = "node" + std::to_string(n);
    told.fact("product", "cucm", 1, node);
    told.members.push_back({.group = "G", .node = node, .priority = n});
  }
  told.phones.push_back({.name = "SEP1", .model = "7841", .protocol = "sip", .profile = "Encrypted", .pool = "Kiel"});

  EXPECT_EQ(hops_of({told}).size(), 2 * CallGroups::kMostMembers);
}

TEST(PhoneHops, AServiceOfThousandsOfNodesIsReadToABound) {
  Told told = cluster_of_two();
  told.profiles[0].encrypts_files = true;
  for (int n = 0; n < 5000; ++n) {
    const std::string node = "node" + std::to_string(n);
    told.fact("product", "cucm", 1, node);
    told.fact("runs", "tftp", 1, node);
  }
  told.phones.push_back({.name = "SEP1", .model = "7841", .protocol = "sip", .profile = "Encrypted"});

  EXPECT_EQ(hops_of({told}).size(), 2 + PhoneRoutes::kMostNodes);
}

TEST(PhoneHops, OneOfUnknownPlaceCallsTheCluster) {
  Told told = cluster_of_two();
  told.phones.push_back({.name = "SEP1", .model = "7942", .protocol = "sccp", .profile = "Plain"});

  EXPECT_THAT(hops_of({told}), UnorderedElementsAre("2000  nonsecure", "2445 "));
}

TEST(PhoneHops, OfUnknownSecurityOnlyWhatEveryPhoneCallsIsTold) {
  Told told = cluster_of_two();
  told.phones.push_back({.name = "SEP1", .model = "7841", .protocol = "sip", .profile = "nobody tells"});

  EXPECT_THAT(hops_of({told}), UnorderedElementsAre("2445 "));
}

TEST(PhoneHops, FilesAndCertificatesAreFetchedFromTheNodesThatHaveTheService) {
  Told told = cluster_of_two();
  told.profiles[0].encrypts_files = true;
  told.phones.push_back({.name = "SEP1",
                         .model = "7841",
                         .protocol = "sip",
                         .profile = "Encrypted",
                         .certificate = imports::LocallySignificant::held});
  EXPECT_THAT(hops_of({told}), UnorderedElementsAre("5061 ", "2445 ")) << "no export tells where the services are";

  told.fact("runs", "tftp", 2, "sub");
  told.fact("runs", "capf", 2, "pub");
  EXPECT_THAT(hops_of({told}), UnorderedElementsAre("5061 ", "2445 ", "6971 sub", "3804 pub dormant"));

  told.phones[0].certificate = imports::LocallySignificant::pending;
  EXPECT_THAT(hops_of({told}), Contains("3804 pub"));

  told.phones[0] = {.name = "CSFX", .model = "Client Services Framework", .protocol = "sip", .profile = "Plain"};
  EXPECT_THAT(hops_of({told}), UnorderedElementsAre("5060  nonsecure", "6972 sub"));
}

TEST(PhoneHops, TheRouterOfABranchIsCalledOnTheDayWhenTheClusterIsNotThere) {
  Told told = cluster_of_two();
  told.pools.push_back({.name = "Kiel", .srst = "Kiel"});
  told.srsts.push_back(
      {.name = "Kiel", .host = "10.4.0.1", .port = 2000, .sip_host = "10.4.0.1", .sip_port = 5061, .is_secure = true});
  told.phones.push_back({.name = "SEP1", .model = "7841", .protocol = "sip", .profile = "Encrypted", .pool = "Kiel"});
  told.phones.push_back({.name = "SEP2", .model = "7942", .protocol = "sccp", .profile = "Encrypted", .pool = "Kiel"});
  const auto secure = hops_of({told});
  EXPECT_THAT(secure, Contains("5061 10.4.0.1 dormant"));
  EXPECT_THAT(secure, Contains("2443 10.4.0.1 dormant"));

  told.srsts[0].is_secure = false;
  EXPECT_THAT(hops_of({told}), Contains("2000 10.4.0.1 nonsecure dormant"));

  told.srsts.clear();
  EXPECT_THAT(hops_of({told}), Not(Contains(testing::HasSubstr("10.4.0.1"))));
}

TEST(ImportedLists, PhonesThatHoldAnotherListAreAClassOfTheirOwn) {
  Told told = cluster_of_two();
  for (const char* const name : {"SEP000000000001", "SEP000000000002", "SEP000000000003", "SEP000000000004"}) {
    told.phones.push_back({.name = name, .model = "7841", .protocol = "sip", .profile = "Encrypted"});
  }
  Told london = export_of("lon");
  london.path = "lon.log";
  london.fact("product", "cucm", 1);
  const auto list = [](const std::string& path, const std::string& digest, const std::string& node) {
    Told one;
    one.path = path;
    one.list_phone = imports::phone_in_path(path);
    one.lists.push_back({.name = "itl",
                         .entries = {{.pinned = true, .hash_algorithm = "sha1", .hash = digest, .roles = "CCM+TFTP"}},
                         .nodes = {node}});
    return one;
  };
  const std::vector<Told> exports = {told,
                                     london,
                                     list("ours/ITLFile.tlv", "aa", "pub"),
                                     list("theirs/ITLFile.tlv", "bb", "lon"),
                                     list("p/SEP000000000001/ITLFile.tlv", "aa", "pub"),
                                     list("p/SEP000000000002/ITLFile.tlv", "bb", "lon"),
                                     list("p/sep000000000003_itl.txt", "bb", "lon"),
                                     list("p/SEP00000000BEEF/ITLFile.tlv", "bb", "lon")};
  const ImportedSystems systems(exports, {}, "");

  const auto classes = classes_of_phones(exports, systems, ImportedLists(exports, {}, systems));

  ASSERT_EQ(classes.size(), 2U);
  EXPECT_EQ(classes[0].count, 2) << "one of unknown list, and one that holds what its cluster hands out";
  EXPECT_EQ(classes[0].lists, nullptr);
  EXPECT_EQ(classes[1].count, 2);
  EXPECT_EQ(classes[1].name, systems.owner(0)->cluster + "-7841-sip-encrypted-list-of-lon");
  ASSERT_NE(classes[1].lists, nullptr);
  EXPECT_EQ(classes[1].lists->entries().front().hash, "bb");
  EXPECT_EQ(systems.owner(3)->cluster, "lon");
  EXPECT_EQ(systems.owner(5)->cluster, systems.owner(0)->cluster) << "it is the phone's, whoever signed it";
  EXPECT_EQ(systems.owner(7), nullptr) << "nobody tells of that phone";
}

TEST(ImportedLists, AFileAndItsTextAreTheSameList) {
  Certificate certificate;
  certificate.der = Bytes{'a', 'b', 'c'};
  Told told = cluster_of_two();
  told.phones.push_back({.name = "SEP000000000001", .model = "7841", .protocol = "sip", .profile = "Encrypted"});
  Told file;
  file.path = "ITLFile.tlv";
  file.lists.push_back({.name = "itl",
                        .entries = {{.pinned = true,
                                     .certificate = std::make_shared<const Certificate>(certificate),
                                     .roles = "SAST,CCM+TFTP"}},
                        .nodes = {"pub"}});
  Told text = file;
  text.path = "SEP000000000001/itl.txt";
  text.list_phone = "SEP000000000001";
  const std::string digest = "a9993e364706816aba3e25717850c26c9cd0d89d";  // FIPS 180-4, of "abc".
  text.lists[0].entries = {{.pinned = true, .hash_algorithm = "sha1", .hash = digest, .roles = "SAST"},
                           {.pinned = true, .hash_algorithm = "sha1", .hash = digest, .roles = "CCM+TFTP"}};
  const std::vector<Told> exports = {told, file, text};

  const ImportedSystems systems(exports, {}, "");

  const auto classes = classes_of_phones(exports, systems, ImportedLists(exports, {}, systems));

  ASSERT_EQ(classes.size(), 1U);
  EXPECT_EQ(classes[0].lists, nullptr);
}

// Given lists of a cluster, and its mode.
bool are_all(std::initializer_list<const char*> names, const char* mode) {
  Told told = cluster_of_two();
  for (const char* const name : names) told.lists.push_back({.name = name, .entries = {}, .nodes = {}});
  if (*mode != '\0') told.fact("cluster_security_mode", mode, 1);
  const std::vector<Told> exports = {told};
  const ImportedSystems systems(exports, {}, "");
  return ImportedLists(exports, {}, systems).of_cluster(systems.owner(0)->cluster)->are_all;
}

TEST(ImportedLists, AListAloneIsAllWhereTheClusterIsToldToHaveNoOther) {
  EXPECT_TRUE(are_all({"itl", "ctl"}, ""));
  EXPECT_TRUE(are_all({"itl", "ctl"}, "mixed"));
  EXPECT_TRUE(are_all({"itl"}, "non-secure"));
  EXPECT_FALSE(are_all({"itl"}, "mixed"));
  EXPECT_FALSE(are_all({"itl"}, "")) << "it may be in mixed mode";
  EXPECT_FALSE(are_all({"ctl"}, "non-secure"));
}

TEST(PhoneInPath, IsTheOneThatAFolderOrAFileIsNamedFor) {
  EXPECT_EQ(imports::phone_in_path("a/SEP0011AA22BB01/ITLFile.tlv"), "SEP0011AA22BB01");
  EXPECT_EQ(imports::phone_in_path("a/sep0011aa22bb01_itl.txt"), "SEP0011AA22BB01");
  EXPECT_EQ(imports::phone_in_path("a/ITLSEP0011AA22BB01.tlv"), "") << "a TFTP server's copy";
  EXPECT_EQ(imports::phone_in_path("SEP0011AA22BB012/x"), "");
  EXPECT_EQ(imports::phone_in_path("SEPTEMBER/x"), "");
  EXPECT_EQ(imports::phone_in_path(""), "");
}

TEST(UsersOfApplications, WhoHasToComeByTlsDoes) {
  Told told = cluster_of_two();
  told.users = {{.name = "uccx", .is_secure = true}, {.name = "uccx", .is_secure = false}, {.name = "recorder"}};
  const std::vector<Told> exports = {told};

  const auto hops = hops_of_users(exports, ImportedSystems(exports, {}, ""));

  ASSERT_EQ(hops.size(), 2U);
  EXPECT_EQ(hops[0].client, "user-recorder");
  EXPECT_EQ(hops[0].port, 2748);
  EXPECT_EQ(hops[0].security, "nonsecure");
  EXPECT_EQ(hops[1].client, "user-uccx");
  EXPECT_EQ(hops[1].port, 2749);
  EXPECT_EQ(hops[1].security, "encrypted");
}

}  // namespace
}  // namespace ucready::scanner
