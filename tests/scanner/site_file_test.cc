#include "scanner/site_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <fstream>
#include <iterator>

#include "tests/scanner/site_example.h"

namespace ucready::scanner {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::StartsWith;

// A folder that is gone after the test.
class Folder {
 public:
  Folder() {
    std::string pattern = (std::filesystem::temp_directory_path() / "ucready-site-XXXXXX").string();
    path_ = mkdtemp(pattern.data());
  }
  ~Folder() { std::filesystem::remove_all(path_); }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;

  std::filesystem::path write(const std::string& name, std::string_view text) {
    const std::filesystem::path file = path_ / name;
    std::filesystem::create_directories(file.parent_path());
    std::ofstream(file, std::ios::binary) << text;
    return file;
  }
  [[nodiscard]] const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

Site read(std::string_view text) {
  auto site = read_site_text(text, "site.yaml", catalogue());
  EXPECT_TRUE(site) << (site ? "" : site.error().message);
  return site.value_or(Site{});
}

TEST(SiteFile, IsReadWholeFromTheContractsExample) {
  Folder folder;
  for (const char* name :
       {"trust/hq/root.pem", "trust/sub/root.pem", "own/tomcat.pem", "own/tomcat-ecdsa.pem", "own/callmanager.pem"}) {
    folder.write(name, "any");
  }
  const std::filesystem::path file = folder.write("site.yaml", kSiteExample);

  const Result<Site> site = read_site_file(file, catalogue());

  ASSERT_TRUE(site) << site.error().message;
  EXPECT_THAT(site->warnings, IsEmpty());
  EXPECT_EQ(site->name, "hq");
  EXPECT_EQ(site->file, file);
  ASSERT_EQ(site->clusters.size(), 5U);

  const SiteCluster& cucm = site->clusters[0];
  EXPECT_EQ(cucm.name, "hq-cucm");
  EXPECT_EQ(cucm.product, "cucm");
  EXPECT_EQ(cucm.release, "14SU3");
  EXPECT_EQ(cucm.target, "15SU4a");
  EXPECT_THAT(cucm.via, IsEmpty());
  ASSERT_EQ(cucm.settings.size(), 2U);
  EXPECT_EQ(cucm.settings[1].name, "certificate_preference");
  EXPECT_EQ(cucm.settings[1].value, "tls12-ciphers");
  EXPECT_EQ(cucm.settings[1].line, 10);
  ASSERT_EQ(cucm.trust.size(), 1U);
  EXPECT_EQ(cucm.trust[0].store, "");
  EXPECT_THAT(cucm.trust[0].files, ElementsAre(folder.path() / "trust/hq/"));
  EXPECT_THAT(cucm.certificates, ElementsAre(folder.path() / "own/tomcat.pem", folder.path() / "own/tomcat-ecdsa.pem"));
  ASSERT_EQ(cucm.nodes.size(), 2U);
  EXPECT_EQ(cucm.nodes[0].name, "cucm-pub");
  EXPECT_EQ(cucm.nodes[0].address, "10.0.0.11");
  EXPECT_EQ(cucm.nodes[0].role, "publisher");
  EXPECT_EQ(cucm.nodes[0].line, 14);
  ASSERT_EQ(cucm.nodes[1].trust.size(), 1U);
  EXPECT_EQ(cucm.nodes[1].trust[0].store, "CallManager-trust");
  ASSERT_EQ(cucm.services.size(), 1U);
  EXPECT_EQ(cucm.services[0].service, "sip-trunk");
  EXPECT_EQ(cucm.services[0].settings[0].value, "TLSv1.2");
  ASSERT_TRUE(cucm.interfaces);
  ASSERT_EQ(cucm.interfaces->size(), 3U);
  EXPECT_EQ((*cucm.interfaces)[0].port, 8443);
  EXPECT_EQ((*cucm.interfaces)[0].protocol, "https");
  EXPECT_EQ((*cucm.interfaces)[0].server_name, "cucm.example.com");
  EXPECT_EQ((*cucm.interfaces)[1].settings.size(), 2U);
  EXPECT_EQ((*cucm.interfaces)[2].domain, "example.com");

  const SiteCluster& phones = site->clusters[1];
  EXPECT_EQ(phones.model, "8845");
  EXPECT_EQ(phones.count, 1900);
  EXPECT_EQ(phones.addresses, "10.1.0.0/24");
  EXPECT_FALSE(phones.interfaces);
  EXPECT_EQ(site->clusters[3].nodes[0].address, "2001:db8::31");

  ASSERT_EQ(site->hops.size(), 2U);
  EXPECT_EQ(site->hops[0].from.cluster, "hq-phones");
  EXPECT_EQ(site->hops[0].to.cluster, "hq-cucm");
  EXPECT_EQ(site->hops[0].to.port, 5061);
  EXPECT_EQ(site->hops[0].security, "authenticated");
  EXPECT_EQ(site->hops[1].service, "traffic-server");
  EXPECT_EQ(site->hops[1].security, "encrypted");
  EXPECT_FALSE(site->hops[1].dormant);

  ASSERT_EQ(site->order.size(), 3U);
  EXPECT_THAT(site->order[0].upgrade, ElementsAre("hq-expe", "hq-expc"));
  EXPECT_EQ(site->order[1].date, "2027-01-16");
  EXPECT_THAT(site->order[1].upgrade, ElementsAre("hq-cucm", "hq-imp"));
  ASSERT_EQ(site->order[2].changes.size(), 1U);
  EXPECT_EQ(site->order[2].changes[0].cluster, "hq-cucm");
  EXPECT_EQ(site->order[2].changes[0].setting, "tls_min");
  EXPECT_EQ(site->order[2].changes[0].value, "TLSv1.3");
}

// The first block of that language in docs/site-file.md.
std::string documented(const std::string& language) {
  std::ifstream in(UCREADY_SOURCE_DIR "/docs/site-file.md");
  const std::string page{std::istreambuf_iterator<char>(in), {}};
  const std::size_t begin = page.find("```" + language + "\n") + language.size() + 4;
  return page.substr(begin, page.find("```", begin) - begin);
}

TEST(SiteFile, IsReadFromTheExamplesOfItsDocumentation) {
  const Site yaml = read(documented("yaml"));
  const Result<Site> csv = read_site_text(documented("csv"), "north.csv", catalogue());

  EXPECT_EQ(yaml.clusters.size(), 3U);
  EXPECT_EQ(yaml.hops.size(), 2U);
  EXPECT_EQ(yaml.order.size(), 3U);
  EXPECT_THAT(yaml.warnings, IsEmpty());
  ASSERT_TRUE(csv) << csv.error().message;
  EXPECT_EQ(csv->clusters.size(), 2U);
}

TEST(SiteFile, GivesASiteOrOneLineOfErrorAtEveryTruncation) {
  for (std::size_t size = 0; size < kSiteExample.size(); ++size) {
    const Result<Site> site = read_site_text(kSiteExample.substr(0, size), "site.yaml", catalogue());
    if (site) continue;
    ASSERT_THAT(site.error().message, StartsWith("site.yaml:")) << size;
    ASSERT_EQ(site.error().message.find('\n'), std::string::npos) << size;
  }
}

TEST(SiteFile, TellsNoInterfacesFromNoneMentioned) {
  const Site site = read(
      "site: a\nclusters:\n"
      "  - {name: c, product: cucm, nodes: [{name: n, address: 10.0.0.1, interfaces: []}, {name: m, address: "
      "10.0.0.2}]}\n");

  EXPECT_FALSE(site.clusters[0].interfaces);
  ASSERT_TRUE(site.clusters[0].nodes[0].interfaces);
  EXPECT_THAT(*site.clusters[0].nodes[0].interfaces, IsEmpty());
  EXPECT_FALSE(site.clusters[0].nodes[1].interfaces);
}

TEST(SiteFile, TakesTwoProtocolsOfOnePortForTwoInterfaces) {
  const Result<Site> site = read_site_text(
      "site: a\nclusters:\n  - name: c\n    product: other\n    interfaces:\n"
      "      - {port: 700, protocol: https, server_name: a.example}\n      - {port: 700, protocol: tls}\n",
      "site.yaml", catalogue());

  ASSERT_TRUE(site) << site.error().message;
  ASSERT_EQ(site->clusters[0].interfaces->size(), 2U);
  EXPECT_EQ(site->clusters[0].interfaces->at(1).protocol, "tls");
}

TEST(SiteFile, TakesAKeyWithoutValueAsOmitted) {
  const Site site = read(
      "site: a\nclusters:\n  - name: c\n    product: phone\n    release:\n    target: ~\n    interfaces:\n    nodes:\n"
      "    settings: {tls_min: }\nhops:\norder:\n");

  EXPECT_EQ(site.clusters[0].release, "");
  EXPECT_FALSE(site.clusters[0].interfaces);
  EXPECT_THAT(site.clusters[0].settings, IsEmpty());
}

TEST(SiteFile, JoinsListsOfASettingAndKeepsCommasInsideItems) {
  const Site site = read(
      "site: a\nclusters:\n  - name: c\n    product: cucm\n    count: 1\n    settings:\n"
      "      authorised_subjects: [\"CN=a,O=b\", cube.example]\n"
      "      ciphers: [TLS_AES_128_GCM_SHA256, TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256]\n");

  EXPECT_EQ(site.clusters[0].settings[0].value, "CN=a\\,O=b,cube.example");
  EXPECT_EQ(site.clusters[0].settings[1].value, "TLS_AES_128_GCM_SHA256,TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256");
}

TEST(SiteFile, ReadsHopsBetweenSingleNodesAlsoOfIpv6Addresses) {
  const Site site = read(
      "site: a\nclusters:\n"
      "  - {name: c, product: cucm, nodes: [{name: \"2001:db8::1\", address: \"2001:db8::1\"}, {name: n, address: "
      "10.0.0.2}]}\n"
      "hops:\n"
      "  - {from: c/n, to: \"c/[2001:db8::1]:8443\", dormant: true, security: nonsecure}\n"
      "  - {from: \"c/2001:db8::1\", to: \"c/n:7501\"}\n");

  ASSERT_EQ(site.hops.size(), 2U);
  EXPECT_EQ(site.hops[0].from.node, "n");
  EXPECT_EQ(site.hops[0].to.node, "2001:db8::1");
  EXPECT_EQ(site.hops[0].to.port, 8443);
  EXPECT_TRUE(site.hops[0].dormant);
  EXPECT_EQ(site.hops[1].from.node, "2001:db8::1");
  EXPECT_EQ(site.hops[1].to.node, "n");
}

TEST(SiteFile, ReadsAnOrderThatStopsOnTheWay) {
  const Site site = read(
      "site: a\nclusters:\n  - {name: e, product: expressway-c, release: X12.7.1, via: [X14.3.7], target: X15.5, "
      "count: 1}\n"
      "order:\n  - e\n  - {date: 2027-03-01, do: e}\n");

  EXPECT_THAT(site.clusters[0].via, ElementsAre("X14.3.7"));
  EXPECT_THAT(site.order[0].upgrade, ElementsAre("e"));
  EXPECT_THAT(site.order[1].upgrade, ElementsAre("e"));
  EXPECT_EQ(site.order[1].date, "2027-03-01");
}

TEST(SiteFile, WarnsOfAReleaseThatCannotBeCompared) {
  const Site site = read("site: a\nclusters:\n  - {name: c, product: cucm, release: latest, count: 1}\n");

  EXPECT_EQ(site.clusters[0].release, "latest");
  EXPECT_THAT(site.warnings, ElementsAre("site.yaml:3:39: release \"latest\" cannot be compared with other releases of "
                                         "cucm; it is treated as unknown"));
}

TEST(SiteFile, WarnsOfWhatIsOddButPossible) {
  const Site site = read(
      "site: a\nclusters:\n"
      "  - {name: c, product: cucm, release: 15SU2, target: 14SU3, nodes: [{name: n, address: 10.0.0.1}]}\n"
      "  - {name: d, product: cucm, nodes: [{name: n, address: 10.0.0.1}]}\n"
      "  - {name: e, product: cucm, trust: [{store: tomcat-thrust, files: a.pem}]}\n"
      "hops:\n  - {from: d, to: c:5999}\n"
      "order:\n  - {set: c.tls_min, to: TLSv1.2}\n");

  EXPECT_THAT(
      site.warnings,
      ElementsAre("site.yaml:3:54: the way of c goes down, from \"15SU2\" to \"14SU3\"",
                  "site.yaml:5:38: nothing of cucm is known to look into the store \"tomcat-thrust\"; did you mean "
                  "tomcat-trust?",
                  "site.yaml:7:19: c is not known to listen on port 5999; list it under interfaces, or mend the port",
                  "site.yaml:3:1: c has a target but no place in the order; it stays as it is",
                  "site.yaml:4:1: 10.0.0.1 port 443 is declared for c/n and for d/n; it is scanned for both",
                  "site.yaml:5:1: e has no nodes; nothing of it is scanned"));
}

TEST(SiteFile, WarnsOfNeitherPhonesListsNorPortsWithoutTls) {
  const Site site = read(
      "site: a\nclusters:\n"
      "  - {name: c, product: cucm, trust: [{store: itl, files: a.pem}], nodes: [{name: n, address: 10.0.0.1}]}\n"
      "  - {name: o, product: other, nodes: [{name: m, address: 10.0.0.2}]}\n"
      "hops:\n  - {from: c, to: o:5060, security: nonsecure}\n");

  EXPECT_THAT(site.warnings, IsEmpty());
}

TEST(SiteFile, CountsTheWarningsItDoesNotShow) {
  std::string text = "site: a\nclusters:\n";
  for (int i = 0; i < 150; ++i) text += "  - {name: c" + std::to_string(i) + ", product: cucm}\n";

  const Site site = read(text);

  ASSERT_EQ(site.warnings.size(), 101U);
  EXPECT_EQ(site.warnings.back(), "site.yaml: 50 more warnings are not shown");
}

TEST(SiteFile, ThatIsMissingOrNoFileIsRefused) {
  Folder folder;

  EXPECT_EQ(read_site_file(folder.path() / "none.yaml", catalogue()).error().message,
            (folder.path() / "none.yaml").string() + ": No such file or directory; name a readable site file");
  EXPECT_EQ(read_site_file(folder.path(), catalogue()).error().message,
            folder.path().string() + ": is a folder; name a readable site file");
}

TEST(SiteFile, NamesThePathThatIsNotThere) {
  Folder folder;
  const auto file =
      folder.write("site.yaml", "site: a\nclusters:\n  - {name: c, product: cucm, trust: [here, gone.pem]}\n");
  folder.write("here", "any");

  EXPECT_EQ(read_site_file(file, catalogue()).error().message,
            file.string() +
                ":3:44: trust \"gone.pem\" does not exist; relative paths start at the site file's folder, " +
                folder.path().string());
}

TEST(SiteFile, RefusesAPathThatIsADevice) {
  Folder folder;
  const auto file =
      folder.write("site.yaml", "site: a\nclusters:\n  - {name: c, product: cucm, certificates: /dev/null}\n");

  EXPECT_EQ(read_site_file(file, catalogue()).error().message,
            file.string() +
                ":3:44: certificates \"/dev/null\" is neither a file nor a folder; relative paths start at the "
                "site file's folder, " +
                folder.path().string());
}

}  // namespace
}  // namespace ucready::scanner
