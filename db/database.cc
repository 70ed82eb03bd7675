#include "db/database.h"

#include <SQLiteCpp/SQLiteCpp.h>
#include <fmt/format.h>
#include <sqlite3.h>

#include <system_error>

#include "core/printable.h"
#include "db/empty_database.h"
#include "db/migration.h"
#include "db/private_file.h"
#include "db/schema.h"
#include "db/sqlite_error.h"

namespace ucready::db {
namespace {

namespace fs = std::filesystem;
using Handle = std::unique_ptr<SQLite::Database>;

tl::unexpected<Error> refuse(ErrorCode code, const fs::path& path, std::string_view why) {
  return fail(code, printable(fmt::format("{}: {}", path.string(), why)));
}

// The things a path can be wrong in before SQLite sees it; its own messages for these say little.
Result<void> check_path(const fs::path& path, OpenMode mode) {
  std::error_code ignored;
  const fs::file_status status = fs::status(path, ignored);
  if (fs::is_directory(status)) return refuse(ErrorCode::invalid_input, path, "is a folder, not a database");
  if (fs::exists(status)) {
    if (fs::is_regular_file(status)) return {};
    return refuse(ErrorCode::invalid_input, path, "is no regular file");
  }
  if (status.type() != fs::file_type::not_found) {
    return refuse(ErrorCode::io, path, "cannot be looked at: " + ignored.message());
  }
  if (mode == OpenMode::read) {
    return refuse(ErrorCode::not_found, path, "no such database; name the file that a scan wrote with --db");
  }
  const fs::path folder = fs::absolute(path).parent_path();
  if (!fs::is_directory(folder, ignored)) return refuse(ErrorCode::not_found, path, "its folder does not exist");
  return {};
}

// SQLite counts its own memory under a lock, for statistics that nobody here asks for. Before its first use; later
// calls are refused and harmless.
void leave_out_statistics() {
  static const int once = sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
  static_cast<void>(once);
}

// Opens without writing anything. The settings keep a file made to harm from running anything of its own.
Handle open_handle(const std::string& name, int flags, std::chrono::milliseconds patience) {
  leave_out_statistics();
  auto handle =
      std::make_unique<SQLite::Database>(name, flags | SQLITE_OPEN_NOMUTEX, static_cast<int>(patience.count()));
  sqlite3* const raw = handle->getHandle();
  sqlite3_extended_result_codes(raw, 1);
  sqlite3_db_config(raw, SQLITE_DBCONFIG_DEFENSIVE, 1, nullptr);
  sqlite3_db_config(raw, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, nullptr);
  sqlite3_db_config(raw, SQLITE_DBCONFIG_ENABLE_TRIGGER, 0, nullptr);
  handle->exec("PRAGMA cell_size_check = ON");
  return handle;
}

// A WAL database on a read-only disk can be read if nobody has it open: SQLite calls that immutable.
std::string immutable_name(const fs::path& path) {
  std::string name = "file:";
  for (const char c : path.string()) {
    if (c == '%' || c == '?' || c == '#') {
      name += fmt::format("%{:02x}", static_cast<unsigned>(c));
    } else {
      name += c;
    }
  }
  return name + "?immutable=1";
}

bool cannot_make_shared_memory(const SQLite::Exception& trouble) {
  const int code = trouble.getErrorCode() & 0xff;
  return code == SQLITE_CANTOPEN || code == SQLITE_READONLY;
}

Handle open_to_read(const fs::path& path, std::chrono::milliseconds patience) {
  try {
    Handle handle = open_handle(path.string(), SQLite::OPEN_READONLY, patience);
    schema_version(*handle);
    return handle;
  } catch (const SQLite::Exception& trouble) {
    std::error_code ignored;
    fs::path log = path;
    log += "-wal";
    if (!cannot_make_shared_memory(trouble) || fs::exists(log, ignored)) throw;
  }
  return open_handle(immutable_name(path), SQLite::OPEN_READONLY | SQLite::OPEN_URI, patience);
}

Handle open_to_write(const fs::path& path, std::chrono::milliseconds patience) {
  Handle handle = open_handle(path.string(), SQLite::OPEN_READWRITE, patience);
  if (sqlite3_db_readonly(handle->getHandle(), "main") == 1) {
    throw SQLite::Exception("attempt to write a readonly database", SQLITE_READONLY);
  }
  return handle;
}

// SQLite reads a last page that is cut short as if zeros followed. While there is a log, that may be for the log to
// mend.
Result<void> check_length(SQLite::Database& handle, const fs::path& path) {
  std::error_code ignored;
  fs::path log = path;
  log += "-wal";
  if (fs::exists(log, ignored) && fs::file_size(log, ignored) > 0) return {};
  const auto page_size = static_cast<std::uintmax_t>(handle.execAndGet("PRAGMA page_size").getInt64());
  if (fs::file_size(path, ignored) % page_size == 0) return {};
  return refuse(ErrorCode::invalid_input, path, "is damaged: it is cut short");
}

// False: a database without any table, which is to become one of ours.
Result<bool> check_ours(SQLite::Database& handle, const fs::path& path) {
  const int version = schema_version(handle);
  const int application = handle.execAndGet("PRAGMA application_id").getInt();
  if (application == kApplicationId) {
    if (auto whole = check_length(handle, path); !whole) return tl::unexpected<Error>(whole.error());
    if (version <= kSchemaVersion) return true;
    return refuse(ErrorCode::unsupported, path,
                  fmt::format("made by a newer ucready: schema {}, this one knows {}; use that release", version,
                              kSchemaVersion));
  }
  const bool empty = handle.execAndGet("SELECT count(*) FROM sqlite_schema").getInt() == 0;
  if (application == 0 && version == 0 && empty) return false;
  return refuse(ErrorCode::invalid_input, path,
                "is an SQLite database of another program; name another file with --db");
}

Result<void> check_objects(SQLite::Database& handle, const fs::path& path) {
  const auto objects = schema_objects(handle);
  for (const auto& [name, sql] : expected_objects()) {
    const auto found = objects.find(name);
    if (found == objects.end()) {
      return refuse(ErrorCode::invalid_input, path, fmt::format("is damaged: {} is missing from it", name));
    }
    if (found->second != sql) {
      return refuse(ErrorCode::invalid_input, path, fmt::format("is damaged: {} is not what ucready makes", name));
    }
  }
  return {};
}

Result<Handle> open_and_check(const fs::path& path, OpenMode mode, std::chrono::milliseconds patience) {
  const fs::path full = fs::absolute(path);
  Handle handle = mode == OpenMode::read ? open_to_read(full, patience) : open_to_write(full, patience);
  try {
    const auto ours = check_ours(*handle, path);
    if (!ours) return tl::unexpected<Error>(ours.error());
    if (mode == OpenMode::write) {
      if (auto ready = bring_to_newest(*handle, path); !ready) return tl::unexpected<Error>(ready.error());
    } else if (!*ours) {
      return refuse(ErrorCode::invalid_input, path, "holds nothing yet; scan into it first");
    } else if (const int version = schema_version(*handle); version < kSchemaVersion) {
      return refuse(ErrorCode::unsupported, path,
                    fmt::format("made by an older ucready: schema {}; a command that writes to it brings it to {}",
                                version, kSchemaVersion));
    }
    if (auto whole = check_objects(*handle, path); !whole) return tl::unexpected<Error>(whole.error());
  } catch (const SQLite::Exception& trouble) {
    return tl::unexpected<Error>(describe(trouble, path, handle->getHandle()));
  }
  return handle;
}

}  // namespace

Database::Database(fs::path path, std::unique_ptr<SQLite::Database> handle)
    : path_(std::move(path)), handle_(std::move(handle)) {}
Database::Database(Database&&) noexcept = default;
Database& Database::operator=(Database&&) noexcept = default;
Database::~Database() = default;

Result<Database> Database::open(const fs::path& path, OpenMode mode, std::chrono::milliseconds patience) {
  if (auto usable = check_path(path, mode); !usable) return tl::unexpected<Error>(usable.error());
  std::error_code ignored;
  if (mode == OpenMode::write && !fs::exists(path, ignored) && !put_empty_database(path)) {
    // SQLite gives its -wal and -shm files the mode of the database.
    if (auto created = create_private_file(path); !created) return tl::unexpected<Error>(created.error());
  }
  auto handle = guarded(path, nullptr, [&] { return open_and_check(path, mode, patience); });
  if (!handle) return tl::unexpected<Error>(handle.error());
  if (!*handle) return tl::unexpected<Error>(handle->error());
  return Database(path, std::move(**handle));
}

}  // namespace ucready::db
