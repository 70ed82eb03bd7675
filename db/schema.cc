#include "db/schema.h"

#include <SQLiteCpp/SQLiteCpp.h>

#include <charconv>
#include <span>
#include <stdexcept>

#include "core/embedded_file.h"

namespace ucready::db {

namespace schema_files {
std::span<const EmbeddedFile> embedded_files();
}

namespace {

int version_of(std::string_view file_name) {
  int version = 0;
  if (file_name.starts_with('v')) {
    const std::string_view digits = file_name.substr(1, 3);
    std::from_chars(digits.data(), digits.data() + digits.size(), version);
  }
  if (version == 0) throw std::logic_error("schema file without a version in its name");
  return version;
}

std::vector<SchemaStep> read_steps() {
  std::map<int, std::string> by_version;
  for (const EmbeddedFile& file : schema_files::embedded_files()) by_version[version_of(file.name)].append(file.text);
  std::vector<SchemaStep> steps;
  for (auto& [version, sql] : by_version) steps.push_back({version, std::move(sql)});
  return steps;
}

}  // namespace

const std::vector<SchemaStep>& schema_steps() {
  static const std::vector<SchemaStep> steps = read_steps();
  return steps;
}

std::map<std::string, std::string> schema_objects(SQLite::Database& database) {
  std::map<std::string, std::string> objects;
  SQLite::Statement rows(database,
                         "SELECT name, sql FROM sqlite_schema WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite_%'");
  while (rows.executeStep()) objects.emplace(rows.getColumn(0).getString(), rows.getColumn(1).getString());
  return objects;
}

}  // namespace ucready::db
