// On a loopback of our own, in a network namespace that ends with the thread or process that made it.
#include "passive/live_capture.h"

#include <arpa/inet.h>
#include <cap-ng.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <net/if.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <functional>
#include <thread>

#include "passive/decapsulation.h"

namespace ucready::passive {
namespace {

class Descriptor {
 public:
  explicit Descriptor(int number) : number_(number) {}
  ~Descriptor() {
    if (number_ >= 0) close(number_);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  [[nodiscard]] int get() const { return number_; }

 private:
  int number_;
};

bool has_own_loopback() {
  if (unshare(CLONE_NEWNET) != 0) return false;
  const Descriptor any(socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  ifreq request{};
  std::copy_n("lo", 3, request.ifr_name);
  request.ifr_flags = IFF_UP;
  return ioctl(any.get(), SIOCSIFFLAGS, &request) == 0;
}

// Runs it on a thread with a network of its own; false where that is not allowed.
bool in_private_network(const std::function<void()>& body) {
  bool allowed = false;
  std::thread([&] {
    allowed = has_own_loopback();
    if (allowed) body();
  }).join();
  return allowed;
}

// One connection over the loopback that carries the text.
std::uint16_t say_over_loopback(std::string_view text) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  void* const erased = &address;
  auto* const any = static_cast<sockaddr*>(erased);
  const Descriptor listener(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  EXPECT_EQ(bind(listener.get(), any, size), 0);
  EXPECT_EQ(listen(listener.get(), 1), 0);
  EXPECT_EQ(getsockname(listener.get(), any, &size), 0);
  const Descriptor client(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  EXPECT_EQ(connect(client.get(), any, size), 0);
  const Descriptor server(accept(listener.get(), nullptr, nullptr));
  EXPECT_EQ(send(client.get(), text.data(), text.size(), 0), static_cast<ssize_t>(text.size()));
  return ntohs(address.sin_port);
}

constexpr const char* kNotAllowed = "a network namespace of our own is not allowed here";

TEST(LiveCapture, SeesWhatGoesOverTheInterface) {
  const bool allowed = in_private_network([] {
    auto source = open_live_capture({.interface = "lo", .filter = "tcp"});
    ASSERT_TRUE(source) << source.error().message;
    const std::uint16_t port = say_over_loopback("nordwind says hello");
    Decapsulator decapsulator;
    Packet packet;
    Segment segment;
    bool heard = false;
    for (int slices = 0; slices < 50 && !heard; ++slices) {
      while ((*source)->next(packet)) {
        heard |= decapsulator.unwrap(packet, segment) && segment.to.port == port &&
                 as_text(segment.payload) == "nordwind says hello";
      }
    }
    EXPECT_TRUE(heard);
    EXPECT_EQ(packet.link_type, 1U);
    EXPECT_GT(packet.time_ns, 1'600'000'000'000'000'000);
    EXPECT_FALSE((*source)->ended());
    EXPECT_EQ((*source)->fault(), std::nullopt);
    EXPECT_EQ((*source)->dropped(), 0U);
    EXPECT_GT((*source)->bytes_read(), 0U);
  });
  if (!allowed) GTEST_SKIP() << kNotAllowed;
}

TEST(LiveCapture, GivesTheTurnBackWhenNothingComes) {
  const bool allowed = in_private_network([] {
    auto source = open_live_capture({.interface = "lo", .slice_ms = 1}).value();
    Packet packet;
    EXPECT_FALSE(source->next(packet));
    EXPECT_FALSE(source->ended());
  });
  if (!allowed) GTEST_SKIP() << kNotAllowed;
}

TEST(LiveCapture, CountsWhatTheKernelDropped) {
  const bool allowed = in_private_network([] {
    auto source = open_live_capture({.interface = "lo", .buffer_bytes = 1}).value();
    for (int i = 0; i < 300; ++i) say_over_loopback(std::string(30'000, 'x'));
    Packet packet;
    std::uint64_t packets = 0;
    while (source->next(packet)) ++packets;
    EXPECT_GT(source->dropped(), 0U) << packets;
  });
  if (!allowed) GTEST_SKIP() << kNotAllowed;
}

TEST(LiveCapture, RefusesWithTheReason) {
  const bool allowed = in_private_network([] {
    EXPECT_EQ(open_live_capture({.interface = "eth7"}).error().message,
              "eth7: there is no such interface (there are: lo)");
    EXPECT_THAT(open_live_capture({.interface = "lo", .filter = "tcp portt 1"}).error().message,
                testing::StartsWith("filter 'tcp portt 1': "));
  });
  if (!allowed) GTEST_SKIP() << kNotAllowed;
}

// What a child process found out, as its exit code.
enum Outcome { kFine, kNoNetwork, kNoRights, kNotOpened, kNotDropped, kStillAble, kOtherError };

int as_user_who_may_only_capture() {
  if (!has_own_loopback()) return kNoNetwork;
  capng_clear(CAPNG_SELECT_BOTH);
  capng_update(CAPNG_ADD, static_cast<capng_type_t>(CAPNG_EFFECTIVE | CAPNG_PERMITTED), CAP_NET_RAW);
  constexpr int kNobody = 65534;
  if (capng_change_id(kNobody, kNobody, static_cast<capng_flags_t>(CAPNG_DROP_SUPP_GRP)) != 0) return kNoRights;
  auto source = open_live_capture({.interface = "lo"});
  if (!source) {
    std::fprintf(stderr, "%s\n", source.error().message.c_str());
    return kNotOpened;
  }
  if (!drop_capture_rights()) return kNotDropped;
  capng_get_caps_process();
  if (capng_have_capabilities(CAPNG_SELECT_CAPS) != CAPNG_NONE) return kStillAble;
  Packet packet;
  (void)say_over_loopback("x");
  for (int slices = 0; slices < 50; ++slices) {
    if ((*source)->next(packet)) {
      const auto again = open_live_capture({.interface = "lo"});
      if (again) return kStillAble;
      const bool names_the_mend = again.error().message.find("CAP_NET_RAW") != std::string::npos;
      return names_the_mend ? kFine : kOtherError;
    }
  }
  return kOtherError;
}

TEST(LiveCapture, NeedsOnlyTheRightToCaptureAndGivesItUp) {
  const pid_t child = fork();
  if (child == 0) _exit(as_user_who_may_only_capture());
  int status = 0;
  ASSERT_EQ(waitpid(child, &status, 0), child);
  ASSERT_TRUE(WIFEXITED(status));
  if (WEXITSTATUS(status) == kNoNetwork || WEXITSTATUS(status) == kNoRights) GTEST_SKIP() << kNotAllowed;
  EXPECT_EQ(WEXITSTATUS(status), kFine);
}

TEST(LiveCapture, LeavesRootNothingButItsFiles) {
  if (geteuid() != 0) GTEST_SKIP() << "this is not root";
  const pid_t child = fork();
  if (child == 0) {
    if (!drop_capture_rights()) _exit(kNotDropped);
    capng_get_caps_process();
    const bool captures = capng_have_capability(CAPNG_EFFECTIVE, CAP_NET_RAW) != 0;
    const bool administers = capng_have_capability(CAPNG_PERMITTED, CAP_SYS_ADMIN) != 0;
    _exit(captures || administers ? kStillAble : kFine);
  }
  int status = 0;
  ASSERT_EQ(waitpid(child, &status, 0), child);
  EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == kFine) << status;
}

}  // namespace
}  // namespace ucready::passive
