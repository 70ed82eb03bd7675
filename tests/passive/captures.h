// The shared set of captures, where it is there: UCREADY_CAPTURES, or ../shared/captures beside the checkout.
#pragma once

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <string>
#include <vector>

namespace ucready::passive {

inline std::filesystem::path captures_folder() {
  if (const char* folder = std::getenv("UCREADY_CAPTURES")) return folder;
  return std::filesystem::path(UCREADY_SOURCE_DIR).parent_path() / "shared" / "captures";
}

// Every capture that has facts beside it, in order of name.
inline std::vector<std::filesystem::path> captures() {
  constexpr const char* kFacts = ".facts.json";
  std::vector<std::filesystem::path> found;
  std::error_code ignored;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(captures_folder(), ignored)) {
    const std::string facts = entry.path().string();
    if (!facts.ends_with(kFacts)) continue;
    const std::filesystem::path capture = facts.substr(0, facts.size() - std::strlen(kFacts));
    if (std::filesystem::exists(capture)) found.push_back(capture);
  }
  std::sort(found.begin(), found.end());
  return found;
}

}  // namespace ucready::passive
