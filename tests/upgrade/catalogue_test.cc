#include "upgrade/catalogue.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <string>

#include "tests/support/temporary_folder.h"

namespace ucready::upgrade {
namespace {

using testing::HasSubstr;

using support::TemporaryFolder;
Catalogue built_in() {
  auto catalogue = Catalogue::built_in();
  EXPECT_TRUE(catalogue) << catalogue.error().message;
  return catalogue ? std::move(*catalogue) : Catalogue{};
}

TEST(Catalogue, TakesProductsFromAFolderBeforeItsOwn) {
  const TemporaryFolder folder;
  folder.write("mine.yaml", "product: cucm\nname: My CUCM\nrelease_rule: vos\n");
  folder.write("new.yaml", "product: fax\nname: Fax server\nrelease_rule: none\n");
  folder.write("notes.txt", "not looked at");

  const auto catalogue = Catalogue::with(folder.path());

  ASSERT_TRUE(catalogue) << catalogue.error().message;
  EXPECT_EQ(catalogue->find("cucm")->name, "My CUCM");
  EXPECT_EQ(catalogue->find("cucm")->origin, (folder.path() / "mine.yaml").string());
  EXPECT_TRUE(catalogue->find("cucm")->interfaces.empty());
  EXPECT_TRUE(find_setting(*catalogue->find("fax"), "tls_min"));
  EXPECT_EQ(catalogue->find("imp")->origin, "built in");
}

TEST(Catalogue, SaysWhichFileOfAFolderIsWrong) {
  const TemporaryFolder folder;
  folder.write("bad.yaml", "product: fax\nname: Fax\nrelease_rule: none\nports: []\n");

  const auto catalogue = Catalogue::with(folder.path());

  ASSERT_FALSE(catalogue);
  EXPECT_THAT(catalogue.error().message,
              HasSubstr((folder.path() / "bad.yaml").string() + ":4:1: unknown key \"ports\" in a catalogue file"));
}

TEST(Catalogue, RefusesTwoFilesOfOneProductAndAFileThatIsTooLarge) {
  const TemporaryFolder folder;
  folder.write("a.yaml", "product: fax\nname: A\nrelease_rule: none\n");
  folder.write("b.yaml", "product: fax\nname: B\nrelease_rule: none\n");
  EXPECT_THAT(Catalogue::with(folder.path()).error().message, HasSubstr("product fax is already described by"));

  folder.write("b.yaml", std::string((1 << 20) + 1, '#'));
  EXPECT_THAT(Catalogue::with(folder.path()).error().message, HasSubstr("b.yaml:1:1: the file has more than"));
}

TEST(Catalogue, RefusesAFolderThatIsNone) {
  const auto catalogue = Catalogue::with("/nowhere/at/all");

  ASSERT_FALSE(catalogue);
  EXPECT_THAT(catalogue.error().message, HasSubstr("/nowhere/at/all: "));
}

TEST(Catalogue, FindsNoProductThatItDoesNotKnow) { EXPECT_EQ(built_in().find("avaya"), nullptr); }

TEST(Catalogue, TellsTheProtocolOfAPort) {
  const Catalogue catalogue = built_in();

  EXPECT_EQ(catalogue.protocol_of_port(443), "https");
  EXPECT_EQ(catalogue.protocol_of_port(8443), "https");
  EXPECT_EQ(catalogue.protocol_of_port(5061), "sip-tls");
  EXPECT_EQ(catalogue.protocol_of_port(5100), "sip-tls");  // Within Unity Connection's range.
  EXPECT_EQ(catalogue.protocol_of_port(5222), "xmpp-client");
  EXPECT_EQ(catalogue.protocol_of_port(2445), "tvs");
  EXPECT_EQ(catalogue.protocol_of_port(25), "smtp");
  EXPECT_EQ(catalogue.protocol_of_port(993), "imaps");
  EXPECT_EQ(catalogue.protocol_of_port(1433), "tds");
  EXPECT_EQ(catalogue.protocol_of_port(50000), "tls");
  EXPECT_EQ(catalogue.protocol_of_port(2222), "tls");  // SSH: listed, and never taken for a protocol.
}

TEST(Catalogue, ProbesTheFirstPortOfARangeAndNothingInClearText) {
  const Catalogue catalogue = built_in();

  std::vector<int> ports;
  for (const CatalogueInterface& each : interfaces_to_probe(*catalogue.find("cuc"))) {
    ports.push_back(each.port);
    EXPECT_EQ(each.last_port, each.port);
  }
  EXPECT_THAT(ports, testing::ElementsAre(25, 143, 443, 587, 993, 5061, 7443, 7993, 8143, 8443, 8444, 8993, 20536));
  EXPECT_TRUE(interfaces_to_probe(*catalogue.find("jabber")).empty());
}

TEST(Catalogue, ListsWhereAHostOfUnknownProductMayListen) {
  const auto interfaces = built_in().interfaces_of_any_product();

  EXPECT_TRUE(std::is_sorted(interfaces.begin(), interfaces.end(),
                             [](const auto& a, const auto& b) { return a.port < b.port; }));
  const auto at = [&](int port) {
    const auto found =
        std::find_if(interfaces.begin(), interfaces.end(), [&](const auto& i) { return i.port == port; });
    return found == interfaces.end() ? "none" : found->protocol;
  };
  EXPECT_EQ(at(443), "https");
  EXPECT_EQ(at(12015), "https");
  EXPECT_EQ(at(5060), "none");
  EXPECT_EQ(at(2222), "none");
  EXPECT_LT(interfaces.size(), 80U);
}

TEST(Catalogue, GivesTheClientServiceOfAHop) {
  const Catalogue catalogue = built_in();
  const auto service = [&](const char* product, const char* protocol) {
    const auto* found = default_client_service(*catalogue.find(product), protocol);
    return found ? found->name : "none";
  };
  EXPECT_EQ(service("expressway-c", "https"), "traffic-server");
  EXPECT_EQ(service("expressway-c", "tftp-https"), "traffic-server");
  EXPECT_EQ(service("expressway-c", "sip-tls"), "sip-zone");
  EXPECT_EQ(service("expressway-c", "xmpp-client"), "xmpp");
  EXPECT_EQ(service("expressway-c", "xmpp-server"), "xmpp");
  EXPECT_EQ(service("expressway-c", "xcp-router"), "xmpp");
  EXPECT_EQ(service("cucm", "sip-tls"), "sip-trunk");
  EXPECT_EQ(service("cucm", "ldaps"), "ldap");
  EXPECT_EQ(service("imp", "tds"), "database");
  EXPECT_EQ(service("phone", "sccp-tls"), "sccp");
  EXPECT_EQ(service("cucm", "mysql"), "none");
  EXPECT_EQ(find_client_service(*catalogue.find("cucm"), "sip-trunk")->store, "CallManager-trust");
  EXPECT_EQ(find_client_service(*catalogue.find("cucm"), "sip"), nullptr);
}

TEST(Catalogue, KnowsModelsByTheNumberInTheirName) {
  const Catalogue catalogue = built_in();
  const Product& phone = *catalogue.find("phone");

  ASSERT_NE(find_model(phone, "CP-8845-K9"), nullptr);
  EXPECT_EQ(find_model(phone, "CP-8845-K9")->tls13_from, "never");
  EXPECT_EQ(find_model(phone, "8875")->tls13_from, "3.2");
  EXPECT_EQ(find_model(phone, "Desk Phone 9871")->tls13_from, "3.1");
  EXPECT_EQ(find_model(phone, "cisco 7942g")->highest, "TLSv1.0");
  EXPECT_EQ(find_model(phone, "188450"), nullptr);
  EXPECT_EQ(find_model(phone, ""), nullptr);
}

TEST(Catalogue, ComparesReleasesByTheProductsRule) {
  const Catalogue catalogue = built_in();

  EXPECT_LT(parse_release(*catalogue.find("cucm"), "14SU3"), parse_release(*catalogue.find("cucm"), "15SU2"));
  EXPECT_LT(parse_release(*catalogue.find("expressway-e"), "X14.3.7"),
            parse_release(*catalogue.find("expressway-e"), "X15.2"));
  EXPECT_LT(parse_release(*catalogue.find("cube"), "17.12.4b"), parse_release(*catalogue.find("cube"), "26.1.1"));
  EXPECT_EQ(parse_release(*catalogue.find("cube"), "15SU2"), std::nullopt);
}

}  // namespace
}  // namespace ucready::upgrade
