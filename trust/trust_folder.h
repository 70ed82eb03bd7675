// Files and folders of trust, as the site file and the command line name them.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "core/result.h"
#include "trust/trust_file.h"

namespace ucready::trust {

struct TrustPaths {
  std::vector<TrustFile> files;    // Of a folder in the order of their names.
  std::vector<std::string> notes;  // What of a folder was passed over, one line each.
};

inline constexpr std::size_t kMostFiles = 10'000;
inline constexpr int kDeepestFolder = 16;
inline constexpr std::size_t kMostBytesInAll = 256U << 20;

// A path that names a file must be one of a known format. In a folder, read with all folders in it, a file of no known
// format is passed over with a note, unless its name ends as certificates' names do (.pem, .crt, .cer, .der, .p7b,
// .p7c, .tlv); hidden files, links to folders and what is no regular file are passed over. Errors as read_trust_bytes
// gives them, and of the bounds above.
Result<TrustPaths> read_trust_paths(const std::vector<std::filesystem::path>& paths);

}  // namespace ucready::trust
