#include <gtest/gtest.h>

#include "scanner/site_reading.h"

namespace ucready::scanner {
namespace {

TEST(SiteAddress, IsWrittenAsRfc5952Does) {
  EXPECT_EQ(canonical_address("10.0.0.11"), "10.0.0.11");
  EXPECT_EQ(canonical_address("2001:DB8:0:0:0:0:0:1"), "2001:db8::1");
  EXPECT_EQ(canonical_address("::FFFF:10.0.0.1"), "::ffff:10.0.0.1");
  EXPECT_EQ(canonical_address("cucm-pub.Example.com"), "cucm-pub.Example.com");
}

TEST(SiteAddress, IsNothingElse) {
  for (const std::string_view text : {"", "10.0.0.256", "1.2.3", "10.0.0.1:443", "[2001:db8::1]", "fe80::1%eth0",
                                      "a..b", "-a.example", "a b", "münchen.example", "http://a", "a\n"}) {
    EXPECT_EQ(canonical_address(text), std::nullopt) << text;
  }
  EXPECT_EQ(canonical_address(std::string(64, 'a') + ".example"), std::nullopt);
  EXPECT_EQ(canonical_address(std::string_view("10.0.0.1\0", 9)), std::nullopt);
}

TEST(SiteName, MustBeOneThatHopsAndOrderCanWrite) {
  EXPECT_EQ(fault_of_name("HQ cucm_1.example"), std::nullopt);
  EXPECT_EQ(fault_of_name("2001:db8::1"), std::nullopt);
  EXPECT_TRUE(fault_of_name("a:b"));
  EXPECT_TRUE(fault_of_name(" a"));
  EXPECT_TRUE(fault_of_name(std::string(129, 'a')));
}

}  // namespace
}  // namespace ucready::scanner
