#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <random>

#include "db/run_writer.h"
#include "tests/db/sample.h"

namespace ucready::db {
namespace {

namespace fs = std::filesystem;

// Writes without end and tells through the pipe, one byte each, of the interfaces it has handed to the writer.
[[noreturn]] void write_until_killed(const fs::path& file, int pipe) {
  auto database = Database::open(file, OpenMode::write);
  if (!database) ::_exit(1);
  auto writer = RunWriter::begin(*database, {"scan", "hq", "", "", {}}, {});
  if (!writer) ::_exit(2);
  InterfaceObservation observation = make_observation();
  observation.chains.front().flight.assign(3000, 9);
  for (int i = 0;; ++i) {
    observation.key.node = "node-" + std::to_string(i);
    if (!writer->add(observation) || ::write(pipe, "x", 1) != 1) ::_exit(3);
  }
}

std::size_t read_all(int pipe) {
  std::size_t count = 0;
  std::array<char, 4096> buffer{};
  for (ssize_t got = 0; (got = ::read(pipe, buffer.data(), buffer.size())) > 0;) count += static_cast<std::size_t>(got);
  return count;
}

TEST(Kill, AtAnyMomentLeavesAValidDatabaseWithAllButTheLastBatch) {
  constexpr int kRounds = 20;
  constexpr std::size_t kBatch = 256;
  TemporaryFolder folder;
  const fs::path file = folder / "a.db";
  std::mt19937 random(std::random_device{}());
  std::size_t in_all = 0;
  for (int round = 0; round < kRounds; ++round) {
    std::array<int, 2> ends{};
    ASSERT_EQ(::pipe(ends.data()), 0);
    const pid_t child = ::fork();
    if (child == 0) write_until_killed(file, ends[1]);
    ::close(ends[1]);
    // The child runs at its own pace; how many interfaces it may write before it is killed is drawn.
    const std::size_t enough = std::uniform_int_distribution<std::size_t>(1, 700)(random);
    std::size_t handed_over = 0;
    while (handed_over < enough) {
      char byte = 0;
      ASSERT_EQ(::read(ends[0], &byte, 1), 1) << "the child ended by itself in round " << round;
      ++handed_over;
    }
    ::kill(child, SIGKILL);
    handed_over += read_all(ends[0]);
    ::close(ends[0]);
    ::waitpid(child, nullptr, 0);
    in_all += handed_over;

    auto database = Database::open(file, OpenMode::write);
    ASSERT_TRUE(database) << database.error().message;
    EXPECT_EQ(rows_of(*database, "PRAGMA integrity_check").front(), "ok");
    const std::string run = rows_of(*database, "SELECT run_id FROM v_run ORDER BY run_id DESC LIMIT 1").front();
    const auto count = [&](const std::string& view) {
      return std::stoul(rows_of(*database, "SELECT count(*) FROM " + view + " WHERE run_id = '" + run + "'").front());
    };
    const std::size_t kept = count("v_interface");
    EXPECT_LE(kept, handed_over + 1) << "round " << round;
    EXPECT_GT(kept + kBatch, handed_over) << "round " << round;
    EXPECT_EQ(count("v_interface_version"), kept * 2);
    EXPECT_EQ(count("v_interface_certificate"), kept * 4);
    EXPECT_EQ(count("answer_flight"), kept * 3);
  }
  EXPECT_GT(in_all, kBatch) << "no batch was ever committed: the test shows nothing";
}

}  // namespace
}  // namespace ucready::db
