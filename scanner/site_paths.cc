#include "scanner/site_paths.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>

#include "scanner/identity_places.h"
#include "upgrade/near_names.h"

namespace ucready::scanner {
namespace {

// Empty when the path is a file or folder that can be read.
std::string fault_of_path(const std::filesystem::path& path) {
  std::error_code error;
  const auto status = std::filesystem::status(path, error);
  if (status.type() == std::filesystem::file_type::not_found) return "does not exist";
  const bool folder = std::filesystem::is_directory(status);
  if (!folder && !std::filesystem::is_regular_file(status)) return "is neither a file nor a folder";
  return access(path.c_str(), folder ? R_OK | X_OK : R_OK) == 0 ? "" : "cannot be read by this user";
}

std::filesystem::path read_path(SiteReading& reading, std::string_view key, const YAML::Node& node) {
  const std::string text = upgrade::yaml_text(node, key, reading.faults);
  if (text.empty()) {
    reading.faults.add(node, fmt::format("{} has an empty path; name a file or a folder", key));
    return {};
  }
  std::filesystem::path path = (reading.folder / text).lexically_normal();
  if (!reading.on_disk) return path;
  const auto [known, is_new] = reading.path_faults.try_emplace(path);
  if (is_new) known->second = fault_of_path(path);
  if (!known->second.empty()) {
    reading.faults.add(node, fmt::format("{} {} {}; relative paths start at the site file's folder, {}", key,
                                         shown(text), known->second, reading.folder.string()));
  }
  return path;
}

// "sha1:0f3a... CCM+TFTP": a digest, and the roles that a trust list gives the certificate.
SitePin read_pin(SiteReading& reading, const YAML::Node& node) {
  struct Length {
    std::string_view algorithm;
    std::size_t digits;
  };
  constexpr Length kLengths[] = {{"sha1", 40}, {"sha256", 64}, {"sha384", 96}, {"sha512", 128}};
  const std::string text = upgrade::yaml_text(node, "pins", reading.faults);
  const std::size_t colon = text.find(':');
  const std::size_t blank = std::min(text.find(' '), text.size());
  SitePin pin;
  if (colon != std::string::npos && colon < blank) {
    pin.algorithm = text.substr(0, colon);
    pin.hash = text.substr(colon + 1, blank - colon - 1);
    pin.roles = text.substr(std::min(blank + 1, text.size()));
  }
  const auto* const known = std::ranges::find(kLengths, pin.algorithm, &Length::algorithm);
  const bool hex =
      std::ranges::all_of(pin.hash, [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); });
  if (known == std::end(kLengths) || pin.hash.size() != known->digits || !hex) {
    reading.faults.add(
        node,
        fmt::format("{} is no digest of a certificate; write sha256:HEX or sha1:HEX in small letters", shown(text)));
  }
  return pin;
}

SiteTrust read_store(SiteReading& reading, const upgrade::Product& product, const YAML::Node& node) {
  const upgrade::YamlMapping entry(node, "trust entry", {"store", "files", "pins"}, reading.faults);
  SiteTrust trust;
  trust.line = entry.line();
  trust.store = entry.required_text("store");
  for (const YAML::Node& pin : entry.list("pins")) trust.pins.push_back(read_pin(reading, pin));
  const auto files = trust.pins.empty() ? entry.require("files") : entry.find("files");
  if (files) trust.files = read_paths(reading, "trust", *files);
  const auto stores = stores_of(product);
  const bool known = std::ranges::count(stores, trust.store) > 0 || trust.store == kTrustListStore;
  if (!trust.store.empty() && !stores.empty() && !known) {
    reading.warn(node.Mark(), fmt::format("nothing of {} is known to look into the store {}{}", product.id,
                                          shown(trust.store), upgrade::did_you_mean(trust.store, stores)));
  }
  return trust;
}

SiteIdentity read_identity(SiteReading& reading, const upgrade::Product& product, const YAML::Node& node) {
  const upgrade::YamlMapping entry(node, "certificates entry", {"identity", "files"}, reading.faults);
  SiteIdentity read;
  read.line = entry.line();
  read.identity = entry.required_text("identity");
  if (const auto files = entry.require("files")) read.files = read_paths(reading, "certificates", *files);
  if (!read.identity.empty() && places_of(product, read.identity).empty()) {
    const auto names = identities_of(product);
    const std::vector<std::string_view> known(names.begin(), names.end());
    reading.faults.add(node, fmt::format("nothing of {} is known to present the certificate {}{}", product.id,
                                         shown(read.identity), upgrade::did_you_mean(read.identity, known)));
  }
  return read;
}

}  // namespace

std::vector<std::string_view> stores_of(const upgrade::Product& product) {
  std::vector<std::string_view> stores;
  for (const auto& service : product.client_services) stores.push_back(service.store);
  for (const auto& interface : product.interfaces) stores.push_back(interface.client_store);
  std::erase(stores, "");
  std::ranges::sort(stores);
  stores.erase(std::unique(stores.begin(), stores.end()), stores.end());
  return stores;
}

std::vector<std::filesystem::path> read_paths(SiteReading& reading, std::string_view key, const YAML::Node& node) {
  if (!node.IsSequence()) return {read_path(reading, key, node)};
  std::vector<std::filesystem::path> paths;
  for (const auto& item : node) paths.push_back(read_path(reading, key, item));
  return paths;
}

std::vector<std::filesystem::path> read_certificates(SiteReading& reading, const upgrade::Product& product,
                                                     const YAML::Node& node, std::vector<SiteIdentity>& identities) {
  if (!node.IsSequence()) return read_paths(reading, "certificates", node);
  std::vector<std::filesystem::path> paths;
  for (const auto& item : node) {
    if (item.IsMap()) {
      identities.push_back(read_identity(reading, product, item));
    } else {
      paths.push_back(read_path(reading, "certificates", item));
    }
  }
  return paths;
}

std::vector<SiteTrust> read_trust(SiteReading& reading, const upgrade::Product& product, const YAML::Node& node) {
  if (node.IsScalar()) return {SiteTrust{{}, read_paths(reading, "trust", node), {}, upgrade::line_of(node)}};
  if (!node.IsSequence()) {
    reading.faults.add(node, "trust must be a list; write [FOLDER/] or [{store: NAME, files: [FILE]}]");
    return {};
  }
  std::vector<SiteTrust> all;
  for (const auto& item : node) {
    if (item.IsMap()) {
      all.push_back(read_store(reading, product, item));
    } else {
      all.push_back({{}, {read_path(reading, "trust", item)}, {}, upgrade::line_of(item)});
    }
  }
  return all;
}

}  // namespace ucready::scanner
