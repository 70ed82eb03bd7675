#include "passive/fingerprints.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cctype>

#include "core/digest.h"
#include "trust/digest.h"

namespace ucready::passive {
namespace {

template <typename Point>
std::string decimal_list(const std::vector<Point>& points) {
  std::string text;
  for (const Point& point : points) {
    if (tls::is_grease(point.value)) continue;
    text += fmt::format("{}{}", text.empty() ? "" : "-", point.value);
  }
  return text;
}

std::string md5_hex(const std::string& text) { return to_hex(trust::md5(as_bytes(text))); }

template <typename Point>
std::vector<std::string> hex_of(const std::vector<Point>& points) {
  std::vector<std::string> texts;
  for (const Point& point : points) {
    if (!tls::is_grease(point.value)) texts.push_back(fmt::format("{:04x}", point.value));
  }
  return texts;
}

std::string short_sha256(const std::string& text) {
  return text.empty() ? std::string(12, '0') : sha256_hex(as_bytes(text)).substr(0, 12);
}

std::string_view version_mark(tls::Version version) {
  switch (version.value) {
    case 0x0304:
      return "13";
    case 0x0303:
      return "12";
    case 0x0302:
      return "11";
    case 0x0301:
      return "10";
    case 0x0300:
      return "s3";
    case 0x0002:
      return "s2";
    default:
      return "00";
  }
}

// First and last character of the first protocol; of one that is not alphanumeric at either end the first and last
// digit of its hex form.
std::string alpn_mark(const tls::ClientHello& hello) {
  if (hello.alpn.empty() || hello.alpn.front().empty()) return "00";
  const std::string& name = hello.alpn.front();
  const auto plain = [](char c) {
    return static_cast<unsigned char>(c) < 0x80 && std::isalnum(static_cast<unsigned char>(c)) != 0;
  };
  if (plain(name.front()) && plain(name.back())) return {name.front(), name.back()};
  const std::string hex = to_hex(as_bytes(name));
  return {hex.front(), hex.back()};
}

// The version as JA4 counts it: the highest of supported_versions, else the legacy one.
tls::Version ja4_version(const tls::ClientHello& hello) {
  tls::Version highest;
  for (const tls::Version& version : hello.versions) {
    if (!tls::is_grease(version.value)) highest = std::max(highest, version);
  }
  return highest.value == 0 ? hello.legacy_version : highest;
}

}  // namespace

std::string ja3(const tls::ClientHello& hello) {
  std::string formats;
  for (const std::uint8_t format : hello.point_formats)
    formats += fmt::format("{}{}", formats.empty() ? "" : "-", format);
  return md5_hex(fmt::format("{},{},{},{},{}", hello.legacy_version.value, decimal_list(hello.suites),
                             decimal_list(hello.extensions), decimal_list(hello.groups), formats));
}

std::string ja3s(const tls::ServerHello& hello) {
  return md5_hex(
      fmt::format("{},{},{}", hello.legacy_version.value, hello.suite.value, decimal_list(hello.extensions)));
}

std::string ja4(const tls::ClientHello& hello) {
  std::vector<std::string> suites = hex_of(hello.suites);
  std::vector<std::string> extensions = hex_of(hello.extensions);
  const bool has_name = std::ranges::find(extensions, "0000") != extensions.end();
  const std::string head = fmt::format("t{}{}{:02}{:02}{}", version_mark(ja4_version(hello)), has_name ? 'd' : 'i',
                                       std::min<std::size_t>(suites.size(), 99),
                                       std::min<std::size_t>(extensions.size(), 99), alpn_mark(hello));
  std::ranges::sort(suites);
  std::erase_if(extensions, [](const std::string& type) { return type == "0000" || type == "0010"; });
  std::ranges::sort(extensions);
  std::string tail = fmt::format("{}", fmt::join(extensions, ","));
  if (const auto schemes = hex_of(hello.schemes); !schemes.empty()) tail += fmt::format("_{}", fmt::join(schemes, ","));
  if (extensions.empty()) tail.clear();
  return fmt::format("{}_{}_{}", head, short_sha256(fmt::format("{}", fmt::join(suites, ","))), short_sha256(tail));
}

}  // namespace ucready::passive
