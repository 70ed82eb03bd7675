// `ucready trust` and the site file's `trust` and `certificates`, on files of a small PKI.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <sstream>

#include "scanner/program.h"
#include "scanner/site_trust.h"
#include "tests/support/tlv_maker.h"

namespace ucready::scanner {
namespace {

namespace fs = std::filesystem;
using support::MadeCertificate;
using support::make_certificate;
using testing::HasSubstr;
using testing::Not;
using testing::SizeIs;
using testing::StartsWith;

struct Ran {
  ExitCode code;
  std::string out;
  std::string err;
};

Ran run(const std::vector<std::string>& arguments) {
  std::ostringstream out, err;
  Console console{.out = out, .err = err};
  const ExitCode code = run_program(arguments, console);
  return {code, out.str(), err.str()};
}

class TrustCommand : public testing::Test {
 protected:
  TrustCommand() {
    std::string name = (fs::temp_directory_path() / "ucready-trust-XXXXXX").string();
    if (mkdtemp(name.data()) == nullptr) throw std::runtime_error("no temporary folder");
    folder = name;
  }
  ~TrustCommand() override { fs::remove_all(folder); }

  std::string write(const std::string& name, std::string_view content) {
    fs::create_directories((folder / name).parent_path());
    std::ofstream(folder / name, std::ios::binary) << content;
    return (folder / name).string();
  }

  Result<SiteTrustFacts> site_trust(const std::string& yaml) {
    const auto catalogue = upgrade::Catalogue::built_in();
    const auto site = read_site_file(write("hq.yaml", yaml), *catalogue);
    if (!site) return tl::unexpected<Error>(site.error());
    return read_site_trust(*site, *catalogue);
  }

  fs::path folder;
  MadeCertificate root =
      make_certificate({.subject = {{"CN", "NW-Root"}}, .key_usage = "keyCertSign", .is_ca = true, .new_key = true});
  MadeCertificate leaf =
      make_certificate({.subject = {{"CN", "hh-cucm1"}}, .key = "rsa:2048", .serial = "5a01"}, &root);
};

TEST_F(TrustCommand, ShowsAListWithItsSignerAndRoles) {
  const auto signer = make_certificate({.subject = {{"CN", "ITLRECOVERY_nw"}}, .key = "rsa:2048", .serial = "5a09"});
  const std::string file = write(
      "ITLFile.tlv",
      as_text(support::make_tlv({.records = {support::record_of(signer, 0), support::record_of(leaf, 2)}}, signer)));

  const Ran shown = run({"trust", "show", file});

  EXPECT_EQ(shown.code, ExitCode::done) << shown.err;
  EXPECT_THAT(shown.out, HasSubstr(": ITL, 2 trusted\n"));
  EXPECT_THAT(shown.out, HasSubstr("serial 5a09, 2026-01-01T00:00:00Z; signature valid\n"));
  EXPECT_THAT(
      shown.out,
      HasSubstr(
          "record 2: CN=hh-cucm1 [CCM+TFTP]\n    rsa 2048, sha256, 2026-01-01 to 2028-01-01, by CN=NW-Root, sha256 "));
}

TEST_F(TrustCommand, ShowsCsvAndJson) {
  const std::string file = write("root.pem", root.pem());

  const Ran csv = run({"trust", "show", "--format", "csv", file});
  EXPECT_THAT(csv.out, StartsWith("source,format,place,kind,roles,subject,issuer,serial,sha256,key_type,"));
  EXPECT_THAT(csv.out, HasSubstr(file + ",PEM,line 1,ca,,CN=NW-Root,CN=NW-Root,"));
  const Ran json = run({"trust", "show", "--format", "json", file});
  EXPECT_THAT(json.out, HasSubstr("\"subject\": \"CN=NW-Root\""));
  EXPECT_THAT(json.out, HasSubstr("\"is_ca\": 1"));
  EXPECT_EQ(run({"trust", "show", "--format", "xml", file}).code, ExitCode::usage);
}

TEST_F(TrustCommand, WrongUsageIsOneLineWithTheMend) {
  EXPECT_THAT(run({"trust"}).err, HasSubstr("say show, add or who first"));
  EXPECT_THAT(run({"trust", "forget", "x"}).err, HasSubstr("trust forget: say show, add or who first"));
  EXPECT_THAT(run({"trust", "show"}).err, HasSubstr("no file is named"));
  EXPECT_THAT(run({"trust", "add", write("root.pem", root.pem())}).err, HasSubstr("needs --cluster NAME"));
  EXPECT_THAT(run({"trust", "show", write("x.pem", "nothing")}).err, HasSubstr("no certificate, PKCS#7, CTL or ITL"));
  EXPECT_EQ(run({"trust", "show", (folder / "none").string()}).code, ExitCode::usage);
}

TEST_F(TrustCommand, WhoTellsWhoTrustsByLeafAndByAuthority) {
  const std::string db = (folder / "hq.db").string();
  const std::string root_file = write("root.pem", root.pem());
  const std::string leaf_file = write("leaf.pem", leaf.pem());
  const auto other = make_certificate({.subject = {{"CN", "Elsewhere"}}, .is_ca = true, .new_key = true});
  const auto add = [&](const std::string& node, const std::string& store, const std::string& file) {
    const Ran added = run({"trust", "add", "--db", db, "--cluster", "hq-cucm", "--node", node, "--store", store, file});
    EXPECT_EQ(added.code, ExitCode::done) << added.err;
    EXPECT_THAT(added.out,
                HasSubstr("1 certificates of 1 files are trusted by " + store + " of " + node + " of hq-cucm"));
  };
  add("cucm-pub", "tomcat-trust", root_file);
  add("cucm-sub", "tomcat-trust", leaf_file);
  add("cucm-sub2", "tomcat-trust", write("other.pem", other.pem()));

  const Ran who = run({"trust", "who", "--db", db, leaf_file});

  EXPECT_EQ(who.code, ExitCode::done) << who.err;
  EXPECT_THAT(who.out, HasSubstr("Trusted by 2 stores; 1 other known stores do not trust it.\n"
                                 "  hq-cucm/cucm-pub tomcat-trust: holds its authority\n"
                                 "  hq-cucm/cucm-sub tomcat-trust: holds it\n"));
  EXPECT_THAT(who.out, HasSubstr("A renewal must reach the 1 stores"));

  const std::size_t at = who.out.find("sha256 ") + 7;
  const Ran by_digest = run({"trust", "who", "--db", db, who.out.substr(at, 12)});
  EXPECT_EQ(by_digest.out, who.out) << by_digest.err;
  EXPECT_THAT(run({"trust", "who", "--db", db, "0000000000"}).err,
              HasSubstr("the database knows no certificate, or several"));
}

TEST_F(TrustCommand, TheNewestWordOnAStoreCounts) {
  const std::string db = (folder / "hq.db").string();
  const std::string leaf_file = write("leaf.pem", leaf.pem());
  const std::vector<std::string> words = {"trust",     "add",     "--db",    db,
                                          "--cluster", "hq-cucm", "--store", "tomcat-trust"};
  for (const std::string& file : {leaf_file, write("root.pem", root.pem())}) {
    auto all = words;
    all.push_back(file);
    ASSERT_EQ(run(all).code, ExitCode::done);
  }

  EXPECT_THAT(run({"trust", "who", "--db", db, leaf_file}).out,
              HasSubstr("hq-cucm tomcat-trust: holds its authority\n"));
  EXPECT_THAT(run({"trust", "who", "--db", db, leaf_file}).out, Not(HasSubstr("holds it\n")));
}

constexpr const char* kSite = R"(site: hq
clusters:
  - name: hq-cucm
    product: cucm
    trust: [trust/hq/]
    certificates: [own/tomcat.pem]
    nodes:
      - {name: cucm-pub, address: 10.0.0.11}
      - name: cucm-sub
        address: 10.0.0.12
        trust: [{store: CallManager-trust, files: [trust/sub/]}]
  - {name: hq-app, product: app, trust: [trust/hq/]}
  - {name: hq-imp, product: imp, nodes: [{name: imp-pub, address: 10.0.0.21}]}
)";

TEST_F(TrustCommand, TheSiteFilesShortFormReachesEveryStoreAndANodesEntryReplacesIt) {
  write("trust/hq/root.pem", root.pem());
  write("trust/sub/leaf.pem", leaf.pem());
  write("own/tomcat.pem", root.pem() + leaf.pem());

  const auto facts = site_trust(kSite);

  ASSERT_TRUE(facts) << facts.error().message;
  std::map<std::string, std::string> first_subject;
  for (const db::TrustObservation& store : facts->stores) {
    ASSERT_THAT(store.entries, SizeIs(1));
    first_subject[store.cluster + "/" + store.node + "/" + store.store] = store.entries[0].certificate->subject;
  }
  EXPECT_EQ(first_subject["hq-cucm/cucm-pub/CallManager-trust"], "CN=NW-Root");
  EXPECT_EQ(first_subject["hq-cucm/cucm-pub/tomcat-trust"], "CN=NW-Root");
  EXPECT_EQ(first_subject["hq-cucm/cucm-sub/tomcat-trust"], "CN=NW-Root");
  EXPECT_EQ(first_subject["hq-cucm/cucm-sub/CallManager-trust"], "CN=hh-cucm1");
  EXPECT_EQ(first_subject.count("hq-imp/imp-pub/tomcat-trust"), 0U) << "nothing was given: unknown";
  EXPECT_TRUE(std::ranges::any_of(facts->stores, [](const auto& store) { return store.cluster == "hq-app"; }));

  ASSERT_THAT(facts->chains, SizeIs(1));
  EXPECT_EQ(facts->chains[0].cluster, "hq-cucm");
  ASSERT_THAT(facts->chains[0].certificates, SizeIs(2));
  EXPECT_EQ(facts->chains[0].certificates[0]->subject, "CN=hh-cucm1") << "the leaf leads";
}

TEST_F(TrustCommand, ABrokenTrustFileOfASiteIsAnErrorWithBothPlaces) {
  write("trust/hq/root.pem", "-----BEGIN CERTIFICATE-----\n");
  write("trust/sub/leaf.pem", leaf.pem());
  write("own/tomcat.pem", leaf.pem());

  const auto facts = site_trust(kSite);

  ASSERT_FALSE(facts);
  EXPECT_THAT(facts.error().message, StartsWith((folder / "hq.yaml").string() + ":5: "));
  EXPECT_THAT(facts.error().message, HasSubstr("root.pem:1: the block CERTIFICATE has no end"));
}

TEST_F(TrustCommand, AScanKeepsWhatTheSiteFileSaysOfTrust) {
  write("trust/root.pem", root.pem());
  write("own.pem", leaf.pem());
  const std::string site = write("hq.yaml", R"(site: hq
clusters:
  - name: hq-cucm
    product: cucm
    trust: [trust/]
    certificates: [own.pem]
    nodes: [{name: cucm-pub, address: 127.0.0.1, interfaces: [{port: 1, protocol: https}]}]
)");
  const std::string db = (folder / "hq.db").string();

  run({"scan", "--site", site, "--db", db, "--timeout", "1"});

  const Ran table = run({"report", "--db", db, "--table", "trust", "--format", "csv"});
  EXPECT_THAT(table.out, HasSubstr("hq-cucm,cucm-pub,tomcat-trust," + (folder / "trust/root.pem").string() + ",ca,"));
  EXPECT_THAT(run({"trust", "who", "--db", db, (folder / "own.pem").string()}).out, HasSubstr("declared: hq-cucm\n"));
}

}  // namespace
}  // namespace ucready::scanner
