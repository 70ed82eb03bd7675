#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "tests/imports/tell.h"
#include "tests/support/certificate_maker.h"
#include "tests/support/tlv_maker.h"

namespace ucready::imports {
namespace {

using support::MadeCertificate;
using support::make_certificate;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

struct Estate {
  MadeCertificate root = make_certificate({.subject = {{"CN", "Root"}}, .is_ca = true});
  MadeCertificate issuing = make_certificate({.subject = {{"CN", "Issuing"}}, .is_ca = true}, &root);
  MadeCertificate leaf = make_certificate({.subject = {{"CN", "pub.example.com"}}}, &issuing);
};

nlohmann::json snapshot(const Estate& estate) {
  return {{"server", "pub"},
          {"identities",
           {{{"service", "tomcat"}, {"certificate", estate.leaf.pem()}},
            {{"service", "CallManager"}, {"certificate", nullptr}}}},
          {"trusts",
           {{{"service", "tomcat-trust"},
             {"certificate_data",
              {{{"filename", "r.pem"}, {"certificate", estate.root.pem()}},
               {{"filename", "i.pem"}, {"certificate", estate.issuing.pem()}}}}},
            {{"service", "CallManager-trust"}, {"certificate_data", nlohmann::json::array()}}}}};
}

TEST(VosSnapshot, TellsStoresWholeAndIdentitiesWithTheChainThatTheStoreCompletes) {
  const Estate estate;

  const Told told = tell(snapshot(estate).dump(1));

  EXPECT_EQ(told.format, "vos-snapshot");
  EXPECT_EQ(told.owner, "pub");
  ASSERT_THAT(told.stores, SizeIs(2));
  EXPECT_EQ(told.stores[0].store, "tomcat-trust");
  EXPECT_THAT(told.stores[0].entries, SizeIs(2));
  EXPECT_THAT(told.stores[1].entries, IsEmpty()) << "known to trust nothing";
  ASSERT_THAT(told.identities, SizeIs(1)) << "a request has no certificate yet";
  ASSERT_THAT(told.identities[0].chain, SizeIs(2)) << "the root is not sent";
  EXPECT_EQ(told.identities[0].chain[1]->der, estate.issuing.der);
}

TEST(VosSnapshot, LinesAreThoseOfTheDocument) {
  const std::string text = snapshot(Estate()).dump(1);

  const Told told = tell(text);

  const std::size_t at = text.find("\"certificate\"");
  EXPECT_EQ(told.identities[0].line,
            1 + std::count(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(at), '\n'));
}

TEST(VosSnapshot, AStoreWithACertificateThatCannotBeReadIsNotKnown) {
  auto document = snapshot(Estate());
  document["trusts"][0]["certificate_data"][1]["certificate"] =
      "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";

  const Told told = tell(document.dump(1));

  EXPECT_TRUE(told.partial);
  ASSERT_THAT(told.stores, SizeIs(1));
  EXPECT_EQ(told.stores[0].store, "CallManager-trust");
  EXPECT_THAT(told.notes, ElementsAre(HasSubstr("tomcat-trust")));
}

TEST(VosSnapshot, ADocumentThatBreaksOffTellsNothing) {
  const std::string text = snapshot(Estate()).dump(1);

  for (std::size_t size = text.size() / 2; size < text.size(); size += 97) {
    const Told told = tell(text.substr(0, size));
    EXPECT_TRUE(told.says_nothing());
    EXPECT_TRUE(told.partial);
  }
}

TEST(VosSnapshot, JsonNestedWithoutEndIsRefused) {
  const std::string text = "{\"server\":\"x\",\"identities\":" + std::string(1'000'000, '[');

  EXPECT_TRUE(tell(text).partial);
}

TEST(VosSnapshot, APrivateKeyIsNeverKept) {
  const Estate estate;
  auto document = snapshot(estate);
  document["trusts"][0]["certificate_data"][0]["certificate"] = estate.root.key_pem() + estate.root.pem();

  const Told told = tell(document.dump(1));

  EXPECT_THAT(told.stores[0].entries, SizeIs(2));
}

TEST(PemFile, ItsNameInTheArchiveSaysWhatItIsFor) {
  const Estate estate;
  const std::string both = estate.issuing.pem() + estate.root.pem();

  EXPECT_EQ(tell(both, "d/ca_expc1.pem").stores.at(0).store, "trusted-ca");
  const Told server = tell(both + estate.leaf.pem(), "d/server_expc1.pem");
  EXPECT_EQ(server.identities.at(0).identity, "server");
  EXPECT_EQ(server.identities.at(0).chain.at(0)->der, estate.leaf.der) << "the leaf in front";
  EXPECT_TRUE(tell(both, "d/some.pem").says_nothing());
}

TEST(TrustListFile, PinsWhatItsRecordsHold) {
  const MadeCertificate signer = make_certificate({.subject = {{"CN", "ITLRECOVERY_pub"}}, .key = "rsa:2048"});
  const MadeCertificate manager = make_certificate({.subject = {{"CN", "pub.example.com"}}});
  const Bytes bytes =
      support::make_tlv({.records = {support::record_of(signer, 0), support::record_of(manager, 2)}}, signer);

  const Told told = tell(as_text(bytes), "ITLFile.tlv");

  ASSERT_THAT(told.lists, SizeIs(1));
  EXPECT_EQ(told.lists[0].name, "itl");
  ASSERT_THAT(told.lists[0].entries, SizeIs(2));
  EXPECT_EQ(told.lists[0].entries[1].certificate->der, manager.der);
  EXPECT_EQ(told.lists[0].entries[1].roles, "CCM+TFTP");
  EXPECT_THAT(told.lists[0].nodes, testing::Contains("pub.example.com"));
}

}  // namespace
}  // namespace ucready::imports
