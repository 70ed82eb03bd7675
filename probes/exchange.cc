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
    if (!count && wish.to_its_end && count.error().code != ErrorCode::closed) co_return std::string();
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

struct TlsExchange::Line {
  std::optional<Pacer::Permit> place;
  std::unique_ptr<Transport> transport;
  std::unique_ptr<Transport> wrapped;  // Where the dialect puts TLS into packets of its own.
  std::unique_ptr<TlsClient> client;   // Goes first: it speaks through the others.

  [[nodiscard]] Transport& stream() const { return wrapped ? *wrapped : *transport; }
};

TlsExchange::TlsExchange(Asker& asker, tls::Version version) : asker_(asker), version_(version) {}
TlsExchange::~TlsExchange() = default;

asio::awaitable<std::unique_ptr<TlsExchange::Line>> TlsExchange::open() {
  auto line = std::make_unique<Line>();
  if (auto place = co_await asker_.place_for_openssl_client()) line->place.emplace(std::move(*place));
  auto connected = co_await asker_.connect();
  if (!connected) co_return nullptr;
  line->transport = std::move(*connected);
  const Clock::duration timeout = asker_.options().timeout;
  line->transport->set_deadline(Clock::now() + timeout);
  if (const auto started = co_await asker_.dialect().start_tls(*line->transport, asker_.target()); !started) {
    co_return nullptr;
  }
  if (asker_.dialect().wrap != nullptr) line->wrapped = asker_.dialect().wrap(*line->transport);
  line->client =
      std::make_unique<TlsClient>(line->stream(), HandshakeWish{.version = version_,
                                                                .server_name = asker_.target().server_name,
                                                                .alpn = std::string(asker_.dialect().alpn),
                                                                .identity = asker_.options().identity.get()});
  line->stream().set_deadline(Clock::now() + timeout);
  const HandshakeReport report = co_await line->client->shake_hands();
  if (!report.completed) co_return nullptr;
  co_return line;
}

asio::awaitable<std::string> TlsExchange::ask(ExchangeWish wish) {
  std::string answer;
  for (bool reused = line_ != nullptr; answer.empty(); reused = false) {
    if (!reused) line_ = co_await open();
    if (!line_) break;
    line_->stream().set_deadline(Clock::now() + asker_.options().timeout);
    answer = co_await converse(*line_->client, wish);
    if (!reused) break;
  }
  const bool whole = wish.whole != nullptr && wish.whole(answer) && answer.size() < wish.most_bytes;
  if (line_ && !whole) co_await close();
  co_return answer;
}

asio::awaitable<void> TlsExchange::close() {
  if (!line_) co_return;
  co_await line_->client->close();
  line_.reset();
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
