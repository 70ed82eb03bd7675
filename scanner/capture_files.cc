#include "scanner/capture_files.h"

#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <limits>

#include "passive/packet_source.h"

namespace ucready::scanner {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kMostLeftOut = 100;

struct DatedFile {
  std::int64_t first_packet_ns = 0;
  std::string path;

  auto operator<=>(const DatedFile&) const = default;
};

// A capture without packets comes last.
std::int64_t first_packet_ns(passive::PacketSource& source) {
  passive::Packet packet;
  return source.next(packet) ? packet.time_ns : std::numeric_limits<std::int64_t>::max();
}

Result<void> add_folder(const std::string& folder, CaptureFiles& found) {
  std::error_code failed;
  std::vector<DatedFile> dated;
  for (fs::directory_iterator entry(folder, failed), end; !failed && entry != end; entry.increment(failed)) {
    std::error_code ignored;
    if (!entry->is_regular_file(ignored)) continue;
    const std::string path = entry->path().string();
    if (const auto source = passive::open_capture_file(path)) {
      dated.push_back({first_packet_ns(**source), path});
    } else if (found.left_out.size() < kMostLeftOut) {
      found.left_out.push_back(source.error().message);
    }
  }
  if (failed) return fail(ErrorCode::invalid_input, folder + ": cannot be read: " + failed.message());
  if (dated.empty())
    return fail(ErrorCode::invalid_input, folder + ": holds no capture; name a file or another folder");
  std::ranges::sort(dated);
  for (DatedFile& file : dated) found.files.push_back(std::move(file.path));
  return {};
}

}  // namespace

Result<CaptureFiles> capture_files(const std::vector<std::string>& words) {
  CaptureFiles found;
  for (const std::string& word : words) {
    std::error_code ignored;
    if (word == "-" || !fs::is_directory(word, ignored)) {
      found.files.push_back(word);
    } else if (auto added = add_folder(word, found); !added) {
      return tl::unexpected<Error>(added.error());
    }
  }
  return found;
}

}  // namespace ucready::scanner
