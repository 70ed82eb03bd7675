#include "probes/name_resolver.h"

#include <gtest/gtest.h>

#include "tests/support/scripted_transport.h"

namespace ucready::probes {
namespace {

using Addresses = std::vector<std::string>;

Addresses order_of(const Addresses& found) {
  std::vector<asio::ip::address> addresses;
  for (const std::string& text : found) addresses.push_back(asio::ip::make_address(text));
  return addresses_to_try(addresses);
}

TEST(AddressesToTry, KeepTheResolversOrderWithinAFamilyAndTakeTurnsBetweenThem) {
  EXPECT_EQ(order_of({"10.0.0.1"}), (Addresses{"10.0.0.1"}));
  EXPECT_EQ(order_of({"::1", "127.0.0.1"}), (Addresses{"::1", "127.0.0.1"}));
  EXPECT_EQ(order_of({"10.0.0.2", "10.0.0.1", "2001:db8::1"}), (Addresses{"10.0.0.2", "2001:db8::1", "10.0.0.1"}));
  EXPECT_EQ(order_of({}), Addresses{});
}

TEST(AddressesToTry, AreFewAndNeverOneTwice) {
  EXPECT_EQ(order_of({"10.0.0.1", "10.0.0.1"}), (Addresses{"10.0.0.1"}));
  EXPECT_EQ(order_of({"2001:db8::1", "2001:db8::2", "2001:db8::3", "2001:db8::4", "2001:db8::5", "10.0.0.1"}),
            (Addresses{"2001:db8::1", "10.0.0.1", "2001:db8::2", "2001:db8::3"}));
}

TEST(NameResolver, GivesAnAddressInItsOneSpelling) {
  asio::io_context context{1};
  NameResolver resolver(context);
  EXPECT_EQ(support::run(resolver.resolve("10.0.0.1")).value(), (Addresses{"10.0.0.1"}));
  EXPECT_EQ(support::run(resolver.resolve("2001:DB8:0:0:0:0:0:1")).value(), (Addresses{"2001:db8::1"}));
}

}  // namespace
}  // namespace ucready::probes
