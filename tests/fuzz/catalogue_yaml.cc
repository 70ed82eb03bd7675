// Any text as a catalogue file: it is a product or an error of one line that names its place.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "core/bytes.h"
#include "upgrade/catalogue.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto product = ucready::upgrade::read_product(ucready::as_text({data, size}), "fuzz.yaml");
  if (!product) {
    const std::string& message = product.error().message;
    if (!message.starts_with("fuzz.yaml:") || message.find('\n') != std::string::npos) std::abort();
    return 0;
  }
  for (const auto& interface : product->interfaces) {
    if (interface.port == 0 || interface.last_port < interface.port) std::abort();
    if (interface.evidence.source.empty() || interface.evidence.confidence.empty()) std::abort();
  }
  return 0;
}
