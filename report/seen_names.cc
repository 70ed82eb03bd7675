#include "report/seen_names.h"

#include <algorithm>

#include "core/ip_address.h"

namespace ucready::report {
namespace {

constexpr std::string_view kOfCertificates[] = {"-ec", "-ms"};
constexpr std::string_view kRoles[] = {"publisher", "subscriber", "pub", "sub"};

template <typename Words>
bool strip_one(std::string& text, const Words& endings) {
  for (const std::string_view ending : endings) {
    if (text.size() <= ending.size() || !text.ends_with(ending)) continue;
    text.resize(text.size() - ending.size());
    return true;
  }
  return false;
}

void strip_last(std::string& text, std::string_view characters) { text.resize(text.find_last_not_of(characters) + 1); }

}  // namespace

bool is_host_name(std::string_view name) {
  if (name.empty() || name.size() > 253 || parse_ip_address(name)) return false;
  std::size_t label = 0;
  bool letter = false;
  for (const char c : name) {
    if (c == '.') {
      if (label == 0) return false;
      label = 0;
      letter = false;
      continue;
    }
    const bool small = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    if (!small && !(c >= '0' && c <= '9') && (c != '-' || label == 0)) return false;
    letter = letter || small;
    if (++label > 63) return false;
  }
  return label > 0 && letter;
}

std::string name_of_host(std::string_view name) {
  if (!is_host_name(name)) return {};
  std::string host(name);
  std::ranges::transform(host, host.begin(),
                         [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
  constexpr std::string_view kTrustVerification = "tvs.";
  if (host.starts_with(kTrustVerification)) host.erase(0, kTrustVerification.size());
  if (host.starts_with("capf-")) return {};
  std::string label = first_label(host);
  while (strip_one(label, kOfCertificates)) continue;
  return label + host.substr(std::min(host.find('.'), host.size()));
}

std::string first_label(std::string_view name) { return std::string(name.substr(0, name.find('.'))); }

std::string domain_of(std::string_view name) {
  const std::size_t dot = name.find('.');
  return dot == std::string_view::npos ? std::string() : std::string(name.substr(dot + 1));
}

std::string stem_of(std::string_view label) {
  std::string stem(label);
  strip_last(stem, "0123456789-");
  strip_one(stem, kRoles);
  strip_last(stem, "-");
  return stem;
}

}  // namespace ucready::report
