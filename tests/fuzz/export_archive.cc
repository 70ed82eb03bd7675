// Archives and what is in them, from recognition to what is told.
#include <cstdlib>

#include "core/bytes.h"
#include "imports/read_export.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace ucready::imports;
  constexpr WalkLimits kLimits = {.archive_bytes = 4U << 20, .files = 64, .archive_depth = 3};
  std::size_t files = 0;
  const Walked walked = walk_bytes(ucready::as_text({data, size}), "x", kLimits, [&](ExportFile& file) {
    // No name climbs out of the place it is told for.
    if (!file.path.starts_with("x") || file.path.find("/../") != std::string::npos) std::abort();
    ++files;
    read_export(file);
    return true;
  });
  if (walked.files != files || files > kLimits.files) std::abort();
  return 0;
}
