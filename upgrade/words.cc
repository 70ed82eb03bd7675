// The contract's words, and whether a setting takes a value.
#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "core/printable.h"
#include "upgrade/catalogue.h"
#include "upgrade/near_names.h"

namespace ucready::upgrade {
namespace {

bool is_number(std::string_view text) {
  long value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  return error == std::errc{} && end == text.data() + text.size();
}

std::vector<std::string_view> words_of(const CatalogueSetting& setting) {
  if (setting.kind == "boolean") return {"true", "false"};
  if (setting.kind == "version" && setting.values.empty()) return {known_versions().begin(), known_versions().end()};
  return {setting.values.begin(), setting.values.end()};
}

}  // namespace

const std::vector<std::string_view>& known_protocols() {
  static const std::vector<std::string_view> protocols = {
      "https", "sip-tls",     "sccp-tls",    "cti-tls",    "capf",  "tvs",   "tftp-https",
      "ils",   "xmpp-client", "xmpp-server", "xcp-router", "ldap",  "ldaps", "smtp",
      "smtps", "imap",        "imaps",       "postgresql", "mysql", "tds",   "tls"};
  return protocols;
}

std::span<const std::string_view> known_stacks() {
  static constexpr std::string_view kStacks[] = {"openssl-1.0",     "openssl-1.1",   "openssl-3",    "java-8",
                                                 "java-17",         "haproxy",       "gnutls",       "nss",
                                                 "schannel-2012r2", "schannel-2016", "schannel-2022"};
  return kStacks;
}

std::span<const std::string_view> known_versions() {
  static constexpr std::string_view kVersions[] = {"SSLv3", "TLSv1.0", "TLSv1.1", "TLSv1.2", "TLSv1.3"};
  return kVersions;
}

std::optional<std::string> fault_of_value(const CatalogueSetting& setting, std::string_view value) {
  const std::string shown = printable(value, 80);
  const std::vector<std::string_view> words = words_of(setting);
  if (!words.empty()) {
    if (std::find(words.begin(), words.end(), value) != words.end()) return std::nullopt;
    return fmt::format("{} cannot be \"{}\"{}", setting.name, shown, did_you_mean(value, words));
  }
  if (setting.kind == "number" && !is_number(value)) {
    return fmt::format("{} \"{}\" is no number; write digits", setting.name, shown);
  }
  return std::nullopt;
}

}  // namespace ucready::upgrade
