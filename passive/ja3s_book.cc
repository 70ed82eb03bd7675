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
  std::size_t at = hello.legacy_version.value * std::size_t{31} + hello.suite.value;
  for (const tls::ExtensionType type : hello.extensions) at = at * 31 + type.value;
  Place& place = places_[at % places_.size()];
  const bool same = !place.ja3s.empty() && place.version == hello.legacy_version && place.suite == hello.suite &&
                    place.extensions == hello.extensions;
  if (!same) place = Place{hello.legacy_version, hello.suite, hello.extensions, digest(hello)};
  return place.ja3s;
}

}  // namespace ucready::passive
