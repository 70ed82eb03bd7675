#include "db/empty_database.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <span>
#include <stdexcept>

#include "core/bytes.h"
#include "core/embedded_file.h"
#include "db/schema.h"

namespace ucready::db {

namespace made_files {
std::span<const EmbeddedFile> embedded_files();
}

namespace {

std::string_view made_file(std::string_view name) {
  for (const EmbeddedFile& file : made_files::embedded_files()) {
    if (file.name == name) return file.text;
  }
  throw std::logic_error("the build left out the empty database");
}

// A file without a name (open(2), O_TMPFILE) until it is whole.
class NamelessFile {
 public:
  explicit NamelessFile(const std::filesystem::path& folder)
      : file_(::open(folder.c_str(), O_TMPFILE | O_WRONLY | O_CLOEXEC, 0600)) {}
  ~NamelessFile() {
    if (file_ >= 0) ::close(file_);
  }
  NamelessFile(const NamelessFile&) = delete;
  NamelessFile& operator=(const NamelessFile&) = delete;

  // Room first, so that no page of the database is a hole for which the disk may later have none.
  [[nodiscard]] bool reserve(off_t size) const { return file_ >= 0 && ::posix_fallocate(file_, 0, size) == 0; }
  [[nodiscard]] bool write(ByteView bytes, off_t place) const {
    return ::pwrite(file_, bytes.data(), bytes.size(), place) == static_cast<ssize_t>(bytes.size());
  }
  // Never over a file that is there.
  [[nodiscard]] bool name(const std::filesystem::path& path) const {
    const std::string now = fmt::format("/proc/self/fd/{}", file_);
    return ::fdatasync(file_) == 0 && ::linkat(AT_FDCWD, now.c_str(), AT_FDCWD, path.c_str(), AT_SYMLINK_FOLLOW) == 0;
  }

 private:
  int file_;
};

std::map<std::string, std::string> read_objects() {
  std::map<std::string, std::string> objects;
  ByteReader rest(as_bytes(made_file(kObjectsFile)));
  while (!rest.empty()) {
    std::string name(as_text(rest.u16_block()));
    objects.emplace(std::move(name), as_text(rest.u16_block()));
  }
  if (!rest.ok() || objects.empty()) throw std::logic_error("the build made no empty database");
  return objects;
}

}  // namespace

bool put_empty_database(const std::filesystem::path& path) {
  const ByteView made = as_bytes(made_file(kPagesFile));
  off_t size = 0;
  for (ByteReader pages(made); !pages.empty(); size += kPageSize) pages.u16_block();

  const NamelessFile file(std::filesystem::absolute(path).parent_path());
  if (!file.reserve(size)) return false;
  off_t place = 0;
  for (ByteReader pages(made); !pages.empty(); place += kPageSize) {
    if (!file.write(pages.u16_block(), place)) return false;
  }
  return file.name(path);
}

const std::map<std::string, std::string>& expected_objects() {
  static const std::map<std::string, std::string> objects = read_objects();
  return objects;
}

}  // namespace ucready::db
