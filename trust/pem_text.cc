#include "trust/pem_text.h"

namespace ucready::trust {

// RFC 4648 section 4.
std::string pem_of(ByteView der) {
  constexpr std::string_view kDigits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  constexpr std::size_t kLine = 48;  // Bytes: 64 characters.
  std::string out = "-----BEGIN CERTIFICATE-----\n";
  for (std::size_t at = 0; at < der.size(); at += 3) {
    const ByteView three = der.subspan(at, std::min<std::size_t>(3, der.size() - at));
    std::uint32_t bits = 0;
    for (std::size_t n = 0; n < 3; ++n) bits = bits << 8 | (n < three.size() ? three[n] : 0U);
    for (std::size_t n = 0; n < 4; ++n) out += n > three.size() ? '=' : kDigits[(bits >> (18 - 6 * n)) & 0x3F];
    if ((at + 3) % kLine == 0 || at + 3 >= der.size()) out += '\n';
  }
  return out + "-----END CERTIFICATE-----\n";
}

}  // namespace ucready::trust
