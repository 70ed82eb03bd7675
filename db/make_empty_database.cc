// Run by the build: makes a database from the steps of the schema, as Database::open would, and writes into FOLDER what
// the program carries of it. Pages: each a 16-bit length and its bytes without the zeros at its end. Objects: name and
// statement in turn, a 16-bit length before each.
#include <SQLiteCpp/SQLiteCpp.h>

#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <stdexcept>

#include "core/bytes.h"
#include "db/migration.h"
#include "db/schema.h"

namespace {

using namespace ucready;
namespace fs = std::filesystem;

void write(const fs::path& file, const Bytes& bytes) {
  std::ofstream out(file, std::ios::binary);
  out << as_text(bytes) << std::flush;
  if (!out) throw std::runtime_error(file.string() + ": cannot be written");
}

Bytes objects_of(SQLite::Database& database) {
  ByteWriter objects;
  const auto put = [&](const std::string& text) { objects.u16_block([&] { objects.text(text); }); };
  for (const auto& [name, sql] : db::schema_objects(database)) {
    put(name);
    put(sql);
  }
  return objects.take();
}

Bytes pages_of(const fs::path& file) {
  std::ifstream in(file, std::ios::binary);
  const std::string whole{std::istreambuf_iterator<char>(in), {}};
  ByteWriter pages;
  for (std::size_t place = 0; place < whole.size(); place += db::kPageSize) {
    const std::string_view page = std::string_view(whole).substr(place, db::kPageSize);
    pages.u16_block([&] { pages.text(page.substr(0, page.find_last_not_of('\0') + 1)); });
  }
  return pages.take();
}

void make(const fs::path& folder) {
  const fs::path file = folder / "empty.db";
  for (const char* end : {"", "-wal", "-shm", "-journal"}) fs::remove(file.string() + end);
  {
    SQLite::Database database(file.string(), SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE);
    if (auto made = db::bring_to_newest(database, file); !made) throw std::runtime_error(made.error().message);
    write(folder / db::kObjectsFile, objects_of(database));
  }
  write(folder / db::kPagesFile, pages_of(file));
  fs::remove(file);
}

}  // namespace

int main(int argc, char** argv) {
  try {
    if (argc != 2) throw std::runtime_error("usage: make_empty_database FOLDER");
    make(argv[1]);
    return 0;
  } catch (const std::exception& trouble) {
    std::cerr << "make_empty_database: " << trouble.what() << '\n';
    return 1;
  }
}
