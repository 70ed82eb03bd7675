#include "report/output_file.h"

#include <fmt/format.h>

#include <system_error>
#include <utility>

#include "core/ulid.h"
#include "db/private_file.h"

namespace ucready::report {

Result<OutputFile> OutputFile::create(const std::filesystem::path& path) {
  std::error_code ignored;
  if (std::filesystem::exists(path, ignored) && !std::filesystem::is_regular_file(path, ignored)) {
    return fail(ErrorCode::invalid_input, path.string() + ": is there already and is no regular file");
  }
  std::filesystem::path unfinished = path;
  unfinished.replace_filename("." + path.filename().string() + "." + make_ulid());
  if (auto created = db::create_private_file(unfinished); !created) return tl::unexpected(created.error());
  OutputFile file(path, std::move(unfinished));
  if (!file.stream_) return fail(ErrorCode::io, path.string() + ": cannot be written");
  return file;
}

OutputFile::OutputFile(std::filesystem::path path, std::filesystem::path unfinished)
    : path_(std::move(path)), unfinished_(std::move(unfinished)), stream_(unfinished_, std::ios::binary) {}

OutputFile::OutputFile(OutputFile&& other) noexcept
    : path_(std::move(other.path_)),
      unfinished_(std::exchange(other.unfinished_, {})),
      stream_(std::move(other.stream_)) {}

OutputFile::~OutputFile() {
  if (unfinished_.empty()) return;
  std::error_code ignored;
  std::filesystem::remove(unfinished_, ignored);
}

Result<void> OutputFile::commit() {
  stream_.close();
  if (!stream_) return fail(ErrorCode::io, path_.string() + ": cannot be written: is the disk full?");
  std::error_code trouble;
  std::filesystem::rename(unfinished_, path_, trouble);
  if (trouble) return fail(ErrorCode::io, fmt::format("{}: {}", path_.string(), trouble.message()));
  unfinished_.clear();
  return {};
}

}  // namespace ucready::report
