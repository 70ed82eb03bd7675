#include "db/sqlite_error.h"

#include <fmt/format.h>
#include <sqlite3.h>

#include <cerrno>
#include <optional>
#include <system_error>

#include "core/printable.h"

namespace ucready::db {
namespace {

std::optional<std::string> reason_of_full_disk(int code, int extended, int system_errno) {
  if (code == SQLITE_FULL || system_errno == ENOSPC || system_errno == EDQUOT) return "disk is full";
  if (system_errno == EFBIG) return "disk is full (the limit on file size was reached)";
  switch (extended) {
    // SQLite did not keep the system's reason.
    case SQLITE_IOERR_WRITE:
    case SQLITE_IOERR_FSYNC:
    case SQLITE_IOERR_SHMSIZE:
      if (system_errno == 0) return "cannot be written; the disk may be full";
      break;
    default:
      break;
  }
  return std::nullopt;
}

std::string reason(int code, int extended, int system_errno, const std::string& what) {
  switch (code) {
    case SQLITE_NOTADB:
      return "is not an SQLite database";
    case SQLITE_CORRUPT:
      return "is damaged (" + what + ")";
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      return "is locked by another program; wait until it has ended";
    case SQLITE_READONLY:
      return "is read-only";
    case SQLITE_PERM:
    case SQLITE_AUTH:
      return "may not be accessed (" + what + ")";
    case SQLITE_NOMEM:
      return "needs more memory than there is";
    default:
      break;
  }
  if (system_errno != 0 && (code == SQLITE_IOERR || code == SQLITE_CANTOPEN)) {
    return fmt::format("cannot be {}: {}", code == SQLITE_CANTOPEN ? "opened" : "read or written",
                       std::generic_category().message(system_errno));
  }
  return fmt::format("{} (SQLite error {})", what, extended);
}

}  // namespace

Error describe(const SQLite::Exception& trouble, const std::filesystem::path& path, sqlite3* handle) {
  // The extended code carries the plain one in its low byte.
  const int code = trouble.getErrorCode() & 0xff;
  const bool may_have_errno = code == SQLITE_IOERR || code == SQLITE_CANTOPEN || code == SQLITE_FULL;
  const int system_errno = handle != nullptr && may_have_errno ? sqlite3_system_errno(handle) : 0;
  const int extended = trouble.getExtendedErrorCode();
  if (const auto full = reason_of_full_disk(code, extended, system_errno)) {
    return Error{ErrorCode::disk_full, printable(fmt::format("{}: {}", path.string(), *full))};
  }
  return Error{ErrorCode::io,
               printable(fmt::format("{}: {}", path.string(), reason(code, extended, system_errno, trouble.what())))};
}

}  // namespace ucready::db
