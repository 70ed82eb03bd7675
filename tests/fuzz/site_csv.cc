#include <cstdlib>

#include "core/bytes.h"
#include "scanner/site_file.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const auto catalogue = ucready::upgrade::Catalogue::built_in().value();
  const auto site = ucready::scanner::read_site_text(ucready::as_text({data, size}), "site.csv", catalogue);
  // Whatever is refused is refused in one line that says where.
  if (!site &&
      (site.error().message.find('\n') != std::string::npos || !site.error().message.starts_with("site.csv:"))) {
    std::abort();
  }
  if (site) ucready::scanner::facts_of(*site);
  return 0;
}
