// The forecast against HAProxy: one process, a listener for each server that is drawn, over the rule by which it picks
// a certificate before OpenSSL is asked.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <cstring>
#include <fstream>
#include <memory>
#include <thread>

#include "tests/support/temporary_folder.h"
#include "tests/upgrade/negotiation/probed_selection.h"
#include "tests/upgrade/negotiation/universe.h"

namespace ucready::negotiation {
namespace {

namespace fs = std::filesystem;
using testing::IsEmpty;

template <typename Point, typename Name>
std::string joined(const std::vector<Point>& points, const Name& name) {
  std::string text;
  for (const Point& point : points) text += (text.empty() ? "" : ":") + std::string(name(point));
  return text;
}

std::string suite_name(CipherSuite suite) {
  const std::map<CipherSuite, const char*> names = {{{0xc02c}, "ECDHE-ECDSA-AES256-GCM-SHA384"},
                                                    {{0xc02b}, "ECDHE-ECDSA-AES128-GCM-SHA256"},
                                                    {{0xc030}, "ECDHE-RSA-AES256-GCM-SHA384"},
                                                    {{0xc02f}, "ECDHE-RSA-AES128-GCM-SHA256"},
                                                    {{0xc009}, "ECDHE-ECDSA-AES128-SHA"},
                                                    {{0xc013}, "ECDHE-RSA-AES128-SHA"},
                                                    {{0x009c}, "AES128-GCM-SHA256"},
                                                    {{0x002f}, "AES128-SHA"}};
  return names.at(suite);
}

const char* group_name(Group group) {
  const std::map<Group, const char*> names = {
      {{0x1d}, "X25519"}, {{0x17}, "P-256"}, {{0x18}, "P-384"}, {{0x19}, "P-521"}};
  return names.at(group);
}

// Blocking, with an end to patience.
class Connection {
 public:
  explicit Connection(const fs::path& at) : socket_(socket(AF_UNIX, SOCK_STREAM, 0)) {
    const timeval patience{10, 0};
    setsockopt(socket_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::strncpy(address.sun_path, at.c_str(), sizeof address.sun_path - 1);
    open_ = connect(socket_, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
  }
  ~Connection() { close(socket_); }
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  [[nodiscard]] bool is_open() const { return open_; }
  Bytes exchange(ByteView sent) {
    if (!sent.empty()) ::send(socket_, sent.data(), sent.size(), MSG_NOSIGNAL);
    std::array<std::uint8_t, 16384> answer{};
    const ssize_t size = recv(socket_, answer.data(), answer.size(), 0);
    return size <= 0 ? Bytes() : Bytes(answer.begin(), answer.begin() + size);
  }

 private:
  int socket_;
  bool open_ = false;
};

class Haproxy {
 public:
  explicit Haproxy(const std::vector<ServerProfile>& servers) {
    std::ofstream config(folder_ / "haproxy.cfg");
    config << "global\n  tune.ssl.default-dh-param 2048\ndefaults\n  mode http\n  timeout client 20s\n  timeout server "
              "20s\n"
              "  timeout connect 5s\nfrontend all\n  http-request return status 200\n";
    for (std::size_t i = 0; i < servers.size(); ++i) config << "  bind unix@" << path(i).string() << line(servers[i]);
    config.close();
    child_ = fork();
    if (child_ == 0) {
      const std::string file = folder_ / "haproxy.cfg";
      execlp("haproxy", "haproxy", "-db", "-q", "-f", file.c_str(), nullptr);
      _exit(127);
    }
    constexpr int kMostTries = 200;
    for (int tries = 0; tries < kMostTries && !Connection(path(servers.size() - 1)).is_open(); ++tries)
      std::this_thread::sleep_for(std::chrono::milliseconds(50));
  }
  ~Haproxy() {
    kill(child_, SIGKILL);
    waitpid(child_, nullptr, 0);
  }
  Haproxy(const Haproxy&) = delete;
  Haproxy& operator=(const Haproxy&) = delete;

  [[nodiscard]] fs::path path(std::size_t number) const { return folder_ / fmt::format("{}.s", number); }

 private:
  std::string line(const ServerProfile& server) {
    std::string text = " ssl";
    for (const Chain& chain : server.keys) text += " crt " + file_of(chain).string();
    const bool tls12 = contains(server.versions, tls::kTls12);
    const bool tls13 = contains(server.versions, tls::kTls13);
    return text +
           fmt::format(
               " no-tls-tickets ssl-min-ver {} ssl-max-ver {} curves {} ciphers {}:@SECLEVEL=0 ciphersuites {}{}\n",
               tls12 ? "TLSv1.2" : "TLSv1.3", tls13 ? "TLSv1.3" : "TLSv1.2", joined(server.groups, group_name),
               joined(server.suites, suite_name),
               joined(server.suites_tls13, [](CipherSuite suite) { return tls::name(suite); }),
               server.server_preference ? "" : " prefer-client-ciphers");
  }
  fs::path file_of(const Chain& chain) {
    const fs::path file = folder_ / (chain.id + ".pem");
    const Identity& identity = identity_of(chain.id);
    std::ofstream(file) << identity.leaf.pem() << identity.leaf.key_pem();
    return file;
  }

  support::TemporaryFolder folder_;
  pid_t child_ = 0;
};

TEST(NegotiationHaproxy, ForecastsWhatAServerSelects) {
  constexpr std::size_t kServers = 60;
  std::vector<ServerProfile> servers;
  for (std::uint64_t seed = 0; seed < kServers; ++seed) servers.push_back(draw_case(seed, Stack::haproxy).server);
  const Haproxy haproxy(servers);
  std::map<std::string_view, std::size_t> points;
  std::size_t disagreements = 0;
  constexpr std::uint64_t kCases = 2400;
  for (std::uint64_t seed = 0; seed < kCases; ++seed) {
    ProbedCase drawn = draw_case(kServers + seed, Stack::haproxy);
    const std::size_t number = seed % kServers;
    drawn.server = servers[number];
    const auto make = [&](const ServerProfile&) {
      return [connection = std::make_shared<Connection>(haproxy.path(number))](ByteView sent) {
        return connection->exchange(sent);
      };
    };
    const std::string parted = compare(drawn, make, points);
    if (!parted.empty() && ++disagreements <= 4) ADD_FAILURE() << "seed " << seed << "\n" << parted;
  }
  EXPECT_EQ(disagreements, 0U) << "of " << kCases;
  EXPECT_THAT(
      rarely_reached(points, 10, {"bundle_chose_ecdsa",     "bundle_chose_rsa",          "bundle_default",
                                  "chacha_moved_to_front",  "first_usable_share",        "group_by_client",
                                  "group_by_server",        "groups_extension_missing",  "later_usable_share",
                                  "retry_by_server_order",  "scheme_by_client",          "scheme_by_server",
                                  "scheme_none_for_suite",  "schemes_absent_means_sha1", "schemes_extension_missing",
                                  "suite_by_client",        "suite_by_server",           "suite_none",
                                  "suite_skipped_curve",    "suite_skipped_group",       "suite_skipped_key",
                                  "tls13_group_none",       "tls13_scheme_by_client",    "tls13_scheme_by_server",
                                  "tls13_scheme_none",      "tls13_skips_missing_key",   "tls13_skips_other_curve",
                                  "tls13_skips_pkcs1",      "tls13_suite_by_client",     "tls13_suite_by_server",
                                  "version_from_extension", "version_from_legacy_field", "version_none"}),
      IsEmpty());
}

}  // namespace
}  // namespace ucready::negotiation
