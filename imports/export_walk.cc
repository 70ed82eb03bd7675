#include "imports/export_walk.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "imports/archive_source.h"

namespace ucready::imports {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kMostNotes = 100;

class FileSource final : public ByteSource {
 public:
  using Meter = std::function<bool(std::size_t bytes)>;  // False: no more is wanted.

  FileSource(const fs::path& path, Meter meter)
      : file_(open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY)), meter_(std::move(meter)) {
    if (file_ < 0) fault_ = std::strerror(errno);
  }
  ~FileSource() override {
    if (file_ >= 0) close(file_);
  }

  std::size_t read(std::span<char> room) override {
    if (file_ < 0) return 0;
    const auto got = ::read(file_, room.data(), room.size());
    if (got < 0) fault_ = std::strerror(errno);
    if (got <= 0) return 0;
    if (!meter_(static_cast<std::size_t>(got))) {
      fault_ = "was not read to its end";
      return 0;
    }
    return static_cast<std::size_t>(got);
  }
  [[nodiscard]] std::string fault() const override { return fault_; }

 private:
  int file_;
  Meter meter_;
  std::string fault_;
};

// A name that would leave the folder it is unpacked into. Nothing is unpacked here, but who names entries so means no
// good, and such a name would be told as the source of facts.
bool leaves_its_folder(const std::string& name) {
  const fs::path path(name);
  return name.empty() || path.is_absolute() || name.find('\\') != std::string::npos ||
         std::ranges::any_of(path, [](const fs::path& part) { return part == ".."; });
}

class Walk {
 public:
  Walk(const WalkLimits& limits, const std::function<bool(ExportFile&)>& take, WalkProgress progress)
      : limits_(limits), take_(take), progress_(std::move(progress)), budget_(limits.archive_bytes) {}

  // For progress: how much there is to read. Links are not followed there either.
  void measure(const fs::path& path) {
    std::error_code error;
    if (!fs::is_directory(path, error)) {
      total_ += fs::is_regular_file(path, error) ? fs::file_size(path, error) : 0;
      return;
    }
    std::size_t seen = 0;
    for (fs::recursive_directory_iterator at(path, error), end; !error && at != end; at.increment(error)) {
      if (++seen > limits_.files) return;
      std::error_code ignored;
      if (!at->is_symlink(ignored) && at->is_regular_file(ignored)) total_ += at->file_size(ignored);
    }
  }

  Result<void> named(const fs::path& path) {
    std::error_code error;
    const auto status = fs::status(path, error);
    if (fs::is_directory(status)) {
      folder(path, 0);
      return {};
    }
    if (!fs::is_regular_file(status)) {
      return fail(ErrorCode::invalid_input,
                  fmt::format("{}: {}; name an export or a folder of them", path.string(),
                              fs::exists(status) ? "is neither a file nor a folder" : "does not exist"));
    }
    FileSource source(path, meter_of(path));
    if (!source.fault().empty()) {
      return fail(ErrorCode::invalid_input,
                  fmt::format("{}: cannot be read ({}); give it to this user", path.string(), source.fault()));
    }
    file(source, path.string(), "", 0);
    return {};
  }

  void file(ByteSource& source, const std::string& path, const std::string& archive, int depth) {
    if (stopped_) return;
    PeekedSource peeked(source, kHeadBytes);
    if (looks_like_archive(peeked.head())) {
      if (depth < limits_.archive_depth) {
        entries(peeked, path, depth);
      } else {
        trouble(fmt::format("{}: an archive {} deep in others is not looked into", path, depth));
      }
      return;
    }
    if (walked_.files >= limits_.files) {
      stop(fmt::format("{}: is beyond the first {} files; import the rest apart", path, limits_.files));
      return;
    }
    ++walked_.files;
    ExportFile found{path, archive, peeked};
    if (!take_(found)) stopped_ = true;
    if (!peeked.fault().empty()) trouble(fmt::format("{}: {}; what came before counts", path, peeked.fault()));
  }

  Walked done() { return std::move(walked_); }
  [[nodiscard]] bool stopped() const { return stopped_; }

 private:
  void folder(const fs::path& path, int depth) {
    if (depth >= limits_.folder_depth) {
      trouble(fmt::format("{}: is more than {} folders deep and was not looked into", path.string(), depth));
      return;
    }
    std::error_code error;
    std::vector<fs::directory_entry> all;
    for (fs::directory_iterator at(path, error), end; !error && at != end; at.increment(error)) all.push_back(*at);
    if (error) trouble(fmt::format("{}: {}", path.string(), error.message()));
    std::ranges::sort(all, {}, [](const fs::directory_entry& entry) { return entry.path().filename(); });
    for (const fs::directory_entry& entry : all) {
      if (stopped_) return;
      const std::string name = entry.path().string();
      if (entry.path().filename().string().starts_with('.')) {
        note(name + ": is hidden and was passed over");
      } else if (entry.is_symlink(error)) {
        note(name + ": is a link and was passed over; name it on the command line to have it read");
      } else if (entry.is_directory(error)) {
        folder(entry.path(), depth + 1);
      } else if (entry.is_regular_file(error)) {
        FileSource source(entry.path(), meter_of(entry.path()));
        if (source.fault().empty()) {
          file(source, name, "", 0);
        } else {
          trouble(fmt::format("{}: {}", name, source.fault()));
        }
      } else {
        note(name + ": is no regular file and was passed over");
      }
    }
  }

  void entries(ByteSource& packed, const std::string& path, int depth) {
    ArchiveSource archive(packed, budget_);
    std::size_t members = 0;
    while (!stopped_ && archive.next()) {
      if (++members > limits_.files) {
        stop(fmt::format("{}: holds more than {} entries; the rest was not read", path, limits_.files));
        return;
      }
      const std::string name = path + "/" + archive.name();
      if (archive.is_link()) {
        trouble(name + ": is a link, which is not followed");
      } else if (archive.is_file() && leaves_its_folder(archive.name())) {
        trouble(fmt::format("{}: holds an entry named '{}', which leaves its folder; it was refused", path,
                            archive.name()));
      } else if (archive.is_file()) {
        file(archive, name, path, depth + 1);
      }
    }
    if (archive.over_budget()) {
      stop(fmt::format("{}: more than {} MB came out of archives; unpack it and import what is needed of it", path,
                       limits_.archive_bytes >> 20));
    } else if (!archive.fault().empty()) {
      trouble(fmt::format("{}: the archive is damaged or locked ({}); what came before counts", path, archive.fault()));
    }
  }

  FileSource::Meter meter_of(const fs::path& path) {
    return [this, name = path.string()](std::size_t bytes) {
      constexpr std::uint64_t kBetween = 4U << 20;
      const std::uint64_t before = done_;
      done_ += bytes;
      if (!progress_ || (before != 0 && before / kBetween == done_ / kBetween)) return true;
      if (!progress_(done_, std::max(total_, done_), name)) stopped_ = true;
      return !stopped_;
    };
  }

  void note(std::string text) {
    if (walked_.notes.size() < kMostNotes) walked_.notes.push_back(std::move(text));
  }
  void trouble(std::string text) {
    if (walked_.troubles.size() < kMostNotes) walked_.troubles.push_back(std::move(text));
  }
  void stop(std::string text) {
    if (!stopped_) trouble(std::move(text));
    stopped_ = true;
  }

  const WalkLimits& limits_;
  const std::function<bool(ExportFile&)>& take_;
  WalkProgress progress_;
  std::uint64_t budget_;
  std::uint64_t done_ = 0;  // Of the bytes on disk.
  std::uint64_t total_ = 0;
  Walked walked_;
  bool stopped_ = false;
};

}  // namespace

bool looks_like_archive(std::string_view head) {
  constexpr std::size_t kTarMagic = 257;
  for (const std::string_view magic : {std::string_view("\x1f\x8b", 2), std::string_view("PK\x03\x04", 4),
                                       std::string_view("PK\x05\x06", 4), std::string_view("BZh"),
                                       std::string_view("\xfd"
                                                        "7zXZ"),
                                       std::string_view("\x28\xb5\x2f\xfd", 4)}) {
    if (head.starts_with(magic)) return true;
  }
  return head.size() > kTarMagic && head.substr(kTarMagic).starts_with("ustar");
}

Result<Walked> walk_exports(const std::vector<fs::path>& paths, const WalkLimits& limits,
                            const std::function<bool(ExportFile&)>& take, const WalkProgress& progress) {
  Walk walk(limits, take, progress);
  if (progress) std::ranges::for_each(paths, [&](const fs::path& path) { walk.measure(path); });
  for (const fs::path& path : paths) {
    if (walk.stopped()) break;
    if (auto walked = walk.named(path); !walked) return tl::unexpected<Error>(walked.error());
  }
  return walk.done();
}

Walked walk_bytes(std::string_view bytes, const std::string& path, const WalkLimits& limits,
                  const std::function<bool(ExportFile&)>& take) {
  Walk walk(limits, take, {});
  MemorySource source(bytes);
  walk.file(source, path, "", 0);
  return walk.done();
}

}  // namespace ucready::imports
