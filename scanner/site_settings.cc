#include "scanner/site_settings.h"

#include <fmt/format.h>

#include <algorithm>

#include "tls/code_points.h"
#include "upgrade/near_names.h"

namespace ucready::scanner {
namespace {

constexpr std::string_view kNarrowSettings[] = {"tls_min", "tls_max",        "ciphers",
                                                "stack",   "security_level", "authorised_subjects"};

// The characters of OpenSSL's cipher strings ("HIGH:!aNULL:@SECLEVEL=0") and of suite names.
bool is_cipher_string(std::string_view text) {
  return std::ranges::all_of(text, [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
           std::string_view("-_+:,!@= ").find(c) != std::string_view::npos;
  });
}

void check_ciphers(SiteReading& reading, const YAML::Node& at, const std::string& text, bool is_item_of_list) {
  if (is_item_of_list || text.starts_with("TLS_")) {
    std::string_view rest = text;
    while (!rest.empty()) {
      const std::size_t end = rest.find_first_of(",:");
      const std::string_view suite = rest.substr(0, end);
      if (!tls::parse_cipher_suite(suite)) {
        reading.faults.add(
            at, fmt::format("ciphers: no cipher suite is named {}; write names of the IANA registry, such as "
                            "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256, or one OpenSSL cipher string",
                            shown(suite)));
        return;
      }
      rest = end == std::string_view::npos ? std::string_view{} : rest.substr(end + 1);
    }
  } else if (!is_cipher_string(text)) {
    reading.faults.add(
        at, fmt::format("ciphers {} is no OpenSSL cipher string; write one, or a list of IANA names", shown(text)));
  }
}

std::string escaped_item(std::string_view item) {
  std::string out;
  for (const char c : item) {
    if (c == ',' || c == '\\') out += '\\';
    out += c;
  }
  return out;
}

std::string read_list(SiteReading& reading, const std::string& name, const YAML::Node& value) {
  std::string joined;
  for (const auto& item : value) {
    const std::string text = upgrade::yaml_text(item, name, reading.faults);
    if (name == "ciphers") check_ciphers(reading, item, text, true);
    if (!joined.empty()) joined += ',';
    joined += escaped_item(text);
  }
  return joined;
}

bool takes_a_list(const std::string& name, const upgrade::CatalogueSetting* known) {
  return name == "ciphers" || name == "authorised_subjects" || (known != nullptr && known->kind == "list");
}

std::size_t version_place(std::string_view version) {
  const auto versions = upgrade::known_versions();
  return static_cast<std::size_t>(std::ranges::find(versions, version) - versions.begin());
}

void check_version_range(SiteReading& reading, const YAML::Node& at, const std::vector<SiteSetting>& settings) {
  const auto least = std::ranges::find(settings, "tls_min", &SiteSetting::name);
  const auto most = std::ranges::find(settings, "tls_max", &SiteSetting::name);
  if (least == settings.end() || most == settings.end()) return;
  if (version_place(least->value) <= version_place(most->value)) return;
  reading.faults.add(
      at, fmt::format("tls_min {} is above tls_max {}; lower the one or raise the other", least->value, most->value));
}

bool is_omitted(const YAML::Node& node) { return node.IsNull() || (node.IsScalar() && node.Scalar().empty()); }

}  // namespace

std::span<const std::string_view> narrow_settings() { return kNarrowSettings; }

SiteSetting read_setting(SiteReading& reading, const upgrade::Product& product, const std::string& name,
                         const YAML::Mark& key, const YAML::Node& value) {
  const upgrade::CatalogueSetting* const known = upgrade::find_setting(product, name);
  SiteSetting setting{name, {}, key.line + 1};
  if (known == nullptr) {
    std::vector<std::string_view> names;
    for (const upgrade::CatalogueSetting& each : product.settings) names.push_back(each.name);
    reading.faults.add(
        key, fmt::format("{} has no setting {}{}", product.id, shown(name), upgrade::did_you_mean(name, names)));
    return setting;
  }
  if (value.IsSequence() && takes_a_list(name, known)) {
    setting.value = read_list(reading, name, value);
    return setting;
  }
  setting.value = upgrade::yaml_text(value, name, reading.faults);
  if (name == "ciphers") {
    check_ciphers(reading, value, setting.value, false);
  } else if (takes_a_list(name, known)) {
    setting.value = escaped_item(setting.value);
  } else if (const auto fault = upgrade::fault_of_value(*known, setting.value)) {
    reading.faults.add(value, *fault);
  }
  return setting;
}

std::vector<SiteSetting> read_settings(SiteReading& reading, const upgrade::Product& product, const YAML::Node& node) {
  std::vector<SiteSetting> settings;
  if (!node.IsMap()) {
    reading.faults.add(node, "settings must be a mapping; write \"name: value\" lines");
    return settings;
  }
  for (const auto& field : node) {
    if (is_omitted(field.second)) continue;
    settings.push_back(read_setting(reading, product, field.first.Scalar(), field.first.Mark(), field.second));
  }
  check_version_range(reading, node, settings);
  return settings;
}

std::vector<SiteSetting> read_narrow_settings(SiteReading& reading, const upgrade::Product& product,
                                              const upgrade::YamlMapping& mapping) {
  std::vector<SiteSetting> settings;
  for (const std::string_view name : kNarrowSettings) {
    const auto value = mapping.find(name);
    if (value) settings.push_back(read_setting(reading, product, std::string(name), value->Mark(), *value));
  }
  check_version_range(reading, mapping.node(), settings);
  return settings;
}

}  // namespace ucready::scanner
