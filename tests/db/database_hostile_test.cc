#include <SQLiteCpp/SQLiteCpp.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <iterator>

#include "db/database.h"
#include "db/run_writer.h"
#include "tests/db/sample.h"

namespace ucready::db {
namespace {

namespace fs = std::filesystem;
using testing::AnyOf;
using testing::HasSubstr;
using testing::StartsWith;

class HostileDatabase : public testing::Test {
 protected:
  HostileDatabase() {
    Database database = open_new(file);
    auto writer = RunWriter::begin(database, {"scan", "hq", "", "", {}}, {});
    for (std::uint16_t port = 1; port <= 50; ++port) static_cast<void>(writer->add(make_observation(port)));
    static_cast<void>(writer->finish(RunStatus::done));
  }
  void tamper(const std::string& sql) { SQLite::Database(file.string(), SQLite::OPEN_READWRITE).exec(sql); }
  std::string trouble(OpenMode mode = OpenMode::read) {
    const auto database = Database::open(file, mode);
    return database ? "" : database.error().message.substr(file.string().size() + 2);
  }

  TemporaryFolder folder;
  fs::path file = folder / "a.db";
};

TEST_F(HostileDatabase, IsRefusedWhenATableOrViewIsMissing) {
  tamper("DROP VIEW v_run");

  EXPECT_EQ(trouble(), "is damaged: v_run is missing from it");
  EXPECT_EQ(trouble(OpenMode::write), "is damaged: v_run is missing from it");
}

TEST_F(HostileDatabase, IsRefusedWhenItHoldsNothingButTheRightVersion) {
  fs::remove(file);
  SQLite::Database(file.string(), SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE)
      .exec("PRAGMA application_id = 1430475332; PRAGMA user_version = 2; CREATE TABLE x (y)");

  EXPECT_THAT(trouble(), HasSubstr("is missing from it"));
}

TEST_F(HostileDatabase, IsRefusedWhenAViewDoesSomethingElse) {
  tamper(
      "DROP VIEW v_run; CREATE VIEW v_run AS WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i FROM n) SELECT i FROM "
      "n");

  EXPECT_EQ(trouble(), "is damaged: v_run is not what ucready makes");
}

TEST_F(HostileDatabase, CannotMakeItsTriggersRun) {
  tamper("CREATE TRIGGER evil AFTER INSERT ON run BEGIN DELETE FROM interface; END");
  auto database = Database::open(file, OpenMode::write);
  ASSERT_TRUE(database) << database.error().message;

  ASSERT_TRUE(RunWriter::begin(*database, {"scan", "hq", "", "", {}}, {}));

  EXPECT_EQ(rows_of(*database, "SELECT count(*) FROM v_interface").front(), "50");
}

TEST_F(HostileDatabase, GivesAnErrorAndNoCrashWhereverItIsCutShort) {
  std::ifstream in(file, std::ios::binary);
  const std::string whole{std::istreambuf_iterator<char>(in), {}};
  ASSERT_GT(whole.size(), 100'000U);
  for (std::size_t size = 2; size < whole.size(); size += 1777) {
    std::ofstream(file, std::ios::binary | std::ios::trunc).write(whole.data(), static_cast<std::streamsize>(size));

    EXPECT_THAT(trouble(), AnyOf(StartsWith("is damaged"), StartsWith("is not an SQLite database"))) << size;
  }
}

TEST_F(HostileDatabase, GivesAnErrorAndNoCrashWhenAPageIsOverwritten) {
  std::ifstream in(file, std::ios::binary);
  const std::string whole{std::istreambuf_iterator<char>(in), {}};
  for (std::size_t page = 0; page * 8192 < whole.size(); ++page) {
    std::string damaged = whole;
    damaged.replace(page * 8192, 8192, std::string(8192, '\xa5'));
    std::ofstream(file, std::ios::binary | std::ios::trunc) << damaged;
    const auto database = Database::open(file, OpenMode::read);
    if (!database) continue;
    try {
      rows_of(*database, "SELECT * FROM v_interface_certificate");
      rows_of(*database, "SELECT * FROM answer_flight");
    } catch (const SQLite::Exception&) {
      continue;
    }
  }
}

}  // namespace
}  // namespace ucready::db
