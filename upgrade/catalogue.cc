#include "upgrade/catalogue.h"

#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <iterator>
#include <tuple>
#include <utility>

#include "upgrade/product_reader.h"

namespace ucready::upgrade::catalogue_data {
std::span<const EmbeddedFile> embedded_files();
}

namespace ucready::upgrade {
namespace {

constexpr std::size_t kLargestFile = 1 << 20;
constexpr std::string_view kCommon = "common";  // The file of settings that every product has.

Result<std::string> read_file(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  if (!in)
    return fail(ErrorCode::invalid_input, fmt::format("{}: cannot be read; check its permissions", file.string()));
  std::string text(kLargestFile + 1, '\0');  // One byte more than allowed, so that load_yaml sees that it is too many.
  in.read(text.data(), static_cast<std::streamsize>(text.size()));
  text.resize(static_cast<std::size_t>(in.gcount()));
  return text;
}

Result<std::vector<std::filesystem::path>> yaml_files(const std::filesystem::path& folder) {
  std::error_code error;
  std::vector<std::filesystem::path> files;
  for (const auto& entry : std::filesystem::directory_iterator(folder, error)) {
    if (entry.path().extension() == ".yaml" && entry.is_regular_file(error)) files.push_back(entry.path());
  }
  if (error) {
    return fail(ErrorCode::invalid_input,
                fmt::format("{}: {}; name a folder of catalogue files", folder.string(), error.message()));
  }
  std::sort(files.begin(), files.end());
  return files;
}

// Place in the contract's list; protocols that say more stand before "tls".
std::size_t protocol_place(std::string_view protocol) {
  const auto& known = known_protocols();
  return static_cast<std::size_t>(std::find(known.begin(), known.end(), protocol) - known.begin());
}

std::string without_separators(std::string_view text) {
  std::string plain;
  for (const char c : text) {
    if (c == ' ' || c == '-') continue;
    plain += c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
  }
  return plain;
}

// A digit of the pattern ends no number of the text: 78?? is in CP-7841, not in 178412.
bool stands_in(std::string_view text, std::string_view pattern) {
  const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
  const auto same = [&](char seen, char wanted) { return wanted == '?' ? is_digit(seen) : seen == wanted; };
  for (std::size_t at = 0; at + pattern.size() <= text.size(); ++at) {
    const bool apart = (at == 0 || !is_digit(text[at - 1]) || !is_digit(text[at])) &&
                       (at + pattern.size() == text.size() || !is_digit(text[at + pattern.size()]));
    if (apart && std::equal(pattern.begin(), pattern.end(), text.begin() + static_cast<std::ptrdiff_t>(at),
                            [&](char wanted, char seen) { return same(seen, wanted); })) {
      return true;
    }
  }
  return false;
}

}  // namespace

std::span<const EmbeddedFile> catalogue_files() { return catalogue_data::embedded_files(); }

Result<Catalogue> Catalogue::built_in() {
  Catalogue catalogue;
  for (const EmbeddedFile& file : catalogue_files()) {
    auto product = read_built_in_product(file);
    if (!product) return tl::unexpected(product.error());
    if (auto added = catalogue.add(std::move(*product)); !added) return tl::unexpected(added.error());
  }
  catalogue.share_common();
  return catalogue;
}

Result<Catalogue> Catalogue::with(const std::filesystem::path& folder) {
  const auto files = yaml_files(folder);
  if (!files) return tl::unexpected(files.error());
  Catalogue catalogue;
  for (const std::filesystem::path& file : *files) {
    const auto text = read_file(file);
    if (!text) return tl::unexpected(text.error());
    auto product = read_product(*text, file.string());
    if (!product) return tl::unexpected(product.error());
    if (auto added = catalogue.add(std::move(*product)); !added) return tl::unexpected(added.error());
  }
  for (const EmbeddedFile& file : catalogue_files()) {
    auto product = read_built_in_product(file);
    if (!product) return tl::unexpected(product.error());
    // What the folder brought stands; a second file of the same product is no fault here.
    if (product->id != kCommon) {
      catalogue.products_.try_emplace(product->id, std::move(*product));
    } else if (catalogue.shared_settings_.empty()) {
      catalogue.take_common(std::move(*product));
    }
  }
  catalogue.share_common();
  return catalogue;
}

Result<void> Catalogue::add(Product product) {
  if (product.id == kCommon) {
    take_common(std::move(product));
    return {};
  }
  std::string id = product.id;
  std::string origin = product.origin;
  const auto [place, fresh] = products_.try_emplace(std::move(id), std::move(product));
  if (fresh) return {};
  return fail(ErrorCode::invalid_input,
              fmt::format("{}:1:1: product {} is already described by {}; keep one of the two", origin, place->first,
                          place->second.origin));
}

void Catalogue::take_common(Product common) {
  shared_settings_ = std::move(common.settings);
  shared_mends_ = std::move(common.mends);
  shared_inquiries_ = std::move(common.inquiries);
}

void Catalogue::share_common() {
  for (auto& [id, product] : products_) {
    for (const CatalogueSetting& shared : shared_settings_) {
      if (!find_setting(product, shared.name)) product.settings.push_back(shared);
    }
    product.mends.insert(product.mends.end(), shared_mends_.begin(), shared_mends_.end());
    product.inquiries.insert(product.inquiries.end(), shared_inquiries_.begin(), shared_inquiries_.end());
  }
}

const Product* Catalogue::find(std::string_view id) const {
  const auto product = products_.find(id);
  return product == products_.end() ? nullptr : &product->second;
}

std::string Catalogue::protocol_of_port(std::uint16_t port) const {
  struct Votes {
    std::size_t exact = 0;
    std::size_t in_range = 0;
  };
  std::map<std::string_view, Votes> votes;
  for (const auto& [id, product] : products_) {
    for (const CatalogueInterface& each : product.interfaces) {
      if (!each.probe || port < each.port || port > each.last_port) continue;
      (port == each.port ? votes[each.protocol].exact : votes[each.protocol].in_range) += 1;
    }
  }
  const auto best = std::max_element(votes.begin(), votes.end(), [](const auto& a, const auto& b) {
    const auto weight = [](const auto& vote) {
      const auto& [protocol, count] = vote;
      return std::tuple(count.exact, count.in_range, known_protocols().size() - protocol_place(protocol));
    };
    return weight(a) < weight(b);
  });
  return best == votes.end() ? "tls" : std::string(best->first);
}

std::vector<CatalogueInterface> Catalogue::interfaces_of_any_product() const {
  std::map<std::uint16_t, CatalogueInterface> by_port;
  for (const auto& [id, product] : products_) {
    for (const CatalogueInterface& each : interfaces_to_probe(product)) by_port.try_emplace(each.port, each);
  }
  std::vector<CatalogueInterface> interfaces;
  for (auto& [port, each] : by_port) {
    each.protocol = protocol_of_port(port);
    interfaces.push_back(std::move(each));
  }
  return interfaces;
}

std::vector<CatalogueInterface> interfaces_to_probe(const Product& product) {
  std::vector<CatalogueInterface> interfaces;
  for (CatalogueInterface each : product.interfaces) {
    each.last_port = each.port;
    if (each.probe) interfaces.push_back(std::move(each));
  }
  return interfaces;
}

const CatalogueClientService* default_client_service(const Product& product, std::string_view protocol) {
  for (const CatalogueClientService& service : product.client_services) {
    std::string_view rest = service.protocol;
    while (!rest.empty()) {
      const std::string_view word = rest.substr(0, rest.find(','));
      if (word == protocol) return &service;
      rest.remove_prefix(std::min(rest.size(), word.size() + 1));
    }
  }
  return nullptr;
}

const CatalogueClientService* find_client_service(const Product& product, std::string_view name) {
  const auto service = std::find_if(product.client_services.begin(), product.client_services.end(),
                                    [&](const CatalogueClientService& each) { return each.name == name; });
  return service == product.client_services.end() ? nullptr : &*service;
}

const CatalogueModel* find_model(const Product& product, std::string_view model) {
  const std::string plain = without_separators(model);
  for (const CatalogueModel& known : product.models) {
    if (std::ranges::any_of(known.names,
                            [&](const std::string& name) { return stands_in(plain, without_separators(name)); })) {
      return &known;
    }
  }
  return nullptr;
}

const CatalogueStore* find_store(const Product& product, std::string_view name) {
  const auto store = std::ranges::find(product.stores, name, &CatalogueStore::name);
  return store == product.stores.end() ? nullptr : &*store;
}

const CatalogueInquiry* find_inquiry(std::span<const CatalogueInquiry> all, std::string_view about,
                                     std::string_view end) {
  const auto inquiry = std::ranges::find_if(
      all, [&](const CatalogueInquiry& each) { return each.about == about && (each.end.empty() || each.end == end); });
  return inquiry == all.end() ? nullptr : &*inquiry;
}

const CatalogueSetting* find_setting(const Product& product, std::string_view name) {
  const auto setting = std::find_if(product.settings.begin(), product.settings.end(),
                                    [&](const CatalogueSetting& each) { return each.name == name; });
  return setting == product.settings.end() ? nullptr : &*setting;
}

std::optional<Release> parse_release(const Product& product, std::string_view text) {
  return parse_release(product.rule, text);
}

}  // namespace ucready::upgrade
