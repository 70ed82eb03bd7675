#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sched.h>
#include <signal.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <unistd.h>

#include "db/run_writer.h"
#include "tests/db/sample.h"
#include "tests/db/unprivileged.h"

namespace ucready::db {
namespace {

namespace fs = std::filesystem;
using testing::AnyOf;
using testing::EndsWith;
using testing::HasSubstr;
using testing::StartsWith;

// Adds interfaces until one cannot be kept; gives the error, and checks that it stays so.
std::string fill(const fs::path& file) {
  auto database = Database::open(file, OpenMode::write);
  if (!database) return "open: " + database.error().message;
  auto writer = RunWriter::begin(*database, {"scan", "hq", "", "", {}}, {});
  if (!writer) return "begin: " + writer.error().message;
  InterfaceObservation observation = make_observation();
  observation.versions.front().flight.assign(30'000, 7);
  for (std::uint16_t port = 1; port < 10'000; ++port) {
    observation.key.port = port;
    if (const auto kept = writer->add(observation); !kept) {
      if (kept.error().code != ErrorCode::disk_full) return "wrong code";
      if (writer->add(observation) || writer->flush() || writer->finish(RunStatus::done))
        return "went on after an error";
      return kept.error().message;
    }
  }
  return "never failed";
}

TEST(WriteTrouble, SaysWhenTheFileMayGrowNoFurtherAndKeepsWhatWasCommitted) {
  TemporaryFolder folder;
  const fs::path file = folder / "a.db";
  const std::string said = in_child([&] {
    ::signal(SIGXFSZ, SIG_IGN);
    const rlimit limit{20'000'000, 20'000'000};
    return ::setrlimit(RLIMIT_FSIZE, &limit) == 0 ? fill(file) : "no limit";
  });

  EXPECT_EQ(said, file.string() + ": disk is full (the limit on file size was reached)");
  const Database database = open_new(file);
  EXPECT_EQ(rows_of(database, "PRAGMA integrity_check").front(), "ok");
  EXPECT_EQ(rows_of(database, "SELECT count(*) > 100 FROM v_interface").front(), "1");
}

// Fills a disk of that size from its beginning; gives the error and then whether what is there can still be read.
std::string fill_small_disk(const fs::path& disk, const std::string& size) {
  if (::unshare(CLONE_NEWNS) != 0 || ::mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0)
    return "no mounts";
  if (::mount("tmpfs", disk.c_str(), "tmpfs", 0, ("size=" + size).c_str()) != 0) return "no mounts";
  const std::string trouble = fill(disk / "a.db");
  const auto database = Database::open(disk / "a.db", OpenMode::read);
  return trouble + "; then " + (database ? rows_of(*database, "PRAGMA integrity_check").front() : "not readable");
}

class SmallDisk : public testing::TestWithParam<const char*> {};

TEST_P(SmallDisk, IsSaidToBeFull) {
  TemporaryFolder folder;
  const fs::path disk = folder / "disk";
  fs::create_directory(disk);
  const std::string said = in_child([&] { return fill_small_disk(disk, GetParam()); });
  if (said == "no mounts") GTEST_SKIP() << "only root can mount a small disk; the limit on file size is tested too";

  EXPECT_THAT(said, HasSubstr((disk / "a.db").string() + ": disk is full; then "));
  EXPECT_THAT(said, AnyOf(EndsWith("then ok"), StartsWith("open: ")));
}

INSTANTIATE_TEST_SUITE_P(OfAnySize, SmallDisk, testing::Values("4k", "16k", "64k", "200k", "1m", "12m"));

TEST(WriteTrouble, SaysSoWhenNothingCanBeWrittenAtAll) {
  TemporaryFolder folder;
  const fs::path file = folder / "a.db";
  const std::string said = in_child([&] {
    ::signal(SIGXFSZ, SIG_IGN);
    const rlimit limit{1000, 1000};
    return ::setrlimit(RLIMIT_FSIZE, &limit) == 0 ? fill(file) : "no limit";
  });

  EXPECT_EQ(said, "open: " + file.string() + ": cannot be written; the disk may be full");
}

}  // namespace
}  // namespace ucready::db
