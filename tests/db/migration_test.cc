#include "db/migration.h"

#include <SQLiteCpp/SQLiteCpp.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "db/database.h"
#include "tests/db/sample.h"

namespace ucready::db {
namespace {

namespace fs = std::filesystem;
using testing::ElementsAre;

const std::vector<SchemaStep> kFirst = {{1, "CREATE TABLE note (text TEXT)"}};
const std::vector<SchemaStep> kBoth = {kFirst.front(), {2, "ALTER TABLE note ADD COLUMN author TEXT"}};
const std::vector<SchemaStep> kBroken = {kFirst.front(),
                                         {2, "ALTER TABLE note ADD COLUMN author TEXT; SELECT nonsense"}};

class Migration : public testing::Test {
 protected:
  TemporaryFolder folder;
  fs::path file = folder / "a.db";
  SQLite::Database handle{file.string(), SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE};
};

TEST_F(Migration, MakesANewFileWithoutACopy) {
  ASSERT_TRUE(migrate(handle, file, kBoth));

  EXPECT_EQ(schema_version(handle), 2);
  EXPECT_FALSE(fs::exists(folder / "a.db.before-schema-2"));
}

TEST_F(Migration, CopiesAnOlderFileAsideAndKeepsItsRows) {
  ASSERT_TRUE(migrate(handle, file, kFirst));
  handle.exec("INSERT INTO note VALUES ('kept')");

  ASSERT_TRUE(migrate(handle, file, kBoth));

  EXPECT_THAT(rows_of(file, "SELECT text, author FROM note"), ElementsAre("kept|NULL"));
  EXPECT_THAT(rows_of(folder / "a.db.before-schema-2", "SELECT text, count(*) FROM note, pragma_table_info('note')"),
              ElementsAre("kept|1"));
  EXPECT_THAT(rows_of(folder / "a.db.before-schema-2", "PRAGMA user_version"), ElementsAre("1"));
  EXPECT_EQ(fs::status(folder / "a.db.before-schema-2").permissions(), fs::perms::owner_read | fs::perms::owner_write);
}

TEST_F(Migration, NeverWritesOverAnEarlierCopy) {
  ASSERT_TRUE(migrate(handle, file, kFirst));
  SQLite::Database(folder / "a.db.before-schema-2", SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE)
      .exec("CREATE TABLE earlier (x)");

  ASSERT_TRUE(migrate(handle, file, kBoth));

  EXPECT_THAT(rows_of(folder / "a.db.before-schema-2", "SELECT name FROM sqlite_schema"), ElementsAre("earlier"));
  EXPECT_THAT(rows_of(folder / "a.db.before-schema-2.2", "SELECT name FROM sqlite_schema"), ElementsAre("note"));
}

TEST_F(Migration, LeavesTheFileAsItWasWhenAStepFails) {
  ASSERT_TRUE(migrate(handle, file, kFirst));
  handle.exec("INSERT INTO note VALUES ('kept')");

  ASSERT_FALSE(migrate(handle, file, kBroken));

  EXPECT_EQ(schema_version(handle), 1);
  EXPECT_THAT(rows_of(file, "SELECT * FROM note"), ElementsAre("kept"));
}

TEST_F(Migration, DoesNothingToAFileOfTheNewestVersion) {
  ASSERT_TRUE(migrate(handle, file, kBoth));

  ASSERT_TRUE(migrate(handle, file, kBoth));

  EXPECT_FALSE(fs::exists(folder / "a.db.before-schema-2"));
}

TEST(SchemaSteps, LeadWithoutAGapToTheVersionOfTheProgram) {
  int version = 0;
  for (const SchemaStep& step : schema_steps()) EXPECT_EQ(step.version, ++version);
  EXPECT_EQ(version, kSchemaVersion);
}

}  // namespace
}  // namespace ucready::db
