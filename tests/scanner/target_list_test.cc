#include "scanner/target_list.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace ucready::scanner {
namespace {

const upgrade::Catalogue& catalogue() {
  static const upgrade::Catalogue built_in = *upgrade::Catalogue::built_in();
  return built_in;
}

Result<TargetGroup> read(std::string_view word, const char* product = nullptr) {
  return read_target(word, product == nullptr ? nullptr : catalogue().find(product), catalogue());
}

std::string error(std::string_view word, const char* product = nullptr) {
  const auto group = read(word, product);
  return group ? "no error" : group.error().message;
}

TEST(ReadTarget, TakesHostPortAndProtocol) {
  const auto group = read("imap://cuc.example.com:1143");
  ASSERT_TRUE(group);
  EXPECT_EQ(group->hosts.text(), "cuc.example.com");
  ASSERT_EQ(group->interfaces.size(), 1U);
  EXPECT_EQ(group->interfaces[0].port, 1143);
  EXPECT_EQ(group->interfaces[0].protocol, "imap");
  EXPECT_EQ(group->interfaces[0].server_name, "cuc.example.com");
}

TEST(ReadTarget, TakesTheProtocolThatIsUsualAtAPort) {
  EXPECT_EQ(read("10.0.0.1:5061")->interfaces.at(0).protocol, "sip-tls");
  EXPECT_EQ(read("10.0.0.1:8443")->interfaces.at(0).protocol, "https");
  EXPECT_EQ(read("10.0.0.1:4711")->interfaces.at(0).protocol, "tls");
  EXPECT_EQ(read("10.0.0.1:5061")->interfaces.at(0).server_name, "");  // An address is no name.
}

TEST(ReadTarget, TakesIpv6WithAndWithoutBrackets) {
  EXPECT_EQ(read("[2001:db8::1]:8443")->hosts.text(), "2001:db8::1");
  EXPECT_EQ(read("[2001:db8::1]:8443")->interfaces.at(0).port, 8443);
  EXPECT_EQ(read("2001:db8::1", "cube")->hosts.text(), "2001:db8::1");
}

TEST(ReadTarget, AsksTheProductsPortsWhereNoneIsWritten) {
  const auto group = read("10.0.0.11", "cucm");
  ASSERT_TRUE(group);
  const auto has = [&](int port) {
    return std::ranges::any_of(group->interfaces, [&](const auto& asked) { return asked.port == port; });
  };
  EXPECT_TRUE(has(8443) && has(5061) && has(2443) && has(2749));
  EXPECT_FALSE(has(6970));  // Clear text.
  EXPECT_GT(read("10.0.0.11")->interfaces.size(), group->interfaces.size());
}

TEST(ReadTarget, SaysWhatIsWrongAndTheMend) {
  EXPECT_EQ(error("cucm:70000"), "cucm:70000: port 70000 is out of range; ports are 1 to 65535");
  EXPECT_EQ(error("cucm:0"), "cucm:0: port 0 is out of range; ports are 1 to 65535");
  EXPECT_EQ(error("cucm:https"), "cucm:https: 'https' is no port; write HOST:PORT, such as cucm:8443");
  EXPECT_NE(error("gopher://cucm").find("'gopher' is no protocol"), std::string::npos);
  EXPECT_NE(error("bad host").find("'bad host' is no host"), std::string::npos);
  EXPECT_NE(error("").find("is no host"), std::string::npos);
  EXPECT_NE(error("-x").find("is no host"), std::string::npos);
  EXPECT_NE(error("10.1.0.0/24").find("needs --product"), std::string::npos);
  EXPECT_NE(error("10.1.0.1/24", "phone").find("is not the first address"), std::string::npos);
  EXPECT_NE(error("10.0.0.0/8", "phone").find("more than 1,048,576 addresses"), std::string::npos);
}

TEST(AddressRange, UnfoldsANetworkWithoutItsEnds) {
  const auto network = AddressRange::network("10.1.255.0/30");
  ASSERT_TRUE(network);
  EXPECT_EQ(network->size(), 2U);
  EXPECT_EQ(network->at(0), "10.1.255.1");
  EXPECT_EQ(network->at(1), "10.1.255.2");
  EXPECT_EQ(AddressRange::network("10.0.0.7/32")->at(0), "10.0.0.7");
  EXPECT_EQ(AddressRange::network("10.0.0.6/31")->size(), 2U);
  const auto large = AddressRange::network("10.0.0.0/16");
  EXPECT_EQ(large->at(255), "10.0.1.0");
  EXPECT_EQ(AddressRange::network("2001:db8::/120")->at(255), "2001:db8::ff");
}

TEST(TargetList, TakesTurnsBetweenHosts) {
  TargetList list;
  for (const char* const host : {"10.0.0.1", "10.0.0.2"}) {
    TargetGroup group;
    group.hosts = AddressRange::single(host);
    group.interfaces = {{443, "https"}, {5061, "sip-tls"}};
    list.groups.push_back(group);
  }
  list.groups.front().interfaces.push_back({8443, "https"});
  EXPECT_EQ(list.size(), 5U);
  std::vector<std::string> order;
  const auto next = list.source();
  while (const auto target = next()) order.push_back(target->host + ":" + std::to_string(target->port));
  EXPECT_EQ(order, (std::vector<std::string>{"10.0.0.1:443", "10.0.0.2:443", "10.0.0.1:5061", "10.0.0.2:5061",
                                             "10.0.0.1:8443"}));
}

TEST(TargetsOf, LeavesEndpointsAloneUntilTheirInterfacesAreWritten) {
  Site site;
  site.clusters.push_back({.name = "phones", .product = "phone", .nodes = {{.name = "p1", .address = "10.1.0.1"}}});
  EXPECT_TRUE(targets_of(site, catalogue()).groups.empty());
  site.clusters[0].interfaces = {{.port = 443, .protocol = "https"}};
  const TargetList list = targets_of(site, catalogue());
  ASSERT_EQ(list.groups.size(), 1U);
  EXPECT_TRUE(list.groups[0].interfaces[0].declared);
}

TEST(TargetsOf, ANodesInterfacesReplaceItsClusters) {
  Site site;
  site.clusters.push_back({.name = "c",
                           .product = "cucm",
                           .nodes = {{.name = "n", .address = "10.1.0.1"}, {.name = "m", .address = "10.1.0.2"}}});
  site.clusters[0].interfaces = std::vector<SiteInterface>{{.port = 8443, .protocol = "https"}};
  site.clusters[0].nodes[1].interfaces = std::vector<SiteInterface>{};
  const TargetList list = targets_of(site, catalogue());
  ASSERT_EQ(list.groups.size(), 1U);
  EXPECT_EQ(list.groups[0].node, "n");
}

TEST(TargetsOf, AsksByTheNameOfTheNodeWhereNoOtherIsKnown) {
  Site site;
  site.clusters.push_back({.name = "c",
                           .product = "cucm",
                           .nodes = {{.name = "n", .address = "cucm.example.com."},
                                     {.name = "m", .address = "10.1.0.2"},
                                     {.name = "o", .address = "2001:db8::2"}}});
  site.clusters[0].interfaces = std::vector<SiteInterface>{
      {.port = 8443, .protocol = "https"}, {.port = 5061, .protocol = "sip-tls", .server_name = "sip.example.com"}};
  const TargetList list = targets_of(site, catalogue());
  ASSERT_EQ(list.groups.size(), 3U);
  EXPECT_EQ(list.groups[0].interfaces[0].server_name, "cucm.example.com");  // The dot is the resolver's.
  EXPECT_EQ(list.groups[0].interfaces[1].server_name, "sip.example.com");
  EXPECT_EQ(list.groups[1].interfaces[0].server_name, "");
  EXPECT_EQ(list.groups[2].interfaces[0].server_name, "");
  site.clusters[0].interfaces.reset();
  EXPECT_EQ(targets_of(site, catalogue()).groups.at(0).interfaces.at(0).server_name, "cucm.example.com");
}

}  // namespace
}  // namespace ucready::scanner
