#include "probes/any_address.h"

#include <gtest/gtest.h>

#include <map>

#include "tests/support/scripted_transport.h"

namespace ucready::probes {
namespace {

using Addresses = std::vector<std::string>;

// Addresses without an entry take connections.
class Network : public Connector {
 public:
  explicit Network(std::map<std::string, Error> failures = {}) : failures_(std::move(failures)) {}

  asio::awaitable<Result<std::unique_ptr<Transport>>> connect(const Endpoint& endpoint) override {
    tried.push_back(endpoint.address);
    if (const auto failure = failures_.find(endpoint.address); failure != failures_.end()) {
      co_return tl::unexpected<Error>(failure->second);
    }
    co_return std::make_unique<support::ScriptedTransport>(std::deque<std::string>{});
  }
  void slow_down(const std::string& address) override { slowed.push_back(address); }
  void restore_pace(const std::string& address) override { restored.push_back(address); }

  Addresses tried;
  Addresses slowed;
  Addresses restored;

 private:
  std::map<std::string, Error> failures_;
};

const Error kRefused{ErrorCode::closed, "connection refused"};
const Error kNoRoute{ErrorCode::unreachable, "Network is unreachable"};

TEST(AnyAddress, TriesOneAfterTheOtherAndStaysWithTheOneThatTakesAConnection) {
  Network network({{"::1", kRefused}});
  AnyAddress host(network, {"::1", "127.0.0.1", "127.0.0.2"});
  EXPECT_TRUE(support::run(host.connect({"::1", 443})));
  EXPECT_TRUE(support::run(host.connect({"::1", 8443})));
  EXPECT_EQ(network.tried, (Addresses{"::1", "127.0.0.1", "127.0.0.1"}));
  EXPECT_EQ(host.address(), "127.0.0.1");
  EXPECT_EQ(host.further_connections(), 1);
  host.slow_down("::1");
  host.restore_pace("::1");
  EXPECT_EQ(network.slowed, (Addresses{"127.0.0.1"}));
  EXPECT_EQ(network.restored, (Addresses{"127.0.0.1"}));
}

TEST(AnyAddress, TriesThemAllAgainWhileNoneAnswers) {
  Network network({{"::1", kRefused}, {"127.0.0.1", kRefused}});
  AnyAddress host(network, {"::1", "127.0.0.1"});
  EXPECT_EQ(support::run(host.connect({"::1", 443})).error(), kRefused);
  EXPECT_EQ(support::run(host.connect({"::1", 443})).error(), kRefused);
  EXPECT_EQ(network.tried.size(), 4U);
  EXPECT_EQ(host.address(), "::1");
}

TEST(AnyAddress, TellsWhatAHostDidRatherThanThatThereIsNoWayToAnotherAddress) {
  Network network({{"2001:db8::1", kNoRoute}, {"10.0.0.1", kRefused}});
  AnyAddress host(network, {"2001:db8::1", "10.0.0.1"});
  EXPECT_EQ(support::run(host.connect({"2001:db8::1", 443})).error(), kRefused);
  EXPECT_EQ(host.address(), "10.0.0.1");
}

TEST(AnyAddress, StopsWhereThisMachineFailed) {
  const Error no_descriptors{ErrorCode::io, "Too many open files"};
  Network network({{"::1", no_descriptors}});
  AnyAddress host(network, {"::1", "127.0.0.1"});
  EXPECT_EQ(support::run(host.connect({"::1", 443})).error(), no_descriptors);
  EXPECT_EQ(network.tried, (Addresses{"::1"}));
}

}  // namespace
}  // namespace ucready::probes
