// Any text as a cipher list: reading ends, no suite comes twice, and what was read reads the same when written as
// names.
#include "upgrade/negotiation/cipher_string.h"

#include <cstdint>
#include <cstdlib>
#include <set>
#include <string>

#include "core/bytes.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace ucready;
  const auto list = negotiation::expand_ciphers(as_text({data, size}));
  if (!list) return 0;
  std::set<std::uint16_t> seen;
  std::string names;
  for (const auto& part : {list->suites_tls13, list->suites}) {
    for (const tls::CipherSuite suite : part) {
      if (!seen.insert(suite.value).second) std::abort();
      names += (names.empty() ? "" : ",") + std::string("0x") + "0123456789abcdef"[suite.value >> 12] +
               "0123456789abcdef"[suite.value >> 8 & 15] + "0123456789abcdef"[suite.value >> 4 & 15] +
               "0123456789abcdef"[suite.value & 15];
    }
  }
  if (names.size() > negotiation::kMostCipherText) return 0;
  const auto again = negotiation::expand_ciphers(names);
  if (!again || again->suites != list->suites || again->suites_tls13 != list->suites_tls13) std::abort();
  return 0;
}
