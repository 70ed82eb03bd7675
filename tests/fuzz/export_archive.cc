// Archives and what is in them, from recognition to what is told, and what all of it says together.
#include <cstdlib>

#include "core/bytes.h"
#include "imports/read_export.h"
#include "scanner/imported_estate.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace ucready::imports;
  static const auto catalogue = ucready::upgrade::Catalogue::built_in();
  constexpr WalkLimits kLimits = {.archive_bytes = 4U << 20, .files = 64, .archive_depth = 3};
  std::size_t files = 0;
  std::vector<Told> exports;
  const Walked walked = walk_bytes(ucready::as_text({data, size}), "x", kLimits, [&](ExportFile& file) {
    // No name climbs out of the place it is told for.
    if (!file.path.starts_with("x") || file.path.find("/../") != std::string::npos) std::abort();
    ++files;
    if (auto told = read_export(file)) exports.push_back(std::move(*told));
    return true;
  });
  if (walked.files != files || files > kLimits.files) std::abort();
  ucready::scanner::ImportedSystems systems(exports, {}, "somebody");
  for (const auto& hop : ucready::scanner::join_exports(exports, {}, systems, *catalogue).hops) {
    if (hop.client.empty() || hop.server.empty() || hop.port == 0) std::abort();
  }
  return 0;
}
