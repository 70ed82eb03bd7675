// A file that a person wrote, as text.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "core/result.h"

namespace ucready::scanner {

constexpr std::size_t kMostSiteBytes = std::size_t{64} << 20;

// `kind` names it in errors: "site file". At most kMostSiteBytes.
Result<std::string> read_whole_file(const std::filesystem::path& file, std::string_view kind);

}  // namespace ucready::scanner
