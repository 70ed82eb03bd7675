#include "db/ballast.h"

#include <fcntl.h>
#include <unistd.h>

#include <utility>

namespace ucready::db {

namespace {
constexpr off_t kBytes = 64 * 1024;  // The end of a run changes one row: a page or two of the log.
}

Ballast::Ballast(const std::filesystem::path& folder)
    : file_(::open(folder.c_str(), O_TMPFILE | O_WRONLY | O_CLOEXEC, 0600)) {
  if (file_ >= 0 && ::posix_fallocate(file_, 0, kBytes) != 0) release();
}

Ballast::~Ballast() { release(); }

void Ballast::release() {
  if (file_ >= 0) ::close(std::exchange(file_, -1));
}

}  // namespace ucready::db
