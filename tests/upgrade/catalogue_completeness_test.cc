// What the built-in catalogue must hold: every product, every documented port, a source for each fact.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>
#include <sstream>
#include <string>

#include "upgrade/catalogue.h"
#include "upgrade/mend_entries.h"

namespace ucready::upgrade {
namespace {

constexpr std::string_view kProducts[] = {
    "cucm",        "imp", "cuc",  "cer",      "pcd",   "expressway-c", "expressway-e", "cube",
    "ios-gateway", "cms", "uccx", "cce",      "phone", "ata",          "roomos",       "jabber",
    "webex",       "sbc", "ldap", "database", "idp",   "exchange",     "app",          "other"};

const Catalogue& catalogue() {
  static const Catalogue read = [] {
    auto built_in = Catalogue::built_in();
    return built_in ? std::move(*built_in) : Catalogue{};
  }();
  return read;
}

struct PortFact {
  std::string_view product;
  std::uint16_t port;
  std::string_view protocol;  // Empty: listed, not probed.
};

constexpr PortFact kPorts[] = {
    {"cucm", 443, "https"},
    {"cucm", 2443, "sccp-tls"},
    {"cucm", 2444, "tls"},
    {"cucm", 2445, "tvs"},
    {"cucm", 2748, ""},
    {"cucm", 2749, "cti-tls"},
    {"cucm", 3804, "capf"},
    {"cucm", 4040, "tls"},
    {"cucm", 5060, ""},
    {"cucm", 5061, "sip-tls"},
    {"cucm", 5090, "sip-tls"},
    {"cucm", 5091, "sip-tls"},
    {"cucm", 69, ""},
    {"cucm", 6969, ""},
    {"cucm", 6970, ""},
    {"cucm", 6971, "tftp-https"},
    {"cucm", 6972, "tftp-https"},
    {"cucm", 7501, "ils"},
    {"cucm", 7502, "ils"},
    {"cucm", 8006, ""},
    {"cucm", 8443, "https"},
    {"cucm", 9004, ""},
    {"cucm", 9005, "tls"},
    {"cucm", 9443, "https"},
    {"cucm", 9444, "https"},
    {"cucm", 9463, "https"},
    {"cucm", 9560, "https"},
    {"cucm", 9966, ""},
    {"imp", 443, "https"},
    {"imp", 5061, "sip-tls"},
    {"imp", 5062, "sip-tls"},
    {"imp", 5222, "xmpp-client"},
    {"imp", 5269, "xmpp-server"},
    {"imp", 5280, "https"},
    {"imp", 7336, "https"},
    {"imp", 7400, "xcp-router"},
    {"imp", 8083, "https"},
    {"imp", 8443, "https"},
    {"cuc", 25, "smtp"},
    {"cuc", 143, "imap"},
    {"cuc", 443, "https"},
    {"cuc", 587, "smtp"},
    {"cuc", 993, "imaps"},
    {"cuc", 5061, "sip-tls"},
    {"cuc", 7080, ""},
    {"cuc", 7443, "https"},
    {"cuc", 7993, "imaps"},
    {"cuc", 8143, "imap"},
    {"cuc", 8443, "https"},
    {"cuc", 8444, "https"},
    {"cuc", 8993, "imaps"},
    {"cuc", 20532, ""},
    {"cuc", 20536, "tls"},
    {"expressway-c", 443, "https"},
    {"expressway-c", 4371, "tls"},
    {"expressway-c", 4372, "tls"},
    {"expressway-c", 5061, "sip-tls"},
    {"expressway-c", 5062, "sip-tls"},
    {"expressway-e", 443, "https"},
    {"expressway-e", 2222, ""},
    {"expressway-e", 4371, "tls"},
    {"expressway-e", 4372, "tls"},
    {"expressway-e", 5061, "sip-tls"},
    {"expressway-e", 5062, "sip-tls"},
    {"expressway-e", 5222, "xmpp-client"},
    {"expressway-e", 5269, "xmpp-server"},
    {"expressway-e", 7001, "sip-tls"},
    {"expressway-e", 7400, "xcp-router"},
    {"expressway-e", 8443, "https"},
    {"cube", 5061, "sip-tls"},
    {"cube", 5090, "sip-tls"},
    {"ios-gateway", 2445, "tls"},
    {"ios-gateway", 5061, "sip-tls"},
    {"uccx", 443, "https"},
    {"uccx", 5223, "tls"},
    {"uccx", 7443, "https"},
    {"uccx", 8443, "https"},
    {"uccx", 8444, "https"},
    {"uccx", 8445, "https"},
    {"uccx", 8447, "https"},
    {"uccx", 8553, "https"},
    {"uccx", 9089, "tls"},
    {"uccx", 9443, "https"},
    {"uccx", 12015, "https"},
    {"cer", 443, "https"},
    {"cer", 8443, "https"},
    {"pcd", 443, "https"},
    {"pcd", 8443, "https"},
    {"cms", 443, "https"},
    {"cms", 445, "https"},
    {"cms", 5061, "sip-tls"},
    {"phone", 443, "https"},
    {"roomos", 443, "https"},
    {"ldap", 389, "ldap"},
    {"ldap", 636, "ldaps"},
    {"ldap", 3268, "ldap"},
    {"ldap", 3269, "ldaps"},
    {"database", 1433, "tds"},
    {"database", 1521, ""},
    {"database", 2484, "tls"},
    {"database", 3306, "mysql"},
    {"database", 5432, "postgresql"},
    {"exchange", 443, "https"},
};

TEST(BuiltInCatalogue, DescribesEveryProductInAFileOfItsName) {
  std::set<std::string, std::less<>> files;
  for (const EmbeddedFile& file : catalogue_files()) {
    const auto product = read_product(file.text, std::string(file.name));
    ASSERT_TRUE(product) << product.error().message;
    EXPECT_EQ(product->id + ".yaml", file.name);
    files.insert(product->id);
  }
  for (const std::string_view id : kProducts) {
    EXPECT_TRUE(files.contains(id)) << id;
    EXPECT_TRUE(catalogue().find(id)) << id;
  }
  EXPECT_EQ(catalogue().products().size(), std::size(kProducts));
}

TEST(BuiltInCatalogue, IsWhatStandsInTheSourceTree) {
  std::size_t files = 0;
  for (const auto& entry : std::filesystem::directory_iterator(UCREADY_SOURCE_DIR "/catalogue")) {
    std::ifstream in(entry.path(), std::ios::binary);
    const std::string text{std::istreambuf_iterator<char>(in), {}};
    const auto embedded = catalogue_files();
    const auto same = std::find_if(embedded.begin(), embedded.end(), [&](const EmbeddedFile& file) {
      return file.name == entry.path().filename().string();
    });
    ASSERT_NE(same, embedded.end()) << entry.path();
    EXPECT_EQ(same->text, text) << entry.path();
    ++files;
  }
  EXPECT_EQ(files, catalogue_files().size());
}

TEST(BuiltInCatalogue, HoldsEveryDocumentedPort) {
  for (const PortFact& fact : kPorts) {
    const auto& interfaces = catalogue().find(fact.product)->interfaces;
    const auto found = std::find_if(interfaces.begin(), interfaces.end(),
                                    [&](const CatalogueInterface& each) { return each.port == fact.port; });
    ASSERT_NE(found, interfaces.end()) << fact.product << ' ' << fact.port;
    EXPECT_EQ(found->protocol, fact.protocol) << fact.product << ' ' << fact.port;
    EXPECT_EQ(found->probe, !fact.protocol.empty()) << fact.product << ' ' << fact.port;
  }
  const auto& sip =
      *std::find_if(catalogue().find("cuc")->interfaces.begin(), catalogue().find("cuc")->interfaces.end(),
                    [](const CatalogueInterface& each) { return each.port == 5061; });
  EXPECT_EQ(sip.last_port, 5199);
}

TEST(BuiltInCatalogue, NamesADescribedSourceAndAConfidenceForEachFact) {
  std::ifstream in(UCREADY_SOURCE_DIR "/docs/sources.md");
  const std::string sources{std::istreambuf_iterator<char>(in), {}};
  const auto check = [&](const std::string& fact, const Evidence& evidence) {
    EXPECT_FALSE(evidence.confidence.empty()) << fact;
    EXPECT_FALSE(evidence.source.empty()) << fact;
    std::istringstream keys(evidence.source);
    for (std::string key; std::getline(keys >> std::ws, key, ',');) {
      EXPECT_NE(sources.find("| `" + key + "` |"), std::string::npos) << fact << " names " << key;
    }
  };
  for (const auto& [id, product] : catalogue().products()) {
    for (const auto& each : product.interfaces) check(id + " " + std::to_string(each.port), each.evidence);
    for (const auto& each : product.client_services) check(id + " " + each.name, each.evidence);
    for (const auto& each : product.settings) check(id + " " + each.name, each.evidence);
    for (const auto& each : product.mends) check(id + " mend " + each.kind, each.evidence);
    for (const auto& each : product.releases) check(id + " " + each.name, each.evidence);
    if (!product.tls13_from.empty()) check(id + " tls13", product.tls13_evidence);
  }
}

TEST(BuiltInCatalogue, NamesOnlyProtocolsOfTheContract) {
  const auto& protocols = known_protocols();
  EXPECT_EQ(protocols.size(), 21U);
  for (const auto& [id, product] : catalogue().products()) {
    for (const auto& each : product.interfaces) {
      if (!each.probe) continue;
      EXPECT_TRUE(std::find(protocols.begin(), protocols.end(), each.protocol) != protocols.end()) << id << each.port;
    }
  }
}

TEST(BuiltInCatalogue, KnowsFromWhichReleaseEachProductSpeaksTls13) {
  const std::pair<std::string_view, std::string_view> expected[] = {{"cucm", "15SU2"},
                                                                    {"imp", "15SU2"},
                                                                    {"cuc", "15SU2"},
                                                                    {"cer", "15SU2"},
                                                                    {"pcd", "15SU2"},
                                                                    {"cube", "17.14.1a"},
                                                                    {"expressway-c", "X15.2"},
                                                                    {"expressway-e", "X15.2"},
                                                                    {"cms", "3.10"},
                                                                    {"uccx", "never"},
                                                                    {"cce", "never"},
                                                                    {"roomos", "11.9"},
                                                                    {"jabber", "15"},
                                                                    {"webex", "44.5"},
                                                                    {"ios-gateway", "17.15.1a"},
                                                                    {"phone", ""}};
  for (const auto& [id, release] : expected) EXPECT_EQ(catalogue().find(id)->tls13_from, release) << id;
  EXPECT_EQ(catalogue().find("cube")->recommended_from, "17.15.1a");
}

TEST(BuiltInCatalogue, HasTheContractsSettings) {
  for (const auto& [id, product] : catalogue().products()) {
    for (const char* name : {"tls_min", "tls_max", "ciphers", "stack", "security_level", "authorised_subjects"}) {
      EXPECT_TRUE(find_setting(product, name)) << id << ' ' << name;
    }
    EXPECT_EQ(find_setting(product, "security_level")->default_value, "0") << id;
    for (const std::string_view stack : known_stacks()) {
      EXPECT_EQ(fault_of_value(*find_setting(product, "stack"), stack), std::nullopt) << id;
    }
  }
  const std::pair<std::string_view, std::string_view> own[] = {
      {"cucm", "certificate_preference"}, {"cucm", "http_certificates"},
      {"cucm", "common_criteria"},        {"cucm", "fips"},
      {"imp", "certificate_preference"},  {"cuc", "http_certificates"},
      {"cube", "transport_tls"},          {"expressway-c", "prefer"},
      {"expressway-c", "tls_verify"},     {"expressway-c", "verify_origin_server"},
      {"expressway-e", "tls_verify"},     {"database", "engine"}};
  for (const auto& [id, name] : own) EXPECT_TRUE(find_setting(*catalogue().find(id), name)) << id << ' ' << name;
  EXPECT_EQ(find_setting(*catalogue().find("cucm"), "certificate_preference")->default_value, "tls12-ciphers");
  EXPECT_EQ(find_setting(*catalogue().find("app"), "stack")->default_value, "");
}

TEST(BuiltInCatalogue, ProbesEndpointsOnlyWhenNamed) {
  for (const auto& [id, product] : catalogue().products()) {
    const bool endpoint = id == "phone" || id == "ata" || id == "roomos" || id == "jabber" || id == "webex";
    EXPECT_EQ(product.endpoint, endpoint) << id;
  }
}

TEST(BuiltInCatalogue, TellsEveryMendInFull) {
  std::size_t told = 0;
  for (const auto& [id, product] : catalogue().products()) {
    std::set<std::string> identities = {""};
    for (const CatalogueInterface& interface : product.interfaces) identities.insert(interface.certificate);
    for (const CatalogueMend& called : product.mends) {
      if (called.reasons.empty()) continue;
      for (const std::string& identity : identities) {
        const CatalogueMend mend = completed(product.mends, called, identity);
        SCOPED_TRACE(id + " " + mend.kind + " " + mend.setting + mend.change + " " + identity);
        for (const std::string& field :
             {mend.what, mend.precondition, mend.path, mend.restarts, mend.verify, mend.undo, mend.evidence.source}) {
          EXPECT_FALSE(field.empty());
        }
        EXPECT_TRUE(mend.impact);
        ++told;
      }
      if (called.kind == "setting") {
        const CatalogueSetting* const setting = find_setting(product, called.setting);
        EXPECT_TRUE(setting == nullptr || !fault_of_value(*setting, called.value)) << id << " " << called.setting;
      }
    }
    // What no interface or service has would never be told.
    for (const CatalogueMend& mend : product.mends) {
      if (mend.certificate.empty()) continue;
      const bool served = identities.contains(mend.certificate) ||
                          std::ranges::any_of(product.client_services, [&](const CatalogueClientService& service) {
                            return service.certificate == mend.certificate;
                          });
      EXPECT_TRUE(served) << id << " " << mend.certificate;
    }
  }
  EXPECT_GT(told, 100U);
}

TEST(Catalogue, SaysHowWhatIsNotKnownIsFoundOut) {
  for (const auto& [id, product] : catalogue().products()) {
    for (const std::string_view about : {"trust", "certificate", "setting", "release", "stack"}) {
      for (const std::string_view end : {"client", "server"}) {
        const CatalogueInquiry* const inquiry = find_inquiry(product.inquiries, about, end);
        ASSERT_TRUE(inquiry != nullptr) << id << " " << about << " " << end;
        EXPECT_GT(inquiry->minutes, 0) << id << " " << about;
      }
    }
    for (const std::string_view about : {"server_name", "verification", "name", "offer"})
      EXPECT_TRUE(find_inquiry(product.inquiries, about, "client") != nullptr) << id << " " << about;
    EXPECT_TRUE(find_inquiry(product.inquiries, "client_authentication", "server") != nullptr) << id;
  }
  const auto path = [](const char* product, const char* about) {
    return find_inquiry(catalogue().find(product)->inquiries, about, "client")->path;
  };
  EXPECT_NE(path("expressway-c", "trust"), path("cucm", "trust")) << "the product's own before what all have in common";
}

}  // namespace
}  // namespace ucready::upgrade
