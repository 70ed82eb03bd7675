// A server that hangs up on every second connection, while two versions are asked side by side.
#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <set>
#include <string>

#include "probes/interface_probe.h"
#include "probes/pacer.h"
#include "tests/support/failing_server.h"
#include "tests/support/scripted_transport.h"
#include "tests/tls/openssl_server.h"

namespace ucready::probes {
namespace {

class Answering : public support::Speaker {
 public:
  explicit Answering(const tls::ServerConfig& config) : server_(config) {}
  Bytes answer(ByteView sent) override { return server_.answer(sent); }
  [[nodiscard]] bool done() const override { return true; }

 private:
  tls::OpensslServer server_;
};

class HungUp : public support::Speaker {
 public:
  Bytes answer(ByteView) override { return {}; }
  [[nodiscard]] bool done() const override { return true; }
};

// Connections come two at a time and one after the other, as to a real host: whose turn it is follows from who waits.
class PacedServer : public Connector {
 public:
  PacedServer(asio::any_io_executor executor, Connector& server)
      : pacer_(executor, {.per_host = 2, .rate_per_s = 2000, .slow_interval = std::chrono::milliseconds(3)}),
        server_(server) {}
  asio::awaitable<Result<std::unique_ptr<Transport>>> connect(const Endpoint& endpoint) override {
    Pacer::Permit permit = co_await pacer_.acquire(endpoint.address);
    asio::steady_timer travel(co_await asio::this_coro::executor, std::chrono::microseconds(200 + random_() % 4000));
    auto connected = co_await server_.connect(endpoint);
    co_await travel.async_wait(asio::use_awaitable);
    co_return std::make_unique<Line>(std::move(permit), std::move(*connected));
  }
  void slow_down(const std::string& address) override { pacer_.slow_down(address); }
  void restore_pace(const std::string& address) override { pacer_.restore_pace(address); }

 private:
  class Line : public Transport {
   public:
    Line(Pacer::Permit permit, std::unique_ptr<Transport> inner)
        : permit_(std::move(permit)), inner_(std::move(inner)) {}
    void set_deadline(Clock::time_point deadline) override { inner_->set_deadline(deadline); }
    asio::awaitable<Result<std::size_t>> read(std::span<std::uint8_t> buffer) override { return inner_->read(buffer); }
    asio::awaitable<Result<void>> write(ByteView bytes) override { return inner_->write(bytes); }

   private:
    Pacer::Permit permit_;
    std::unique_ptr<Transport> inner_;
  };
  Pacer pacer_;
  Connector& server_;
  std::minstd_rand random_{static_cast<unsigned>(++made_)};
  static inline int made_ = 0;
};

db::InterfaceObservation full(bool every_second) {
  const tls::ServerConfig config{.keys = {tls::KeyKind::rsa, tls::KeyKind::p256},
                                 .min_version = TLS1_2_VERSION,
                                 .ciphers = "ECDHE+AESGCM:AES128-SHA:@SECLEVEL=0",
                                 .groups = "X25519:P-256"};
  int count = 0;
  support::FailingServer server(
      [&]() -> std::unique_ptr<support::Speaker> {
        if (every_second && count++ % 2 == 1) return std::make_unique<HungUp>();
        return std::make_unique<Answering>(config);
      },
      {});
  const auto probe = [&]() -> asio::awaitable<db::InterfaceObservation> {
    const Target target{.host = "127.0.0.1", .port = 8443, .protocol = "tls"};
    tls::KeyShares keys;
    trust::CertificateCache certificates;
    PacedServer paced(co_await asio::this_coro::executor, server);
    ProbeTools tools{paced, keys, certificates};
    const ProbeOptions options{.depth = Depth::full, .identify = false, .retry_pause = std::chrono::milliseconds(1)};
    auto seen = co_await probe_interface(target, "127.0.0.1", options, tools);
    co_return std::move(seen.value());
  };
  return support::run(probe());
}

std::set<std::string> named(const db::InterfaceObservation& seen) {
  std::set<std::string> names;
  const auto add = [&](tls::Version version, const std::string& name) {
    names.insert(tls::name(version) + " " + name);
  };
  for (const auto& one : seen.ciphers) add(one.version, tls::name(one.suite));
  for (const auto& one : seen.groups) add(one.version, tls::name(one.group));
  for (const auto& one : seen.schemes) add(one.version, tls::name(one.scheme));
  return names;
}

TEST(EverySecondConnection, HidesNothingOfAListThatIsSaidToBeWhole) {
  const db::InterfaceObservation plain = full(false);
  ASSERT_GT(named(plain).size(), 15U);
  for (int round = 0; round < 8; ++round) {
    const db::InterfaceObservation seen = full(true);
    const bool whole = std::ranges::all_of(seen.traits, [](const db::TraitObservation& trait) {
      return !trait.name.ends_with("_complete") || trait.value == true;
    });
    EXPECT_TRUE(whole) << round;
    EXPECT_EQ(named(seen), named(plain)) << round;
  }
}

}  // namespace
}  // namespace ucready::probes
