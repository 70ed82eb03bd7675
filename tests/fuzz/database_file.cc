// A database file from anywhere, opened to read and to write, all its views read. An input that does not begin like an
// SQLite file is a list of changes to a sound one: two bytes for how many of its pages stay, then four bytes a change
// (place, value).
#include <SQLiteCpp/SQLiteCpp.h>
#include <sqlite3.h>
#include <stdlib.h>

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <string>

#include "core/bytes.h"
#include "db/empty_database.h"
#include "db/run_writer.h"

namespace {

using namespace ucready;
namespace fs = std::filesystem;

constexpr std::size_t kMostBytes = 1 << 20;

class Folder {
 public:
  Folder() {
    std::string name = (fs::temp_directory_path() / "ucready-fuzz-XXXXXX").string();
    if (::mkdtemp(name.data()) == nullptr) throw std::runtime_error("no temporary folder");
    path_ = name;
    sound_ = make_sound();
  }
  ~Folder() { fs::remove_all(path_); }

  const std::string& sound() const { return sound_; }
  fs::path file() const { return path_ / "a.db"; }
  void put(const std::string& bytes) const {
    for (const char* end : {"", "-wal", "-shm", "-journal"}) fs::remove(file().string() + end);
    std::ofstream(file(), std::ios::binary).write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  }

 private:
  std::string make_sound() const {
    {
      auto database = db::Database::open(file(), db::OpenMode::write).value();
      auto writer = db::RunWriter::begin(database, {"scan", "hq", "", "", {}}, {}).value();
      db::InterfaceObservation seen;
      for (std::uint16_t port = 1; port <= 60; ++port) {
        seen.key = {"hq", "hq-cucm", "cucm-pub", "10.0.0.11", port, "https"};
        seen.versions = {{tls::kTls12, db::VersionOutcome::accepted, tls::kTls12, {}, {}, {}, "", Bytes(200, 7)}};
        if (!writer.add(seen)) throw std::runtime_error("not kept");
      }
      if (!writer.finish(db::RunStatus::done)) throw std::runtime_error("not kept");
    }
    std::ifstream in(file(), std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
  }

  fs::path path_;
  std::string sound_;
};

std::string changed(std::string file, ByteView changes) {
  constexpr std::size_t kPage = 8192;
  ByteReader reader(changes);
  if (const std::size_t pages = reader.u16(); pages * kPage < file.size()) file.resize(pages * kPage);
  while (reader.remaining() >= 4 && !file.empty()) {
    const std::size_t place = reader.u24() % file.size();
    file[place] = static_cast<char>(reader.u8());
  }
  return file;
}

// Damage may show itself as endless work; the program's own reading is bounded by what a sound file can hold.
int is_over(void* looks) { return ++*static_cast<int*>(looks) > 200 ? 1 : 0; }

void read_all_views(const db::Database& database) {
  int looks = 0;
  sqlite3_progress_handler(database.handle().getHandle(), 1000, is_over, &looks);
  for (const auto& [name, sql] : db::expected_objects()) {
    if (!sql.starts_with("CREATE VIEW")) continue;
    try {
      SQLite::Statement rows(database.handle(), "SELECT * FROM " + name);
      while (rows.executeStep()) {
      }
    } catch (const SQLite::Exception&) {
    }
  }
  sqlite3_progress_handler(database.handle().getHandle(), 0, nullptr, nullptr);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const Folder folder;
  if (size > kMostBytes) return 0;
  const ByteView input(data, size);
  const bool is_file = as_text(input).starts_with("SQLite format 3");
  folder.put(is_file ? std::string(as_text(input)) : changed(folder.sound(), input));
  for (const db::OpenMode mode : {db::OpenMode::read, db::OpenMode::write}) {
    const auto database = db::Database::open(folder.file(), mode, std::chrono::milliseconds(0));
    if (!database) {
      if (database.error().message.find('\n') != std::string::npos) abort();
      continue;
    }
    read_all_views(*database);
  }
  return 0;
}
