// Every file that the command line names: files, all files of folders, and what archives hold (tar, zip, and gzip,
// bzip2, xz or zstd around them or around a single file), archives within archives too. Nothing is unpacked onto the
// disk.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "core/result.h"
#include "imports/byte_source.h"

namespace ucready::imports {

struct WalkLimits {
  std::uint64_t archive_bytes = std::uint64_t{4} << 30;  // Out of all archives together, whatever becomes of them.
  std::size_t files = 200'000;
  int archive_depth = 4;
  int folder_depth = 16;
};

struct ExportFile {
  std::string path;     // "exports/hq.tar.gz/etc/xconf_dump.txt"
  std::string archive;  // "exports/hq.tar.gz"; the innermost one; empty: it is no archive's.
  PeekedSource& source;
};

struct Walked {
  std::size_t files = 0;
  std::vector<std::string> notes;     // What was passed over and is no fault: links, hidden files. The first hundred.
  std::vector<std::string> troubles;  // What is missing: damaged, encrypted, over a bound, refused names. As many.
};

inline constexpr std::size_t kHeadBytes = 64 * 1024;  // Of each file, to be recognised by.

// Called now and then while files are read: bytes read of those on disk, bytes there are, and the file in hand. False:
// stop.
using WalkProgress = std::function<bool(std::uint64_t done, std::uint64_t total, const std::string& path)>;

// Calls `take` for each file, in the order of their names; of a folder links and hidden files are passed over. An
// error: a named path that cannot be read. `take` returns false to stop.
Result<Walked> walk_exports(const std::vector<std::filesystem::path>& paths, const WalkLimits& limits,
                            const std::function<bool(ExportFile&)>& take, const WalkProgress& progress = {});

// The same of bytes in memory, for tests and fuzzing.
Walked walk_bytes(std::string_view bytes, const std::string& path, const WalkLimits& limits,
                  const std::function<bool(ExportFile&)>& take);

bool looks_like_archive(std::string_view head);

}  // namespace ucready::imports
