#include "report/site_draft.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <sstream>

#include "report/client_networks.h"
#include "scanner/site_file.h"
#include "scanner/site_map.h"

namespace ucready::scanner {
namespace {

using report::SeenEstate;
using testing::HasSubstr;
using testing::Not;

IpAddress ip(const std::string& text) { return parse_ip_address(text).value(); }

void see(SeenEstate& estate, const std::string& client, const std::string& server, std::uint16_t port,
         const std::string& offer = "aa", std::int64_t sessions = 1) {
  const Endpoint end{ip(server), port};
  estate.runs = 1;
  report::SeenPort& at = estate.servers[end.address].ports[port];
  at.protocol = "tls";
  at.sessions += sessions;
  estate.offers[offer] = {"TLSv1.2", "t12d" + offer, true};
  estate.clients[ip(client)].offers[offer] += sessions;
  estate.talks[{ip(client), end}].sessions += sessions;
}

const upgrade::Catalogue& catalogue() {
  static const upgrade::Catalogue built_in = upgrade::Catalogue::built_in().value();
  return built_in;
}

std::string draft_of(const SeenEstate& estate) {
  std::ostringstream out;
  report::write_site_draft(estate, catalogue(), out);
  return out.str();
}

// Reads the draft as the program does, and holds that every connection is one of its hops between its clusters.
Site read_back(const SeenEstate& estate, const std::string& draft) {
  auto site = read_site_text(draft, "draft.yaml", catalogue());
  EXPECT_TRUE(site) << site.error().message << '\n' << draft.substr(0, 4000);
  if (!site) return {};
  EXPECT_THAT(site->warnings, testing::IsEmpty());
  const SiteMap map(*site, catalogue());
  const auto declared = map.declared_hops();
  std::set<std::tuple<std::string, std::string, std::uint16_t>> hops;
  for (const db::DeclaredHop& hop : declared) hops.emplace(hop.client, hop.server, hop.port);
  for (const auto& [ends, talk] : estate.talks) {
    db::SessionObservation session;
    session.client = {ends.first, 40000};
    session.server = ends.second;
    const db::HopEnds named = map.name(session);
    EXPECT_TRUE(hops.contains({named.client, named.server, ends.second.port}))
        << named.client << " -> " << named.server << ':' << ends.second.port;
  }
  return std::move(*site);
}

const SiteCluster* holder(const Site& site, const std::string& address) {
  const auto found = std::ranges::find_if(site.clusters, [&](const SiteCluster& cluster) {
    return std::ranges::any_of(cluster.nodes, [&](const SiteNode& node) { return node.address == address; });
  });
  return found == site.clusters.end() ? nullptr : &*found;
}

TEST(SiteDraft, TellsTheProductWhereThePortsDo) {
  SeenEstate estate;
  see(estate, "10.1.0.1", "10.0.0.11", 2443);
  see(estate, "10.1.0.1", "10.0.0.11", 8443);
  see(estate, "10.1.0.1", "10.0.0.50", 8443);
  see(estate, "10.1.0.1", "10.0.0.60", 9999);

  const std::string draft = draft_of(estate);
  const Site site = read_back(estate, draft);

  ASSERT_NE(holder(site, "10.0.0.11"), nullptr);
  EXPECT_EQ(holder(site, "10.0.0.11")->product, "cucm");
  EXPECT_FALSE(holder(site, "10.0.0.11")->interfaces);
  EXPECT_THAT(draft, HasSubstr("# guess: product cucm, which alone listens on 2443"));
  EXPECT_EQ(holder(site, "10.0.0.50")->product, "other");
  EXPECT_THAT(draft, HasSubstr("# product not told by 8443: "));
  ASSERT_TRUE(holder(site, "10.0.0.60")->interfaces);
  EXPECT_EQ(holder(site, "10.0.0.60")->interfaces->front().protocol, "tls");
}

TEST(SiteDraft, JoinsServersOfOneCertificateUnlessTheirPortsTellThemApart) {
  SeenEstate estate;
  see(estate, "10.1.0.1", "10.0.0.11", 2443);
  see(estate, "10.1.0.1", "10.0.0.12", 8443);
  see(estate, "10.1.0.1", "10.0.0.70", 636);
  for (const char* const address : {"10.0.0.11", "10.0.0.12", "10.0.0.70"}) {
    estate.servers[ip(address)].leaves = {std::string(64, 'a')};
    estate.servers[ip(address)].certificate_names = {"*.nordwind.example"};
  }
  estate.servers[ip("10.0.0.12")].certificate_names.insert("cucm-sub.nordwind.example");

  const Site site = read_back(estate, draft_of(estate));

  EXPECT_EQ(holder(site, "10.0.0.11"), holder(site, "10.0.0.12"));
  EXPECT_NE(holder(site, "10.0.0.11"), holder(site, "10.0.0.70"));
  EXPECT_EQ(holder(site, "10.0.0.12")->nodes.at(1).name, "cucm-sub");
}

void name(SeenEstate& estate, const std::string& server, std::set<std::string> asked, std::set<std::string> certified) {
  estate.servers[ip(server)].asked_names = std::move(asked);
  estate.servers[ip(server)].certificate_names = std::move(certified);
}

TEST(SiteDraft, MakesOneClusterOfNodesThatHaveOnlyTheirNamesInCommon) {
  SeenEstate estate;
  for (const char* const server : {"10.0.0.11", "10.0.0.12", "10.0.0.13", "10.0.0.14"})
    see(estate, "10.1.0.1", server, 2443);
  name(estate, "10.0.0.11", {}, {"TVS.hq-cucm-pub.example.com"});
  name(estate, "10.0.0.12", {}, {"hq-cucm-sub1-EC.example.com", "hq-cucm-sub1-EC-ms.example.com", "CAPF-1a2b3c4d"});
  name(estate, "10.0.0.13", {"hq-cucm-sub2.example.com"}, {"cucm.example.com", "voice.example.com"});
  name(estate, "10.0.0.14", {"muc-cucm1.example.com"}, {});

  const std::string draft = draft_of(estate);
  const Site site = read_back(estate, draft);

  const SiteCluster* const cluster = holder(site, "10.0.0.11");
  ASSERT_NE(cluster, nullptr);
  EXPECT_EQ(cluster->name, "cucm-hq-cucm");
  ASSERT_EQ(cluster->nodes.size(), 3U);
  EXPECT_EQ(cluster->nodes[0].name, "hq-cucm-pub");
  EXPECT_EQ(cluster->nodes[1].name, "hq-cucm-sub1");
  EXPECT_EQ(cluster->nodes[2].name, "hq-cucm-sub2");
  ASSERT_NE(holder(site, "10.0.0.14"), cluster);
  EXPECT_THAT(
      draft,
      HasSubstr("# perhaps one cluster with cucm-hq-cucm: the same product in example.com; join their nodes if so"));
}

TEST(SiteDraft, JoinsNoServersOfUnknownProductForTheirNames) {
  SeenEstate estate;
  see(estate, "10.1.0.1", "10.0.0.11", 9999);
  see(estate, "10.1.0.1", "10.0.0.12", 9999);
  name(estate, "10.0.0.11", {"host1.example.com"}, {});
  name(estate, "10.0.0.12", {"host2.example.com"}, {});

  const Site site = read_back(estate, draft_of(estate));

  EXPECT_NE(holder(site, "10.0.0.11"), holder(site, "10.0.0.12"));
  EXPECT_EQ(holder(site, "10.0.0.12")->nodes[0].name, "host2");
}

TEST(SiteDraft, KeepsAServerThatIsAlsoAClientOnce) {
  SeenEstate estate;
  see(estate, "10.0.0.31", "10.0.0.11", 2443);
  see(estate, "10.0.0.11", "10.0.0.31", 5061);
  see(estate, "10.0.0.11", "10.0.0.11", 8443);

  const Site site = read_back(estate, draft_of(estate));

  EXPECT_EQ(site.clusters.size(), 2U);
}

TEST(SiteDraft, AsksNoClientWhatItIs) {
  SeenEstate estate;
  for (int n = 1; n < 40; ++n) see(estate, "10.1.0." + std::to_string(n), "10.0.0.60", 9999);
  see(estate, "10.2.0.1", "10.0.0.60", 9999, "bb");

  const Site site = read_back(estate, draft_of(estate));

  ASSERT_EQ(site.clusters.size(), 3U);
  for (const SiteCluster& cluster : site.clusters) {
    if (cluster.name.starts_with("clients")) {
      EXPECT_TRUE(cluster.interfaces && cluster.interfaces->empty()) << cluster.name;
    }
  }
}

TEST(SiteDraft, LetsNoNameOfAServerOutOfItsComment) {
  SeenEstate estate;
  const std::vector<std::string> hostile = {"x\nsite: evil",
                                            "x\r\n  - name: evil",
                                            "a\xe2\x80\xa8site: evil",
                                            "\xc2\x85site: evil",
                                            "#\": [{",
                                            "\"}",
                                            "\xff\xfe\x00z",
                                            std::string(100'000, 'a'),
                                            "..",
                                            "-",
                                            "1.2.3.4",
                                            "&a",
                                            "*a",
                                            "!!x"};
  for (std::size_t n = 0; n < hostile.size(); ++n) {
    const std::string address = "10.0.0." + std::to_string(n + 1);
    see(estate, "10.1.0.1", address, 8443);
    estate.servers[ip(address)].asked_names = {hostile[n]};
    estate.servers[ip(address)].certificate_names = {hostile[n], "cucm-" + std::to_string(n) + ".example.com"};
    estate.servers[ip(address)].leaves = {hostile[n]};
    estate.talks[{ip("10.1.0.1"), {ip(address), 8443}}].refusals = {"client: " + hostile[n]};
    estate.talks[{ip("10.1.0.1"), {ip(address), 8443}}].failures = 1;
  }
  estate.sites = {"\"\nclusters: []\n#"};

  const std::string draft = draft_of(estate);
  const Site site = read_back(estate, draft);

  EXPECT_EQ(site.clusters.size(), hostile.size() + 1);
  EXPECT_THAT(draft, Not(HasSubstr("\nsite: evil")));
  EXPECT_LT(draft.size(), 60'000U);
  EXPECT_TRUE(std::ranges::all_of(draft, [](char c) { return c == '\n' || (c >= ' ' && c <= '~'); }));
}

TEST(SiteDraft, StaysReadableWithThousandsOfClientsOfSeveralKindsInOneNetwork) {
  SeenEstate estate;
  for (int n = 0; n < 6000; ++n) {
    const std::string client = "10.1." + std::to_string(n / 250) + "." + std::to_string(n % 250 + 1);
    see(estate, client, n % 2 == 0 ? "10.0.0.11" : "10.0.0.12", 2443, n % 10 == 0 ? "bb" : n % 301 == 0 ? "cc" : "aa");
  }
  estate.servers[ip("10.0.0.11")].leaves = estate.servers[ip("10.0.0.12")].leaves = {"same"};
  for (int n = 0; n < 300; ++n) see(estate, "2001:db8:0:1::" + std::to_string(n + 1), "10.0.0.11", 8443, "dd");

  const std::string draft = draft_of(estate);
  const Site site = read_back(estate, draft);

  EXPECT_LE(site.clusters.size(), 8U);
  EXPECT_THAT(draft, HasSubstr("# guess: product phone, the only one of cuc, ios-gateway, phone that connects to "
                               "cucm:2443 in such numbers"));
  EXPECT_LT(std::ranges::count(draft, '\n'), 700);
}

TEST(ClientNetworks, GiveTheNetworkToTheKindThatMostOfItAreAndNameTheOthers) {
  std::map<IpAddress, std::size_t> kinds;
  for (int n = 1; n <= 100; ++n) kinds[ip("10.1.2." + std::to_string(n))] = n % 10 == 0 ? 1 : 0;
  for (int n = 1; n <= 20; ++n) kinds[ip("10.200.2." + std::to_string(n))] = 1;

  const auto networks = report::client_networks(kinds);

  ASSERT_EQ(networks.size(), 3U);
  EXPECT_EQ(networks[0].kind, 0U);
  EXPECT_EQ(networks[0].network, "10.1.2.0/24");
  EXPECT_EQ(networks[0].addresses.size(), 90U);
  EXPECT_EQ(networks[1].network, "10.200.2.0/24");
  EXPECT_EQ(networks[2].network, "");
  EXPECT_EQ(networks[2].addresses.size(), 10U);
}

}  // namespace
}  // namespace ucready::scanner
