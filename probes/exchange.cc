#include "probes/exchange.h"

#include <algorithm>
#include <array>

#include "probes/tls_client.h"

namespace ucready::probes {
namespace {

asio::awaitable<std::string> converse(Transport& stream, const ExchangeWish& wish) {
  std::string answer;
  if (!wish.request.empty()) {
    if (const auto sent = co_await stream.write(as_bytes(wish.request)); !sent) co_return answer;
  }
  std::array<std::uint8_t, 4096> buffer{};
  while (answer.size() < wish.most_bytes && !(wish.whole != nullptr && wish.whole(answer))) {
    const auto count = co_await stream.read(buffer);
    if (!count) break;
    answer += as_text(ByteView(buffer).first(*count));
  }
  answer.resize(std::min(answer.size(), wish.most_bytes));
  co_return answer;
}

}  // namespace

asio::awaitable<std::string> exchange_in_clear(Asker& asker, std::uint16_t port, ExchangeWish wish) {
  auto connected = co_await asker.connect(port);
  if (!connected) co_return std::string();
  (*connected)->set_deadline(Clock::now() + asker.options().timeout);
  co_return co_await converse(**connected, wish);
}

asio::awaitable<std::string> exchange_inside_tls(Asker& asker, tls::Version version, ExchangeWish wish) {
  auto connected = co_await asker.connect(asker.target().port);
  if (!connected) co_return std::string();
  Transport& transport = **connected;
  const Clock::duration timeout = asker.options().timeout;
  transport.set_deadline(Clock::now() + timeout);
  if (const auto started = co_await asker.dialect().start_tls(transport, asker.target()); !started) {
    co_return std::string();
  }
  const auto wrapped = asker.dialect().wrap == nullptr ? nullptr : asker.dialect().wrap(transport);
  Transport& stream = wrapped ? *wrapped : transport;
  TlsClient client(stream, {.version = version,
                            .server_name = asker.target().server_name,
                            .alpn = std::string(asker.dialect().alpn),
                            .identity = asker.options().identity.get()});
  stream.set_deadline(Clock::now() + timeout);
  const HandshakeReport report = co_await client.shake_hands();
  if (!report.completed) co_return std::string();
  stream.set_deadline(Clock::now() + timeout);
  std::string answer = co_await converse(client, wish);
  co_await client.close();
  co_return answer;
}

std::optional<tls::Version> version_to_complete(const db::InterfaceObservation& seen) {
  std::optional<tls::Version> best;
  for (const db::VersionObservation& version : seen.versions) {
    const bool accepted = version.outcome == db::VersionOutcome::accepted && TlsClient::supports(version.version);
    if (accepted && (!best || version.version > *best)) best = version.version;
  }
  return best;
}

bool certificate_is_missing(const Asker& asker, const db::InterfaceObservation& seen, tls::Version version) {
  return !asker.options().identity && std::ranges::any_of(seen.client_auth, [&](const auto& auth) {
    return auth.version == version && auth.required == true;
  });
}

}  // namespace ucready::probes
