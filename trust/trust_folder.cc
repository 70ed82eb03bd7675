#include "trust/trust_folder.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <fstream>

#include "core/printable.h"

namespace ucready::trust {
namespace {

namespace fs = std::filesystem;

bool is_named_as_certificate(const fs::path& path) {
  constexpr std::array<std::string_view, 7> kEndings = {".pem", ".crt", ".cer", ".der", ".p7b", ".p7c", ".tlv"};
  std::string ending = path.extension().string();
  std::ranges::transform(ending, ending.begin(), [](unsigned char c) { return c >= 'A' && c <= 'Z' ? c + 32 : c; });
  return std::ranges::find(kEndings, ending) != kEndings.end();
}

tl::unexpected<Error> fault(const fs::path& path, std::string_view cause, std::string_view mend) {
  return fail(ErrorCode::invalid_input, printable(fmt::format("{}: {}; {}", path.string(), cause, mend)));
}

class Reader {
 public:
  Result<void> add(const fs::path& path) {
    std::error_code trouble;
    const fs::file_status status = fs::status(path, trouble);
    if (fs::is_directory(status)) return add_folder(path);
    if (fs::is_regular_file(status)) {
      if (auto added = add_file(path, true); !added) return added;
      const TrustFile& file = read_.files.back();
      if (!file.entries.empty() || file.list) return {};
      return fault(path, "holds no certificate", "name a file that does");
    }
    return fault(path, fs::exists(status) ? "is neither a file nor a folder" : "does not exist",
                 "name a file or a folder");
  }
  TrustPaths take() { return std::move(read_); }

 private:
  Result<void> add_folder(const fs::path& folder) {
    std::error_code trouble;
    std::vector<fs::path> paths;
    fs::recursive_directory_iterator entry(folder, trouble);
    for (; !trouble && entry != fs::recursive_directory_iterator(); entry.increment(trouble)) {
      const bool hidden = entry->path().filename().string().starts_with('.');
      if (hidden) entry.disable_recursion_pending();
      if (entry.depth() >= kDeepestFolder)
        return fault(entry->path(), "too many folders in each other", "name the inner one");
      std::error_code unknown;
      if (!hidden && entry->is_regular_file(unknown)) paths.push_back(entry->path());
      if (paths.size() > kMostFiles) return fault(folder, fmt::format("more than {} files", kMostFiles), "name fewer");
    }
    if (trouble) return fault(folder, trouble.message(), "make all in it readable");
    std::ranges::sort(paths);
    for (const fs::path& path : paths) {
      if (auto added = add_file(path, is_named_as_certificate(path)); !added) return added;
    }
    return {};
  }

  Result<void> add_file(const fs::path& path, bool required) {
    std::error_code trouble;
    const std::uintmax_t size = fs::file_size(path, trouble);
    if (trouble) return fault(path, trouble.message(), "make it readable");
    if (size > kMostFileBytes) return fault(path, "longer than 64 MB", "name a smaller file");
    bytes_in_all_ += size;
    if (bytes_in_all_ > kMostBytesInAll) return fault(path, "more than 256 MB in all", "name fewer files");
    if (read_.files.size() == kMostFiles)
      return fault(path, fmt::format("more than {} files", kMostFiles), "name fewer");
    std::ifstream stream(path, std::ios::binary);
    std::string text(size, '\0');
    stream.read(text.data(), static_cast<std::streamsize>(size));
    if (!stream) return fault(path, "cannot be read", "make it readable");
    auto file = read_trust_bytes(as_bytes(text), path.string());
    if (file) {
      for (const std::string& note : file->notes) read_.notes.push_back(note);
      read_.files.push_back(std::move(*file));
      return {};
    }
    if (required || file.error().code != ErrorCode::unsupported) return tl::unexpected<Error>(file.error());
    read_.notes.push_back(printable(path.string() + ": no certificate in it; passed over"));
    return {};
  }

  TrustPaths read_;
  std::uintmax_t bytes_in_all_ = 0;
};

}  // namespace

Result<TrustPaths> read_trust_paths(const std::vector<fs::path>& paths) {
  Reader reader;
  for (const fs::path& path : paths) {
    if (auto added = reader.add(path); !added) return tl::unexpected<Error>(added.error());
  }
  return reader.take();
}

}  // namespace ucready::trust
