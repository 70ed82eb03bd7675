#include "scanner/profile_file.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>
#include <ostream>
#include <tuple>

#include "core/printable.h"
#include "passive/offer.h"
#include "tls/masked_hello.h"
#include "tls/recorded_hello.h"
#include "upgrade/catalogue.h"

namespace ucready::scanner {
namespace {

using nlohmann::json;

constexpr int kFormat = 1;
constexpr std::size_t kLongestName = 255;
constexpr std::string_view kMend = "write the file anew with 'ucready profile record'";

// Which field of which offer, in the words of RFC 6901.
struct Spot {
  const std::string& origin;
  std::string path;

  [[nodiscard]] tl::unexpected<Error> fault(std::string_view what) const {
    return fail(ErrorCode::invalid_input, fmt::format("{}: {}: {}; {}", origin, path, what, kMend));
  }
  [[nodiscard]] Spot at(std::string_view name) const { return {origin, fmt::format("{}/{}", path, name)}; }
};

Result<std::string> text_of(const json& object, const char* name, const Spot& spot) {
  const auto found = object.find(name);
  if (found == object.end()) return std::string();
  if (!found->is_string()) return spot.at(name).fault("must be text");
  const auto& text = found->get_ref<const std::string&>();
  if (text.size() > kLongestName) return spot.at(name).fault(fmt::format("longer than {} bytes", kLongestName));
  return text;
}

int digit_of(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

Result<Bytes> hello_of(const json& object, const Spot& spot) {
  const auto found = object.find("hello");
  if (found == object.end() || !found->is_string())
    return spot.at("hello").fault("a ClientHello in hexadecimal is missing");
  const auto& digits = found->get_ref<const std::string&>();
  if (digits.size() % 2 != 0 || digits.size() / 2 > tls::kLongestRecordedHello) {
    return spot.at("hello").fault(
        fmt::format("must be an even number of digits, at most {}", tls::kLongestRecordedHello * 2));
  }
  Bytes hello;
  hello.reserve(digits.size() / 2);
  for (std::size_t i = 0; i < digits.size(); i += 2) {
    const int high = digit_of(digits[i]);
    const int low = digit_of(digits[i + 1]);
    if (high < 0 || low < 0) return spot.at("hello").fault("must be lower-case hexadecimal digits");
    hello.push_back(static_cast<std::uint8_t>(high << 4 | low));
  }
  return hello;
}

Result<db::BroughtOffer> read_offer(const json& object, const Spot& spot, passive::OfferBook& book) {
  if (!object.is_object()) return spot.fault("must be an object");
  db::BroughtOffer offer;
  const std::pair<const char*, std::string*> kTexts[] = {{"client", &offer.client},
                                                         {"client_node", &offer.client_node},
                                                         {"client_service", &offer.client_service},
                                                         {"protocol", &offer.protocol}};
  for (const auto& [name, field] : kTexts) {
    auto text = text_of(object, name, spot);
    if (!text) return tl::unexpected<Error>(text.error());
    *field = std::move(*text);
  }
  if (offer.client.empty()) return spot.at("client").fault("the client's name is missing");
  if (std::ranges::count(upgrade::known_protocols(), offer.protocol) == 0) {
    return spot.at("protocol").fault(fmt::format("'{}' is no protocol", printable(offer.protocol, 40)));
  }
  if (const auto sessions = object.find("sessions"); sessions != object.end()) {
    if (!sessions->is_number_unsigned()) return spot.at("sessions").fault("must be a count");
    offer.sessions = static_cast<std::int64_t>(std::min<std::uint64_t>(sessions->get<std::uint64_t>(), INT64_MAX));
  }
  const auto hello = hello_of(object, spot);
  if (!hello) return tl::unexpected<Error>(hello.error());
  if (const auto fit = tls::offer_of_recording(*hello, ""); !fit) return spot.at("hello").fault(fit.error().message);
  passive::HelloFields unused;
  offer.offer = book.read(*hello, tls::is_sslv2_form(*hello), unused);
  return offer;
}

// The parser's own words begin with a number of its own and the place.
tl::unexpected<Error> no_json(const json::parse_error& fault, std::string_view text, const std::string& origin) {
  const std::string_view read = text.substr(0, fault.byte == 0 ? 0 : fault.byte - 1);
  const std::size_t line_start = read.rfind('\n') + 1;
  const std::string_view told = fault.what();
  const std::size_t place = told.find("column");
  const std::size_t what = place == std::string_view::npos ? place : told.find(": ", place);
  return fail(ErrorCode::invalid_input,
              fmt::format("{}:{}:{}: is no JSON: {}; {}", origin, 1 + std::ranges::count(read, '\n'),
                          read.size() - line_start + 1,
                          printable(what == std::string_view::npos ? told : told.substr(what + 2), 300), kMend));
}

}  // namespace

WrittenProfile write_profile(const std::vector<db::RecordedOffers>& recorded, std::ostream& out) {
  using Key = std::tuple<std::string, std::string, std::string, std::string, std::string>;
  std::map<Key, std::int64_t> made;  // To whomever.
  std::map<std::string, Result<Bytes>> hellos;
  for (const db::RecordedOffers& of : recorded) {
    for (const db::MetOffer& met : of.offers) {
      made[{met.client, met.client_node, met.client_service, met.protocol, met.offer_id}] += met.sessions;
    }
    for (const auto& [id, hello] : of.hellos) hellos.try_emplace(id, tls::masked_hello(hello));
  }
  WrittenProfile written;
  json offers = json::array();
  for (const auto& [key, sessions] : made) {
    const auto& [client, node, service, protocol, offer_id] = key;
    const auto hello = hellos.find(offer_id);
    if (hello == hellos.end() || !hello->second) {
      written.left_out.push_back(
          fmt::format("offer {} of {}: {}", offer_id.substr(0, 12), client,
                      hello == hellos.end() ? "its hello is missing" : hello->second.error().message));
      continue;
    }
    offers.push_back({{"client", client},
                      {"client_node", node},
                      {"client_service", service},
                      {"protocol", protocol},
                      {"sessions", sessions},
                      {"offer_id", offer_id},
                      {"hello", to_hex(*hello->second)}});
  }
  written.offers = offers.size();
  // Names out of captures may be no UTF-8.
  out << json{{"ucready_profile", kFormat}, {"offers", std::move(offers)}}.dump(1, ' ', false,
                                                                                json::error_handler_t::replace)
      << '\n';
  return written;
}

Result<std::vector<db::BroughtOffer>> read_profile(std::string_view text, const std::string& origin) {
  const Spot file{origin, ""};
  if (text.size() > kMostProfileBytes)
    return fail(ErrorCode::too_large, fmt::format("{}: longer than 64 MB; write fewer clients into one file", origin));
  json document;
  try {
    document = json::parse(text);
  } catch (const json::parse_error& fault) {
    return no_json(fault, text, origin);
  } catch (const json::exception& fault) {
    return fail(ErrorCode::invalid_input,
                fmt::format("{}: is no JSON: {}; {}", origin, printable(fault.what(), 300), kMend));
  }
  if (!document.is_object() || document.value("ucready_profile", json()) != kFormat) {
    return fail(ErrorCode::invalid_input,
                fmt::format("{}: is no profile of this release; make one with 'ucready profile record'", origin));
  }
  const auto offers = document.find("offers");
  if (offers == document.end() || !offers->is_array()) return file.at("offers").fault("must be a list");
  if (offers->size() > kMostProfileOffers) {
    return file.at("offers").fault(fmt::format("more than {} offers", kMostProfileOffers));
  }
  passive::OfferBook book;
  std::vector<db::BroughtOffer> read;
  for (std::size_t i = 0; i < offers->size(); ++i) {
    auto offer = read_offer((*offers)[i], file.at("offers").at(std::to_string(i)), book);
    if (!offer) return tl::unexpected<Error>(offer.error());
    read.push_back(std::move(*offer));
  }
  return read;
}

}  // namespace ucready::scanner
