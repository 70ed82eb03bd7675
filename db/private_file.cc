#include "db/private_file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

#include "core/printable.h"

namespace ucready::db {

Result<bool> create_private_file(const std::filesystem::path& path) {
  const int file = ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
  if (file >= 0) {
    ::close(file);
    return true;
  }
  if (errno == EEXIST) return false;
  if (errno == ENOSPC || errno == EDQUOT) {
    return fail(ErrorCode::disk_full, printable(fmt::format("{}: disk is full", path.string())));
  }
  return fail(ErrorCode::io, printable(fmt::format("{}: cannot be created: {}", path.string(),
                                                   std::generic_category().message(errno))));
}

}  // namespace ucready::db
