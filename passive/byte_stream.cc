#include "passive/byte_stream.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

namespace ucready::passive {
namespace {

class FileStream final : public ByteStream {
 public:
  FileStream(int descriptor, bool ours) : descriptor_(descriptor), ours_(ours) {
    struct stat status {};
    if (fstat(descriptor_, &status) == 0 && S_ISREG(status.st_mode)) size_ = static_cast<std::uint64_t>(status.st_size);
    posix_fadvise(descriptor_, 0, 0, POSIX_FADV_SEQUENTIAL);
  }
  ~FileStream() override {
    if (ours_) close(descriptor_);
  }
  FileStream(const FileStream&) = delete;
  FileStream& operator=(const FileStream&) = delete;

  std::size_t read(std::span<std::uint8_t> into) override {
    for (;;) {
      const ssize_t count = ::read(descriptor_, into.data(), into.size());
      if (count >= 0) {
        taken_ += static_cast<std::uint64_t>(count);
        return static_cast<std::size_t>(count);
      }
      if (errno == EINTR) continue;
      trouble_ = fmt::format("reading failed at byte {}: {}", taken_, std::strerror(errno));
      return 0;
    }
  }
  [[nodiscard]] std::optional<std::string> trouble() const override { return trouble_; }
  [[nodiscard]] std::uint64_t taken() const override { return taken_; }
  [[nodiscard]] std::uint64_t size() const override { return size_; }

 private:
  int descriptor_;
  bool ours_;
  std::uint64_t taken_ = 0;
  std::uint64_t size_ = 0;
  std::optional<std::string> trouble_;
};

class MemoryStream final : public ByteStream {
 public:
  explicit MemoryStream(Bytes bytes) : bytes_(std::move(bytes)) {}

  std::size_t read(std::span<std::uint8_t> into) override {
    const ByteView part = ByteView(bytes_).subspan(taken_).first(std::min(into.size(), bytes_.size() - taken_));
    std::copy(part.begin(), part.end(), into.begin());
    taken_ += part.size();
    return part.size();
  }
  [[nodiscard]] std::uint64_t taken() const override { return taken_; }
  [[nodiscard]] std::uint64_t size() const override { return bytes_.size(); }

 private:
  Bytes bytes_;
  std::size_t taken_ = 0;
};

}  // namespace

Result<std::unique_ptr<ByteStream>> open_file_stream(const std::string& path) {
  if (path == "-") return std::make_unique<FileStream>(STDIN_FILENO, false);
  const int descriptor = open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (descriptor < 0) return fail(ErrorCode::io, fmt::format("{}: {}", path, std::strerror(errno)));
  auto stream = std::make_unique<FileStream>(descriptor, true);
  struct stat status {};
  if (fstat(descriptor, &status) == 0 && S_ISDIR(status.st_mode)) {
    return fail(ErrorCode::io, fmt::format("{}: is a directory", path));
  }
  return stream;
}

std::unique_ptr<ByteStream> memory_stream(Bytes bytes) { return std::make_unique<MemoryStream>(std::move(bytes)); }

}  // namespace ucready::passive
