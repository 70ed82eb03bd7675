#include "probes/tcp_connector.h"

#include <gtest/gtest.h>

namespace ucready::probes {
namespace {

TEST(HostOf, AnAddressIsOneHostHoweverItIsSpelled) {
  EXPECT_EQ(host_of("10.0.0.1"), "10.0.0.1");
  EXPECT_EQ(host_of("::ffff:10.0.0.1"), "10.0.0.1");
  EXPECT_EQ(host_of("0:0:0:0:0:FFFF:0A00:0001"), "10.0.0.1");
  EXPECT_EQ(host_of("0:0:0:0:0:0:0:1"), "::1");
  EXPECT_EQ(host_of("2001:DB8::0001"), "2001:db8::1");
}

TEST(HostOf, AddressesThatOnlyHoldAnIpv4OneAreHostsOfTheirOwn) {
  EXPECT_EQ(host_of("::10.0.0.1"), "::10.0.0.1");
  EXPECT_EQ(host_of("64:ff9b::10.0.0.1"), "64:ff9b::a00:1");
}

}  // namespace
}  // namespace ucready::probes
