#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "scanner/site_file.h"
#include "tests/scanner/site_example.h"

namespace ucready::scanner {
namespace {

constexpr std::string_view kHead = "cluster,product,release,target,node,address,role\n";

Result<Site> read(std::string_view text) { return read_site_text(text, "hq.csv", catalogue()); }
std::string error(const std::string& rows) {
  const auto site = read(std::string(kHead) + rows);
  return site ? "" : site.error().message;
}

TEST(SiteCsv, ReadsOneNodeARow) {
  const Result<Site> site = read(
      "site,cluster,product,release,target,name,address,role,count,addresses\n"
      "north,hq-cucm,cucm,14SU3,15SU4a,cucm-pub,10.0.0.11,publisher\n"
      ",hq-cucm,,14SU2,,cucm-sub,2001:DB8::12,subscriber\n"
      ",hq-phones,phone,14.2,,,,,1900,10.1.0.0/24\n");

  ASSERT_TRUE(site) << site.error().message;
  EXPECT_EQ(site->name, "north");
  ASSERT_EQ(site->clusters.size(), 2U);
  const SiteCluster& cucm = site->clusters[0];
  EXPECT_EQ(cucm.product, "cucm");
  EXPECT_EQ(cucm.release, "14SU3");
  EXPECT_EQ(cucm.target, "15SU4a");
  ASSERT_EQ(cucm.nodes.size(), 2U);
  EXPECT_EQ(cucm.nodes[0].name, "cucm-pub");
  EXPECT_EQ(cucm.nodes[0].release, "");
  EXPECT_EQ(cucm.nodes[1].address, "2001:db8::12");
  EXPECT_EQ(cucm.nodes[1].release, "14SU2");
  EXPECT_EQ(cucm.nodes[1].line, 3);
  EXPECT_EQ(site->clusters[1].count, 1900);
  EXPECT_EQ(site->clusters[1].addresses, "10.1.0.0/24");
  EXPECT_EQ(site->clusters[1].release, "14.2");
}

TEST(SiteCsv, IsNamedAfterItsFileWhereNoColumnNamesTheSite) {
  EXPECT_EQ(read("cluster,product,node,address\nc,cucm,n,10.0.0.1\n")->name, "hq");
}

TEST(SiteCsv, WarnsOfAReleaseThatCannotBeCompared) {
  EXPECT_THAT(
      read(std::string(kHead) + "c,cucm,newest,,n,10.0.0.1,\n")->warnings,
      testing::ElementsAre("hq.csv:2:8: release \"newest\" cannot be compared with other releases of cucm; it is "
                           "treated as unknown"));
}

TEST(SiteCsv, NamesLineColumnCauseAndMendOfEachFault) {
  EXPECT_EQ(read("").error().message,
            "hq.csv:1:1: the file is empty; its first row names the columns, such as cluster,product,node,address");
  EXPECT_THAT(read("cluster,produkt\n").error().message,
              says("hq.csv:1:9: unknown column \"produkt\"; did you mean..."));
  EXPECT_EQ(
      read("cluster,node\n").error().message,
      "hq.csv:1:1: the first row has no column \"product\"; it must name the columns, cluster and product among them");
  EXPECT_EQ(read("cluster,product,node,name\n").error().message,
            "hq.csv:1:22: two columns are named \"node\"; remove one of them");
  EXPECT_THAT(error("c,cucmm"), says("hq.csv:2:3: unknown product \"cucmm\"; did you mean..."));
  EXPECT_EQ(error(",cucm"), "hq.csv:2:1: the row names no cluster; fill the column cluster");
  EXPECT_EQ(error("c,cucm,,,n,10.0.0.300,"),
            "hq.csv:2:12: address \"10.0.0.300\" is neither an IP address nor a host name; write one, without port");
  EXPECT_EQ(error("c,cucm,,,n,,"), "hq.csv:2:12: the node \"n\" has no address; fill the column address");
  EXPECT_EQ(error("c,cucm,,,,10.0.0.1,"), "hq.csv:2:11: an address without a node; fill the column node");
  EXPECT_EQ(error("c,cucm,,,n,10.0.0.1,\nc,cucm,,,n,10.0.0.2,"),
            "hq.csv:3:10: two nodes of \"c\" are named \"n\", the first on line 2; rename one of them");
  EXPECT_EQ(
      error("c,cucm,,15SU2,n,10.0.0.1,\nc,imp,,,m,10.0.0.2,"),
      "hq.csv:3:3: product \"imp\" differs from \"cucm\" in an earlier row of c; write the same, or leave it empty");
  EXPECT_EQ(
      error("c,cucm,,15SU2,n,10.0.0.1,\nc,,,15SU4a,m,10.0.0.2,"),
      "hq.csv:3:5: target \"15SU4a\" differs from \"15SU2\" in an earlier row of c; write the same, or leave it empty");
  EXPECT_EQ(error("c,cucm,,,n,10.0.0.1,,more"),
            "hq.csv:2:22: the row has 8 cells, the first row only 7; remove a separator, or put the cell in quotes");
  EXPECT_EQ(read("cluster,product,count\nc,phone,lots\n").error().message,
            "hq.csv:2:9: count \"lots\" is out of range; write 0 to 100000000");
}

}  // namespace
}  // namespace ucready::scanner
