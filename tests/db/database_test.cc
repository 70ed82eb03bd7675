#include "db/database.h"

#include <SQLiteCpp/SQLiteCpp.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <fstream>

#include "db/run_writer.h"
#include "tests/db/sample.h"
#include "tests/db/unprivileged.h"

namespace ucready::db {
namespace {

namespace fs = std::filesystem;
using testing::ElementsAre;

fs::perms mode_of(const fs::path& file) { return fs::status(file).permissions(); }

constexpr fs::perms kOwnerOnly = fs::perms::owner_read | fs::perms::owner_write;

// The message without the path that begins it.
std::string trouble(const fs::path& file, OpenMode mode) {
  const auto database = Database::open(file, mode, std::chrono::milliseconds(0));
  if (database) return "";
  const std::string start = file.string() + ": ";
  return database.error().message.starts_with(start) ? database.error().message.substr(start.size())
                                                     : database.error().message;
}

class DatabaseTest : public testing::Test {
 protected:
  TemporaryFolder folder;
  fs::path file = folder / "a.db";
};

TEST_F(DatabaseTest, IsMadeForItsOwnerOnlyWhateverTheUmask) {
  const mode_t before = ::umask(0);
  const Database database = open_new(file);
  auto writer = RunWriter::begin(const_cast<Database&>(database), {"scan", "hq", "", "", {}}, {});
  ::umask(before);

  ASSERT_TRUE(writer);
  EXPECT_EQ(mode_of(file), kOwnerOnly);
  EXPECT_EQ(mode_of(file.string() + "-wal"), kOwnerOnly);
  EXPECT_EQ(mode_of(file.string() + "-shm"), kOwnerOnly);
}

TEST_F(DatabaseTest, SaysWhatItIsInItsHeader) {
  open_new(file);

  EXPECT_THAT(rows_of(file, "SELECT * FROM pragma_user_version, pragma_application_id, pragma_journal_mode"),
              ElementsAre(std::to_string(kSchemaVersion) + "|1430475332|wal"));
}

TEST_F(DatabaseTest, LeavesOneFileBehindThatTheStockToolReads) {
  {
    Database database = open_new(file);
    auto writer = RunWriter::begin(database, {"scan", "hq", "", "", {}}, {});
    ASSERT_TRUE(writer);
    ASSERT_TRUE(writer->add(make_observation()));
    ASSERT_TRUE(writer->finish(RunStatus::done));
  }

  EXPECT_FALSE(fs::exists(file.string() + "-wal"));
  const std::string command = "sqlite3 -readonly '" + file.string() +
                              "' 'SELECT count(*) FROM v_interface_certificate' > '" + (folder / "out").string() + "'";
  ASSERT_EQ(std::system(command.c_str()), 0);
  std::string count;
  std::ifstream(folder / "out") >> count;
  EXPECT_EQ(count, "4");
}

TEST_F(DatabaseTest, HasTheViewsOfTheContractWithTheirColumnsInOrder) {
  const Database database = open_new(file);
  const auto columns = [&](const std::string& view) {
    return rows_of(database, "SELECT group_concat(name, ', ') FROM pragma_table_info('" + view + "')").front();
  };
  const std::string here = "run_id, site, cluster, node, address, port, protocol, ";

  EXPECT_EQ(columns("v_run"), "run_id, kind, site, started_at, finished_at, status, tool_version, arguments");
  EXPECT_EQ(columns("v_cluster"), "run_id, site, cluster, product, model, release, target, count");
  EXPECT_EQ(columns("v_node"), "run_id, site, cluster, node, address, role, release");
  EXPECT_EQ(columns("v_setting"), "run_id, site, cluster, node, service, port, name, value, confidence, source, line");
  EXPECT_EQ(columns("v_order"), "run_id, wave, date, kind, cluster, setting, value");
  EXPECT_EQ(columns("v_interface"),
            here + "product, release, state, detail, identified_product, identified_release, identified_by");
  EXPECT_EQ(columns("v_interface_version"),
            here + "version, outcome, negotiated_version, cipher, group_name, alert, detail");
  EXPECT_EQ(columns("v_interface_certificate"),
            here +
                "version, server_name, key_type, position, sha256, subject, issuer, serial, key_bits, curve, "
                "signature_algorithm, "
                "signature_hash, not_before, not_after, san, eku, key_usage, is_ca, self_signed");
  EXPECT_EQ(columns("v_interface_client_auth"),
            here + "version, requested, required, certificate_types, signature_schemes, authorities");
  EXPECT_EQ(columns("v_interface_cipher"), here + "version, cipher, position, dh_bits");
  EXPECT_EQ(columns("v_interface_group"), here + "version, group_name, position");
  EXPECT_EQ(columns("v_interface_signature_scheme"), here + "version, scheme");
  EXPECT_EQ(columns("v_interface_trait"), here + "version, trait, value, detail");
  EXPECT_EQ(columns("v_finding"),
            "run_id, finding_id, rule, severity, site, cluster, node, address, port, protocol, hop_client, hop_server, "
            "wave, title, "
            "evidence, remedy, confidence, waived_until");
}

TEST_F(DatabaseTest, OpensAgainWithWhatItHolds) {
  {
    Database database = open_new(file);
    ASSERT_TRUE(RunWriter::begin(database, {"scan", "hq", "", "", {}}, {}));
  }

  EXPECT_EQ(trouble(file, OpenMode::write), "");
  const auto reading = Database::open(file, OpenMode::read);
  ASSERT_TRUE(reading) << reading.error().message;
  EXPECT_THAT(rows_of(*reading, "SELECT site FROM v_run"), ElementsAre("hq"));
}

TEST_F(DatabaseTest, TakesAnEmptyFileAsANewDatabase) {
  std::ofstream{file};

  EXPECT_EQ(trouble(file, OpenMode::read), "holds nothing yet; scan into it first");
  EXPECT_EQ(trouble(file, OpenMode::write), "");
  EXPECT_EQ(trouble(file, OpenMode::read), "");
}

TEST_F(DatabaseTest, NamesAPathThatCannotBeOne) {
  EXPECT_EQ(trouble(file, OpenMode::read), "no such database; name the file that a scan wrote with --db");
  EXPECT_EQ(trouble(folder.path(), OpenMode::read), "is a folder, not a database");
  EXPECT_EQ(trouble(folder.path(), OpenMode::write), "is a folder, not a database");
  EXPECT_EQ(trouble(folder / "no/such/a.db", OpenMode::write), "its folder does not exist");
  EXPECT_EQ(trouble("/dev/null", OpenMode::write), "is no regular file");
  EXPECT_FALSE(fs::exists(file));
}

TEST_F(DatabaseTest, RefusesAFileThatIsNoDatabase) {
  std::ofstream(file) << "site: hq\nclusters:\n" << std::string(2000, ' ');

  EXPECT_EQ(trouble(file, OpenMode::read), "is not an SQLite database");
  EXPECT_EQ(trouble(file, OpenMode::write), "is not an SQLite database");
  EXPECT_EQ(fs::file_size(file), 2019U);
}

TEST_F(DatabaseTest, RefusesTheDatabaseOfAnotherProgram) {
  SQLite::Database(file.string(), SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE).exec("CREATE TABLE bookmarks (url)");

  const std::string refusal = "is an SQLite database of another program; name another file with --db";
  EXPECT_EQ(trouble(file, OpenMode::read), refusal);
  EXPECT_EQ(trouble(file, OpenMode::write), refusal);
}

TEST_F(DatabaseTest, RefusesANewerSchemaAndLeavesItAlone) {
  open_new(file);
  SQLite::Database(file.string(), SQLite::OPEN_READWRITE).exec("PRAGMA user_version = 9");

  const std::string refusal =
      "made by a newer ucready: schema 9, this one knows " + std::to_string(kSchemaVersion) + "; use that release";
  EXPECT_EQ(trouble(file, OpenMode::read), refusal);
  EXPECT_EQ(trouble(file, OpenMode::write), refusal);
  EXPECT_THAT(rows_of(file, "PRAGMA user_version"), ElementsAre("9"));
}

TEST_F(DatabaseTest, SaysWhenAnotherProgramHasItLocked) {
  open_new(file);
  SQLite::Database other(file.string(), SQLite::OPEN_READWRITE);
  other.exec("PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE");

  EXPECT_EQ(trouble(file, OpenMode::write), "is locked by another program; wait until it has ended");
}

TEST_F(DatabaseTest, SaysWhenTheFileIsReadOnly) {
  open_new(file);
  fs::permissions(file, fs::perms::owner_read | fs::perms::group_read | fs::perms::others_read);
  fs::permissions(folder.path(), fs::perms::all);

  EXPECT_EQ(as_ordinary_user([&] { return trouble(file, OpenMode::write); }), "is read-only");
}

TEST_F(DatabaseTest, SaysWhenTheFolderIsReadOnly) {
  fs::permissions(folder.path(), fs::perms::owner_all | fs::perms::others_read | fs::perms::others_exec);
  fs::permissions(folder.path(), fs::perms::owner_write, fs::perm_options::remove);

  EXPECT_EQ(as_ordinary_user([&] { return trouble(file, OpenMode::write); }), "cannot be created: Permission denied");
  fs::permissions(folder.path(), fs::perms::owner_all);
}

TEST_F(DatabaseTest, IsReadFromAReadOnlyDisk) {
  open_new(file);
  fs::permissions(file, fs::perms::owner_read | fs::perms::others_read);
  fs::permissions(folder.path(),
                  fs::perms::owner_read | fs::perms::owner_exec | fs::perms::others_read | fs::perms::others_exec);

  EXPECT_EQ(as_ordinary_user([&] { return trouble(file, OpenMode::read); }), "");
  fs::permissions(folder.path(), fs::perms::owner_all);
}

TEST_F(DatabaseTest, TakesNamesThatMeanSomethingToSqlite) {
  const fs::path here = fs::current_path();
  fs::current_path(folder.path());
  for (const char* name : {"file:b.db?mode=memory", ":memory:", "a%20b#c.db", "it's.db"}) {
    EXPECT_EQ(trouble(name, OpenMode::write), "") << name;
    EXPECT_TRUE(fs::exists(folder / name)) << name;
  }
  fs::current_path(here);
}

}  // namespace
}  // namespace ucready::db
