#include "passive/key_log.h"

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

namespace {

using ucready::Bytes;
using ucready::ByteView;

// The second word of each line, where it is a random in hexadecimal.
Bytes random_of(std::string_view line) {
  const std::size_t begin = line.find(' ');
  if (begin == std::string_view::npos) return {};
  Bytes random;
  for (std::size_t at = begin + 1; at + 1 < line.size() && random.size() < 32; at += 2) {
    const std::string pair(line.substr(at, 2));
    char* end = nullptr;
    random.push_back(static_cast<std::uint8_t>(std::strtoul(pair.c_str(), &end, 16)));
    if (*end != 0) return {};
  }
  return random;
}

bool fits(const ucready::tls::Secret& secret) {
  const std::size_t size = secret.view().size();
  return size == 0 || size == 32 || size == 48;
}

bool same(const ucready::passive::TrafficSecrets& a, const ucready::passive::TrafficSecrets& b) {
  const auto equal = [](const ucready::tls::Secret& one, const ucready::tls::Secret& other) {
    return ucready::as_text(one.view()) == ucready::as_text(other.view());
  };
  return equal(a.client_handshake, b.client_handshake) && equal(a.server_handshake, b.server_handshake) &&
         equal(a.server_application, b.server_application);
}

}  // namespace

// What is found under the randoms of the lines is sound, and the same when the log came twice.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text = ucready::as_text(ByteView(data, size));
  ucready::passive::KeyLog once, twice;
  once.add(text);
  twice.add(text);
  twice.add("\n");
  twice.add(text);
  bool any = false;
  for (std::string_view rest = text; !rest.empty();) {
    const std::size_t end = std::min(rest.find('\n'), rest.size());
    const Bytes random = random_of(rest.substr(0, end));
    rest.remove_prefix(std::min(end + 1, rest.size()));
    const auto* const found = once.find(random);
    if (found == nullptr) continue;
    any = true;
    if (!fits(found->client_handshake) || !fits(found->server_handshake) || !fits(found->server_application)) {
      std::abort();
    }
    const auto* const again = twice.find(random);
    if (again == nullptr || !same(*found, *again)) std::abort();
  }
  if (any && once.empty()) std::abort();
  return 0;
}
