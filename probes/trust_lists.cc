#include "probes/trust_lists.h"

#include <fmt/format.h>

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

}  // namespace

bool serves_trust_lists(std::string_view protocol, std::string_view product, std::uint16_t port) {
  return protocol == "tftp-https" && (product.empty() || product == "cucm") && port != kOtherHttpsPort;
}

std::optional<Bytes> trust_list_in(std::string_view answer) {
  const HttpAnswer read = read_http(answer);
  if (read.status != 200 || answer.size() >= kMostTrustListBytes) return std::nullopt;  // Cut at the bound, perhaps.
  if (header_value(read.head, "Content-Length") && !http_is_whole(answer)) return std::nullopt;
  const ByteView body = as_bytes(read.body);
  if (!trust::looks_like_tlv(body)) return std::nullopt;
  return Bytes(body.begin(), body.end());
}

asio::awaitable<void> fetch_trust_lists(Asker& asker, db::InterfaceObservation& seen) {
  const Target& target = asker.target();
  const auto version = version_to_complete(seen);
  std::optional<TlsExchange> inside;
  if (version && !certificate_is_missing(asker, seen, *version)) inside.emplace(asker, seen, *version);
  for (const std::string_view name : kNames) {
    if (asker.over()) co_return;
    const ExchangeWish wish{.request = http_get(target, fmt::format("/{}", name)),
                            .whole = http_is_whole,
                            .most_bytes = kMostTrustListBytes,
                            .to_its_end = true};
    std::string answer;
    if (inside) answer = co_await inside->ask(wish);
    if (auto list = trust_list_in(answer)) {
      keep(seen, name, "https", target.port, std::move(*list));
      continue;
    }
    if (read_http(answer).status == 404) continue;  // There is none: a CTL exists only in mixed mode.
    answer = co_await exchange_in_clear(asker, kHttpPort, wish);
    if (auto list = trust_list_in(answer)) keep(seen, name, "http", kHttpPort, std::move(*list));
  }
  if (inside) co_await inside->close();
}

}  // namespace ucready::probes
