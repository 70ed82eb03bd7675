#include "db/empty_database.h"

#include <SQLiteCpp/SQLiteCpp.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sched.h>
#include <signal.h>
#include <sys/mount.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <fstream>

#include "db/run_writer.h"
#include "tests/db/sample.h"
#include "tests/db/unprivileged.h"

namespace ucready::db {
namespace {

namespace fs = std::filesystem;
using testing::ElementsAre;

std::vector<std::string> all_of(const fs::path& file) {
  std::vector<std::string> rows = rows_of(file, "SELECT type, name, tbl_name, rootpage, sql FROM sqlite_schema");
  for (const char* pragma : {"user_version", "application_id", "journal_mode", "page_size", "page_count", "auto_vacuum",
                             "encoding", "freelist_count", "integrity_check", "foreign_key_check"}) {
    for (const std::string& row : rows_of(file, std::string("SELECT * FROM pragma_") + pragma)) {
      rows.push_back(std::string(pragma) + ' ' + row);
    }
  }
  return rows;
}

class EmptyDatabase : public testing::Test {
 protected:
  TemporaryFolder folder;
  fs::path file = folder / "a.db";
};

TEST_F(EmptyDatabase, IsWhatTheStepsOfTheSchemaMake) {
  ASSERT_TRUE(put_empty_database(file));

  // An empty file is no new one, so it goes through all steps.
  std::ofstream{folder / "b.db"};
  ASSERT_TRUE(Database::open(folder / "b.db", OpenMode::write));
  EXPECT_EQ(all_of(file), all_of(folder / "b.db"));
  EXPECT_EQ(fs::file_size(file), fs::file_size(folder / "b.db"));
}

TEST_F(EmptyDatabase, IsOpenedWithNothingLeftToDo) {
  ASSERT_TRUE(put_empty_database(file));

  EXPECT_TRUE(Database::open(file, OpenMode::read));
  EXPECT_TRUE(Database::open(file, OpenMode::write));
  EXPECT_EQ(std::distance(fs::directory_iterator(folder.path()), {}), 1);
}

TEST_F(EmptyDatabase, IsNeverPutOverWhatIsThere) {
  std::ofstream(file) << "notes";
  fs::create_symlink("nowhere", folder / "link.db");

  EXPECT_FALSE(put_empty_database(file));
  EXPECT_FALSE(put_empty_database(folder / "link.db"));

  EXPECT_EQ(fs::file_size(file), 5U);
  EXPECT_FALSE(fs::exists(folder / "nowhere"));
}

TEST_F(EmptyDatabase, IsNotPutIntoAFolderThatIsNotThere) { EXPECT_FALSE(put_empty_database(folder / "no/a.db")); }

TEST_F(EmptyDatabase, IsWholeOrNotThereWhenItsMakerIsKilled) {
  std::array<int, 2> ends{};
  ASSERT_EQ(::pipe(ends.data()), 0);
  const pid_t child = ::fork();
  if (child == 0) {
    for (int i = 0;; ++i) {
      if (!put_empty_database(folder / std::to_string(i)) || ::write(ends[1], "x", 1) != 1) ::_exit(1);
    }
  }
  ::close(ends[1]);
  std::array<char, 20> enough{};
  for (char& byte : enough) ASSERT_EQ(::read(ends[0], &byte, 1), 1);
  ::kill(child, SIGKILL);
  ::waitpid(child, nullptr, 0);
  ::close(ends[0]);

  std::size_t files = 0;
  for (const auto& entry : fs::directory_iterator(folder.path())) {
    EXPECT_THAT(rows_of(entry.path(), "PRAGMA integrity_check"), ElementsAre("ok"));
    EXPECT_TRUE(Database::open(entry.path(), OpenMode::read)) << entry.path();
    ++files;
  }
  EXPECT_GE(files, enough.size());
}

TEST_F(EmptyDatabase, IsMadeOnceWhenManyOpenItAtTheSameTime) {
  constexpr int kProcesses = 8;
  std::array<int, 2> start{};
  ASSERT_EQ(::pipe(start.data()), 0);
  std::vector<pid_t> children;
  for (int i = 0; i < kProcesses; ++i) {
    children.push_back(::fork());
    if (children.back() != 0) continue;
    char byte = 0;
    ::close(start[1]);
    if (::read(start[0], &byte, 1) != 0) ::_exit(1);  // Until the parent lets go of its end.
    auto database = Database::open(file, OpenMode::write, std::chrono::seconds(60));
    if (!database) ::_exit(2);
    auto writer = RunWriter::begin(*database, {"scan", "hq", "", "", {}}, {});
    ::_exit(writer && writer->finish(RunStatus::done) ? 0 : 3);
  }
  ::close(start[0]);
  ::close(start[1]);
  for (const pid_t child : children) {
    int status = -1;
    ::waitpid(child, &status, 0);
    EXPECT_EQ(status, 0);
  }

  EXPECT_THAT(rows_of(file, "SELECT count(*) FROM v_run"), ElementsAre(std::to_string(kProcesses)));
  EXPECT_THAT(rows_of(file, "PRAGMA integrity_check"), ElementsAre("ok"));
}

TEST_F(EmptyDatabase, IsMadeStepByStepWhereAFileCannotGetItsNameLater) {
  const std::string said = in_child([&]() -> std::string {
    if (::unshare(CLONE_NEWNS) != 0 || ::mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0 ||
        ::mount("tmpfs", "/proc", "tmpfs", 0, nullptr) != 0) {
      return "no mounts";
    }
    if (put_empty_database(file)) return "was put";
    const auto database = Database::open(file, OpenMode::write);
    return database ? "opened" : database.error().message;
  });
  if (said == "no mounts") GTEST_SKIP() << "only root can hide /proc";

  EXPECT_EQ(said, "opened");
  ASSERT_TRUE(put_empty_database(folder / "b.db"));
  EXPECT_EQ(all_of(file), all_of(folder / "b.db"));
}

}  // namespace
}  // namespace ucready::db
