// What servers say of themselves, through every method. The first byte chooses it.
#include <cstdlib>

#include "probes/identify/method.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace ucready;
  ByteReader reader(ByteView(data, size));
  const std::uint8_t choice = reader.u8();
  const auto methods = probes::all_methods();
  const probes::Method& method = methods[choice % methods.size()];
  const std::string_view answer = as_text(reader.rest());
  const db::InterfaceObservation seen;
  if (method.whole != nullptr) (void)method.whole(answer);
  const probes::Identity told = method.read({answer, seen});
  // Only the program's own words and short harmless releases may come out, whatever went in.
  constexpr std::string_view kHarmless = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.()-_ ";
  if (told.release.size() > 40 || told.release.find_first_not_of(kHarmless) != std::string::npos) std::abort();
  if (told.products.find_first_not_of("abcdefghijklmnopqrstuvwxyz-,") != std::string::npos) std::abort();
  if (told.products.empty() && !told.release.empty()) std::abort();
  return 0;
}
