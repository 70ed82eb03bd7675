#include "passive/ja3s_book.h"

#include <fmt/format.h>

#include "trust/digest.h"

namespace ucready::passive {
namespace {

std::string digest(const tls::ServerHello& hello) { return to_hex(trust::md5(as_bytes(ja3s_text(hello)))); }

}  // namespace

std::string ja3s_text(const tls::ServerHello& hello) {
  std::string text = fmt::format("{},{},", hello.legacy_version.value, hello.suite.value);
  bool first = true;
  for (const tls::ExtensionType type : hello.extensions) {
    if (tls::is_grease(type.value)) continue;
    if (!first) text += '-';
    text += std::to_string(type.value);
    first = false;
  }
  return text;
}

const std::string& Ja3sBook::read(const tls::ServerHello& hello) {
  if (hello.extensions.size() > kMostExtensions) return unkept_ = digest(hello);
  // Mixed well: servers that answer differently must not take each other's place.
  constexpr std::uint64_t kMultiplier = 0x9e3779b97f4a7c15;
  std::uint64_t mixed = std::uint64_t{hello.legacy_version.value} << 16U | hello.suite.value;
  for (const tls::ExtensionType type : hello.extensions) mixed = (mixed * kMultiplier ^ mixed >> 29U) + type.value;
  Place& place = places_[(mixed * kMultiplier >> 32U) % places_.size()];
  const bool same = !place.ja3s.empty() && place.version == hello.legacy_version && place.suite == hello.suite &&
                    place.extensions == hello.extensions;
  if (!same) place = Place{hello.legacy_version, hello.suite, hello.extensions, digest(hello)};
  return place.ja3s;
}

}  // namespace ucready::passive
