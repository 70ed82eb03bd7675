// What the connections of a scan cost at the least: connect, send a hello, take the first answer, close, and nothing
// else. No scanner on this machine asks as many questions for less.
//
// usage: bare_connections INTERFACES EACH     (of the farm of scan_bench.py)
#include <fmt/format.h>
#include <netinet/in.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <vector>

#include "tls/client_hello.h"
#include "tls/record.h"

namespace {

using namespace ucready;

constexpr int kAtOnce = 64;
constexpr std::uint16_t kPort = 4433;

Bytes hello() {
  tls::HelloOffer offer;
  offer.versions = {tls::kTls12};
  offer.suites = {tls::CipherSuite{0xc02c}, tls::CipherSuite{0xc030}, tls::CipherSuite{0x002f}};
  offer.groups = {tls::Group{0x1d}, tls::Group{0x17}, tls::Group{0x18}};
  offer.schemes = {tls::SignatureScheme{0x0403}, tls::SignatureScheme{0x0804}};
  ByteWriter out;
  tls::write_records(out, tls::ContentType::handshake, tls::kTls10, tls::write_client_hello(offer, {}));
  return out.take();
}

int must(int result, const char* what) {
  if (result >= 0) return result;
  fmt::print(stderr, "bare_connections: {}: {}\n", what, std::strerror(errno));
  std::exit(2);
}

// As scan_bench.py numbers its interfaces.
sockaddr_in address_of(long number) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(kPort);
  address.sin_addr.s_addr = htonl(0x7f010000U | static_cast<std::uint32_t>(number / 250 << 8 | (number % 250 + 1)));
  return address;
}

class Bare {
 public:
  Bare(long interfaces, long each) : interfaces_(interfaces), total_(interfaces * each) {}

  void run() {
    for (int i = 0; i < kAtOnce; ++i) open();
    std::array<epoll_event, kAtOnce> events{};
    while (done_ < total_) {
      const int count = must(epoll_wait(epoll_, events.data(), kAtOnce, 10'000), "waiting");
      if (count == 0) must(-(errno = ETIMEDOUT), "waiting for an answer");
      for (int i = 0; i < count; ++i) go_on(events[static_cast<std::size_t>(i)]);
    }
  }

 private:
  void open() {
    if (opened_ == total_) return;
    const sockaddr_in address = address_of(opened_++ % interfaces_);
    const int line = must(socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0), "a socket");
    sockaddr generic{};
    static_assert(sizeof(generic) == sizeof(address));
    std::memcpy(&generic, &address, sizeof(address));
    if (connect(line, &generic, sizeof(address)) != 0 && errno != EINPROGRESS) must(-1, "connecting");
    epoll_event event{.events = EPOLLOUT | EPOLLIN | EPOLLET, .data = {.fd = line}};
    must(epoll_ctl(epoll_, EPOLL_CTL_ADD, line, &event), "watching");
    if (sent_.size() <= static_cast<std::size_t>(line)) sent_.resize(static_cast<std::size_t>(line) + 1);
    sent_[static_cast<std::size_t>(line)] = false;
  }

  void go_on(const epoll_event& event) {
    const int line = event.data.fd;
    const auto at = static_cast<std::size_t>(line);
    if (!sent_[at] && (event.events & EPOLLOUT) != 0) {
      must(static_cast<int>(send(line, hello_.data(), hello_.size(), MSG_NOSIGNAL)), "sending");
      sent_[at] = true;
    }
    if ((event.events & EPOLLIN) == 0) return;
    if (recv(line, answer_.data(), answer_.size(), 0) < 0) return;
    close(line);
    ++done_;
    open();
  }

  long interfaces_, total_, opened_ = 0, done_ = 0;
  int epoll_ = must(epoll_create1(0), "epoll");
  Bytes hello_ = hello();
  std::array<char, 16384> answer_{};
  std::vector<bool> sent_;
};

}  // namespace

int main(int argc, char** argv) {
  const long interfaces = argc == 3 ? std::atol(argv[1]) : 0, each = argc == 3 ? std::atol(argv[2]) : 0;
  if (interfaces <= 0 || each <= 0) {
    fmt::print(stderr, "usage: bare_connections INTERFACES EACH\n");
    return 2;
  }
  Bare(interfaces, each).run();
  return 0;
}
