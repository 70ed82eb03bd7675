#include "db/merge.h"

#include <SQLiteCpp/SQLiteCpp.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <map>

#include "db/prune.h"
#include "db/rules.h"
#include "db/run_tables.h"
#include "db/run_writer.h"
#include "db/waivers.h"
#include "tests/db/sample.h"

namespace ucready::db {
namespace {

namespace fs = std::filesystem;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

SessionObservation session(std::uint32_t source, std::uint16_t client_port) {
  SessionObservation seen;
  seen.source = source;
  seen.started_ns = 1'792'000'000'123'456'789 + client_port;
  seen.client = {*parse_ip_address("10.1.0.7"), client_port};
  seen.server = {*parse_ip_address("10.0.0.11"), 5061};
  seen.version = tls::Version{0x0303};
  seen.established = false;
  seen.alert_by = SessionSide::client;
  seen.alert = tls::Alert{48};
  auto offer = std::make_shared<ClientOffer>();
  offer->offer_id = "offer";
  offer->hello = {1, 0};
  seen.offer = offer;
  return seen;
}

void fill(Database& database, const std::string& site, std::uint16_t port) {
  auto scan = RunWriter::begin(database, {.kind = "scan", .site = site},
                               {{.cluster = site + "-cucm", .name = "product", .value = "cucm"}});
  auto old = make_observation(port);
  old.versions[0].version = tls::kTls10;  // Which is a finding.
  ASSERT_TRUE(scan->add(old));
  ASSERT_TRUE(scan->add(make_observation(static_cast<std::uint16_t>(port + 1))));
  ASSERT_TRUE(scan->flush());
  ASSERT_TRUE(run_rules(database, scan->run_id(), built_in_rules()));
  ASSERT_TRUE(scan->finish(RunStatus::done));
  auto capture = RunWriter::begin(database, {.kind = "capture", .site = site}, {});
  const auto source = capture->begin_source(site + ".pcap");
  ASSERT_TRUE(source);
  const Bytes handshake = {0, 0, 0, 0, 0, 0, 1, 22};
  ASSERT_TRUE(capture->add(session(*source, port), handshake));
  ASSERT_TRUE(capture->add(session(*source, static_cast<std::uint16_t>(port + 1)), handshake));
  ASSERT_TRUE(capture->finish(RunStatus::done));
}

class MergeTest : public testing::Test {
 protected:
  void SetUp() override {
    Database a = open_new(folder / "a.db");
    fill(a, "hh", 8443);
    Database b = open_new(folder / "b.db");
    fill(b, "muc", 9443);
  }

  // What every view of the contract shows, sorted.
  std::vector<std::string> contents(const fs::path& file) {
    std::vector<std::string> all;
    for (const std::string& view : rows_of(file, "SELECT name FROM sqlite_schema WHERE type = 'view' ORDER BY name")) {
      for (const std::string& row : rows_of(file, "SELECT '" + view + "', * FROM " + view)) all.push_back(row);
    }
    std::ranges::sort(all);
    return all;
  }

  Merged merged(const fs::path& into, const fs::path& from) {
    Database database = *Database::open(folder / into, OpenMode::write);
    const auto done = merge(database, folder / from);
    EXPECT_TRUE(done) << done.error().message;
    return done ? *done : Merged{};
  }

  std::string refused(const fs::path& into, const fs::path& from) {
    Database database = *Database::open(folder / into, OpenMode::write);
    const auto done = merge(database, folder / from);
    return done ? "" : done.error().message;
  }

  void run_sql(const fs::path& file, const std::string& sql) {
    SQLite::Database(folder / file, SQLite::OPEN_READWRITE).exec(sql);
  }

  TemporaryFolder folder;
};

TEST_F(MergeTest, HoldsWhatEachHeld) {
  EXPECT_EQ(merged("all.db", "a.db").added, 2U);
  EXPECT_EQ(contents(folder / "all.db"), contents(folder / "a.db"));

  EXPECT_EQ(merged("all.db", "b.db").added, 2U);
  EXPECT_THAT(rows_of(folder / "all.db",
                      "SELECT r.site, count(*) FROM v_session AS s JOIN v_run AS r USING (run_id) GROUP BY 1"),
              ElementsAre("hh|2", "muc|2"));
  EXPECT_THAT(rows_of(folder / "all.db", "SELECT source, count(*) FROM v_session GROUP BY 1 ORDER BY 1"),
              ElementsAre("hh.pcap|2", "muc.pcap|2"));
  EXPECT_THAT(rows_of(folder / "all.db", "SELECT count(*) FROM session_bytes AS b JOIN session AS s USING (n)"),
              ElementsAre("4"));
}

TEST_F(MergeTest, TwiceIsOnce) {
  merged("all.db", "a.db");
  const auto once = contents(folder / "all.db");

  const Merged again = merged("all.db", "a.db");

  EXPECT_EQ(again.added, 0U);
  EXPECT_EQ(again.known, 2U);
  EXPECT_THAT(again.conflicts, IsEmpty());
  EXPECT_EQ(contents(folder / "all.db"), once);
}

TEST_F(MergeTest, AnyOrderGivesTheSame) {
  merged("ab.db", "a.db");
  merged("ab.db", "b.db");
  merged("ba.db", "b.db");
  merged("ba.db", "a.db");
  merged("nested.db", "ba.db");

  EXPECT_THAT(contents(folder / "ab.db"), SizeIs(testing::Gt(50U)));
  EXPECT_EQ(contents(folder / "ab.db"), contents(folder / "ba.db"));
  EXPECT_EQ(contents(folder / "ab.db"), contents(folder / "nested.db"));
}

TEST_F(MergeTest, ARunThatHasEndedTakesThePlaceOfItsBeginning) {
  merged("all.db", "a.db");
  run_sql("all.db",
          "UPDATE run SET status = 'running', finished_at = NULL WHERE kind = 'capture';"
          "DELETE FROM session WHERE n = 2; DELETE FROM session_bytes WHERE n = 2");

  const Merged done = merged("all.db", "a.db");

  EXPECT_EQ(done.renewed, 1U);
  EXPECT_THAT(done.conflicts, IsEmpty());
  EXPECT_EQ(contents(folder / "all.db"), contents(folder / "a.db"));
  run_sql("a.db", "UPDATE run SET status = 'running', finished_at = NULL");
  EXPECT_EQ(merged("all.db", "a.db").renewed, 0U) << "the beginning of a run does not undo its end";
}

TEST_F(MergeTest, SaysOfWhichRunBothHoldSomethingElse) {
  merged("all.db", "a.db");
  run_sql("a.db",
          "DELETE FROM interface WHERE port = 8443; UPDATE run SET started_at = '2020-01-01T00:00:00Z' WHERE kind = "
          "'capture'");
  const auto before = contents(folder / "all.db");

  const Merged done = merged("all.db", "a.db");

  EXPECT_THAT(done.conflicts, ElementsAre(HasSubstr("is not the same in both"), HasSubstr("is not the same in both")));
  EXPECT_EQ(contents(folder / "all.db"), before);
}

TEST_F(MergeTest, TheLaterWaiverCounts) {
  merged("all.db", "a.db");
  run_sql("all.db",
          "INSERT INTO waiver VALUES ('f1', 'old', '2030-01-01T00:00:00Z', '2026-01-01T00:00:00Z'),"
          " ('f2', 'new', '2030-01-01T00:00:00Z', '2026-03-01T00:00:00Z'), ('f3', 'x', '2030-01-01T00:00:00Z', "
          "'2026-03-01T00:00:00Z')");
  run_sql("a.db",
          "INSERT INTO waiver VALUES ('f1', 'new', '2030-01-01T00:00:00Z', '2026-02-01T00:00:00Z'),"
          " ('f2', 'old', '2030-01-01T00:00:00Z', '2026-02-01T00:00:00Z'), ('f3', 'y', '2030-01-01T00:00:00Z', "
          "'2026-03-01T00:00:00Z')");

  const Merged done = merged("all.db", "a.db");

  EXPECT_THAT(rows_of(folder / "all.db", "SELECT finding_id, reason FROM v_waiver ORDER BY 1"),
              ElementsAre("f1|new", "f2|new", "f3|x"));
  EXPECT_THAT(done.conflicts, ElementsAre(HasSubstr("f3")));
}

TEST_F(MergeTest, ACertificateThatIsNotWhatItsDigestSaysIsRefused) {
  run_sql("b.db", "UPDATE certificate SET der = x'3000' WHERE rowid = 1");

  EXPECT_THAT(refused("all.db", "b.db"), HasSubstr("is not what its digest says"));
  EXPECT_THAT(rows_of(folder / "all.db", "SELECT count(*) FROM run"), ElementsAre("0"));
}

TEST_F(MergeTest, RefusesItselfAndWhatIsNoDatabaseOfOurs) {
  EXPECT_THAT(refused("a.db", "a.db"), HasSubstr("is the database to merge into"));
  EXPECT_THAT(refused("a.db", "none.db"), HasSubstr("no such database"));
  SQLite::Database(folder / "foreign.db", SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE).exec("CREATE TABLE x (y)");
  EXPECT_THAT(refused("a.db", "foreign.db"), HasSubstr("of another program"));
}

TEST_F(MergeTest, KnowsOfEveryTableHowItIsTaken) {
  Database database = open_new(folder / "new.db");
  std::vector<std::string> known = tables_of_runs(database.handle());
  for (const SharedTable& table : shared_tables()) known.emplace_back(table.name);
  known.insert(known.end(), session_tables().begin(), session_tables().end());
  known.insert(known.end(), lasting_tables().begin(), lasting_tables().end());

  for (const std::string& table :
       rows_of(database, "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"))
    EXPECT_THAT(known, Contains(table));
}

// A table that refers to a shared row and is not asked before that row goes would lose it.
TEST_F(MergeTest, PruneAsksEveryTableThatRefersToASharedRow) {
  const std::map<std::string, std::string> columns = {
      {"client_offer", "%offer_id"}, {"trust_set", "set_id"}, {"chain", "%chain_id"}};
  for (const SharedTable& shared : shared_tables()) {
    const auto column = columns.find(shared.name);
    if (column == columns.end()) continue;
    const auto tables =
        rows_of(open_new(folder / (std::string(shared.name) + ".db")),
                "SELECT DISTINCT t.name FROM sqlite_schema AS t, pragma_table_info(t.name) AS c,"
                " pragma_table_info(t.name) AS r WHERE t.type = 'table' AND r.name = 'run_id' AND c.name LIKE '" +
                    column->second + "'");
    EXPECT_FALSE(tables.empty()) << shared.name;
    for (const std::string& table : tables) EXPECT_THAT(shared.unused, HasSubstr(" " + table)) << "of " << shared.name;
  }
}

// A table that refers to shared rows and is not asked whether it does would lose them.
TEST_F(MergeTest, PruneKnowsOfEveryColumnThatRefersToSharedRows) {
  Database database = open_new(folder / "new.db");
  std::string conditions;
  for (const SharedTable& table : shared_tables()) conditions += std::string(table.unused) + " ";
  const auto references =
      rows_of(database,
              "SELECT c.name || ' FROM ' || t.name FROM sqlite_schema AS t, pragma_table_info(t.name) AS c"
              " WHERE t.type = 'table' AND (c.name LIKE '%chain_id' OR c.name LIKE '%offer_id' OR c.name ="
              " 'set_id' OR c.name LIKE '%certificate_sha256') AND t.name NOT IN ('chain', 'client_offer',"
              " 'trust_set', 'forecast_cell')");

  EXPECT_THAT(references, SizeIs(testing::Gt(8U)));
  for (const std::string& reference : references) EXPECT_THAT(conditions, HasSubstr(reference));
}

TEST_F(MergeTest, PruneKeepsTheNewestOfEachKindAndForgetsWhatOnlyTheOthersHeld) {
  Database database = *Database::open(folder / "a.db", OpenMode::write);
  run_sql("a.db", "UPDATE run SET started_at = '2020-01-01T00:00:00Z'");
  const auto old_first = rows_of(database, "SELECT count(*) FROM v_finding");
  fill(database, "hh", 8443);
  const auto newest = rows_of(database, "SELECT max(run_id) FROM run GROUP BY kind ORDER BY kind");

  const auto pruned = prune(database, 1);

  ASSERT_TRUE(pruned) << pruned.error().message;
  EXPECT_EQ(pruned->runs, 2U);
  EXPECT_EQ(pruned->kept, 2U);
  EXPECT_EQ(rows_of(database, "SELECT run_id FROM run ORDER BY kind"), newest);
  EXPECT_THAT(rows_of(database, "SELECT count(*) FROM v_session"), ElementsAre("2"));
  EXPECT_THAT(rows_of(database, "SELECT count(*) FROM session_bytes"), ElementsAre("2"));
  EXPECT_NE(old_first, std::vector<std::string>{"0"}) << "the sample has findings";
  EXPECT_THAT(rows_of(database, "SELECT DISTINCT first_seen FROM finding_history"),
              ElementsAre("2020-01-01T00:00:00Z"));
}

TEST_F(MergeTest, PruneOfEverythingOldLeavesNothingUnused) {
  Database database = *Database::open(folder / "a.db", OpenMode::write);
  auto empty = RunWriter::begin(database, {.kind = "scan", .site = "hh"}, {});
  ASSERT_TRUE(empty->finish(RunStatus::done));
  auto silent = RunWriter::begin(database, {.kind = "capture", .site = "hh"}, {});
  ASSERT_TRUE(silent->finish(RunStatus::done));

  ASSERT_TRUE(prune(database, 1));

  for (const SharedTable& table : shared_tables())
    EXPECT_THAT(rows_of(database, std::string("SELECT count(*) FROM ") + table.name), ElementsAre("0")) << table.name;
  EXPECT_THAT(rows_of(database, "SELECT count(*) FROM session"), ElementsAre("0"));
}

TEST_F(MergeTest, PruneKeepsTheRunThatIsTheLastWordOnAStore) {
  Database database = open_new(folder / "trust.db");
  for (int n = 0; n < 3; ++n) {
    auto run = RunWriter::begin(database, {.kind = "import", .site = "hh"}, {});
    TrustObservation store;
    store.cluster = "hh-cucm";
    store.store = n == 0 ? "tomcat-trust" : "CallManager-trust";
    ASSERT_TRUE(run->add(store));
    ASSERT_TRUE(run->finish(RunStatus::done));
  }

  const auto pruned = prune(database, 1);

  EXPECT_EQ(pruned->runs, 1U);
  EXPECT_THAT(rows_of(database, "SELECT store FROM newest_store ORDER BY 1"),
              ElementsAre("CallManager-trust", "tomcat-trust"));
}

}  // namespace
}  // namespace ucready::db
