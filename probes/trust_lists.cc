#include "probes/trust_lists.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "probes/exchange.h"
#include "probes/identify/answer_text.h"
#include "probes/identify/http.h"
#include "trust/tlv_file.h"

namespace ucready::probes {
namespace {

constexpr std::uint16_t kOtherHttpsPort = 6971;
constexpr std::uint16_t kHttpPort = 6970;
constexpr std::string_view kNames[] = {"CTLFile.tlv", "ITLFile.tlv"};

void keep(db::InterfaceObservation& seen, std::string_view name, std::string_view scheme, std::uint16_t port,
          Bytes bytes) {
  const bool is_v6 = seen.key.address.find(':') != std::string::npos;
  seen.trust_lists.push_back({.name = std::string(name),
                              .source = fmt::format("{}://{}{}{}:{}/{}", scheme, is_v6 ? "[" : "", seen.key.address,
                                                    is_v6 ? "]" : "", port, name),
                              .bytes = std::move(bytes)});
}

// What the places that were asked answered instead of a list, each place's reason once.
class Refusals {
 public:
  void add(std::string_view scheme, std::uint16_t port, std::string_view reason) {
    std::string told = fmt::format("{} {}: {}", scheme, port, reason);
    if (std::ranges::count(reasons_, told) == 0) reasons_.push_back(std::move(told));
  }
  [[nodiscard]] db::TraitObservation as_trait(tls::Version version) const {
    return {.version = version,
            .name = "trust_lists",
            .value = false,
            .detail = fmt::format("{}", fmt::join(reasons_, "; "))};
  }

 private:
  std::vector<std::string> reasons_;
};

}  // namespace

bool serves_trust_lists(std::string_view protocol, std::string_view product, std::uint16_t port) {
  return protocol == "tftp-https" && (product.empty() || product == "cucm") && port != kOtherHttpsPort;
}

std::optional<Bytes> trust_list_in(std::string_view answer) {
  if (!why_no_trust_list(answer).empty()) return std::nullopt;
  const ByteView body = as_bytes(read_http(answer).body);
  return Bytes(body.begin(), body.end());
}

std::string why_no_trust_list(std::string_view answer) {
  if (answer.empty()) return "no answer, or none that went on to its end";
  const HttpAnswer read = read_http(answer);
  if (read.status == 0) return "the answer is no HTTP";
  if (read.status != 200) return fmt::format("HTTP status {}", read.status);
  if (answer.size() >= kMostTrustListBytes) return "the answer is longer than a list may be";  // Or cut there.
  if (header_value(read.head, "Content-Length") && !http_is_whole(answer)) return "the answer is cut short";
  if (!trust::looks_like_tlv(as_bytes(read.body))) return "the answer is no trust list";
  return "";
}

asio::awaitable<void> fetch_trust_lists(Asker& asker, db::InterfaceObservation& seen) {
  const Target& target = asker.target();
  const auto version = version_to_complete(seen);
  Refusals refusals;
  std::optional<TlsExchange> inside;
  if (version && certificate_is_missing(asker, seen, *version)) {
    refusals.add("https", target.port, "it wants a client certificate");
  } else if (version) {
    inside.emplace(asker, seen, *version);
  }
  for (const std::string_view name : kNames) {
    if (asker.over()) break;
    const ExchangeWish wish{.request = http_get(target, fmt::format("/{}", name)),
                            .whole = http_is_whole,
                            .most_bytes = kMostTrustListBytes,
                            .to_its_end = true};
    if (inside) {
      const std::string answer = co_await inside->ask(wish);
      if (auto list = trust_list_in(answer)) {
        keep(seen, name, "https", target.port, std::move(*list));
        continue;
      }
      refusals.add("https", target.port, why_no_trust_list(answer));
      if (read_http(answer).status == 404) continue;  // There is none: a CTL exists only in mixed mode.
    }
    const std::string answer = co_await exchange_in_clear(asker, kHttpPort, wish);
    if (auto list = trust_list_in(answer)) {
      keep(seen, name, "http", kHttpPort, std::move(*list));
    } else {
      refusals.add("http", kHttpPort, why_no_trust_list(answer));
    }
  }
  if (version && seen.trust_lists.empty()) seen.traits.push_back(refusals.as_trait(*version));
  if (inside) co_await inside->close();
}

}  // namespace ucready::probes
