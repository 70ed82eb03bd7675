// The SQLite file: opening, creating, migrating. Views and their meaning: docs/database.md and the contract it repeats.
#pragma once

#include <chrono>
#include <filesystem>
#include <memory>
#include <string>

#include "core/result.h"

namespace SQLite {
class Database;
}

namespace ucready::db {

inline constexpr int kSchemaVersion = 6;
inline constexpr int kApplicationId = 0x55435244;  // "UCRD" in the file's header: tells our databases from others.

enum class OpenMode {
  read,   // Must exist; opened read-only.
  write,  // Created with mode 0600 when it does not exist; an older schema is copied aside and migrated.
};

class Database {
 public:
  // Errors: no such file or folder, no SQLite database or another program's, damaged, read-only, of a newer version
  // ("made by a newer ucready: schema 9, this one knows 1"), locked by another process for longer than `patience`. One
  // clause each, beginning with the path. The file may come from anywhere: only one whose tables and views are word for
  // word ours opens.
  static Result<Database> open(const std::filesystem::path& path, OpenMode mode,
                               std::chrono::milliseconds patience = std::chrono::seconds(5));

  Database(Database&&) noexcept;
  Database& operator=(Database&&) noexcept;
  ~Database();

  [[nodiscard]] SQLite::Database& handle() const { return *handle_; }  // For the rooms db and report, and for tests.
  [[nodiscard]] const std::filesystem::path& path() const { return path_; }

 private:
  Database(std::filesystem::path path, std::unique_ptr<SQLite::Database> handle);
  std::filesystem::path path_;
  std::unique_ptr<SQLite::Database> handle_;
};

}  // namespace ucready::db
