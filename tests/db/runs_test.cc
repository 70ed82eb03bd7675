#include "db/runs.h"

#include <SQLiteCpp/SQLiteCpp.h>
#include <gtest/gtest.h>

#include "tests/db/sample.h"

namespace ucready::db {
namespace {

TEST(NewestRun, IsTheOneThatBeganLastOfItsKindAndSite) {
  TemporaryFolder folder;
  const Database database = open_new(folder / "a.db");
  database.handle().exec(
      "INSERT INTO run VALUES ('A', 'scan', 'hq', '2026-03-01T00:00:00Z', NULL, 'running', '', ''),"
      "('B', 'scan', 'hq', '2026-01-01T00:00:00Z', NULL, 'done', '', ''),"
      "('C', 'import', 'hq', '2026-04-01T00:00:00Z', NULL, 'done', '', ''),"
      "('D', 'scan', 'lon', '2026-05-01T00:00:00Z', NULL, 'done', '', ''),"
      "('E', 'scan', 'lon', '2026-05-01T00:00:00Z', NULL, 'done', '', '')");

  EXPECT_EQ(newest_run(database, "scan", "hq").value(), "A");
  EXPECT_EQ(newest_run(database, "import", "hq").value(), "C");
  EXPECT_EQ(newest_run(database, "scan", "").value(), "E");
  EXPECT_EQ(newest_run(database, "plan", "hq").value(), std::nullopt);
}

}  // namespace
}  // namespace ucready::db
