#include "scanner/whole_file.h"

#include <fmt/format.h>

#include <cerrno>
#include <cstring>
#include <fstream>

namespace ucready::scanner {

Result<std::string> read_whole_file(const std::filesystem::path& file, std::string_view kind) {
  const auto refused = [&](std::string_view why) {
    return fail(ErrorCode::invalid_input, fmt::format("{}: {}; name a readable {}", file.string(), why, kind));
  };
  std::error_code error;
  const auto status = std::filesystem::status(file, error);
  if (std::filesystem::is_directory(status)) return refused("is a folder");
  errno = 0;
  std::ifstream in(file, std::ios::binary);
  if (!in) return refused(errno == 0 ? "cannot be opened" : std::strerror(errno));
  std::string text;
  char block[64 * 1024];
  while (in.read(block, sizeof block) || in.gcount() > 0) {
    text.append(block, static_cast<std::size_t>(in.gcount()));
    if (text.size() > kMostSiteBytes) return refused("has more than 64 MB");
  }
  if (in.bad()) return refused("cannot be read to its end");
  return text;
}

}  // namespace ucready::scanner
