#include "scanner/standard_output.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <ostream>

namespace ucready::scanner {
namespace {

struct Pipe {
  Pipe() { EXPECT_EQ(::pipe(ends.data()), 0); }
  ~Pipe() {
    for (const int end : ends) ::close(end);
  }
  std::array<int, 2> ends{};
};

TEST(StandardOutput, ArrivesWhole) {
  Pipe pipe;
  OutputToReader buffer(pipe.ends[1]);
  std::ostream out(&buffer);
  const std::string text(40'000, 'a');

  out << text << 'b' << std::flush;

  EXPECT_TRUE(out.good());
  std::string arrived(text.size() + 100, ' ');
  arrived.resize(static_cast<std::size_t>(::read(pipe.ends[0], arrived.data(), arrived.size())));
  EXPECT_EQ(arrived, text + 'b');
}

TEST(StandardOutput, IsNoTroubleWhenItsReaderLeft) {
  std::signal(SIGPIPE, SIG_IGN);
  Pipe pipe;
  ::close(pipe.ends[0]);
  pipe.ends[0] = -1;
  OutputToReader buffer(pipe.ends[1]);
  std::ostream out(&buffer);

  for (int line = 0; line < 100'000; ++line) out << "a line\n";

  EXPECT_TRUE(out.flush().good());
}

TEST(StandardOutput, IsBadWhenTheDiskIsFull) {
  const int full = ::open("/dev/full", O_WRONLY | O_CLOEXEC);
  ASSERT_GE(full, 0);
  {
    OutputToReader buffer(full);
    std::ostream out(&buffer);
    out << "a line\n";
    EXPECT_FALSE(out.flush().good());
  }
  ::close(full);
}

}  // namespace
}  // namespace ucready::scanner
