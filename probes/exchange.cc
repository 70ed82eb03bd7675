#include "probes/exchange.h"

#include <algorithm>
#include <array>
#include <utility>

#include "probes/channel_stream.h"
#include "probes/handshake_audit.h"
#include "probes/hello_offers.h"
#include "probes/tls_client.h"

namespace ucready::probes {
namespace {

struct Heard {
  std::string text;
  bool broken = false;  // The TLS connection is, by something that a whole TLS client might understand.
};

asio::awaitable<Heard> converse(Transport& stream, const ExchangeWish& wish) {
  Heard heard;
  std::string& answer = heard.text;
  if (!wish.request.empty()) {
    if (const auto sent = co_await stream.write(as_bytes(wish.request)); !sent) co_return heard;
  }
  std::array<std::uint8_t, 4096> buffer{};
  while (answer.size() < wish.most_bytes && !(wish.whole != nullptr && wish.whole(answer))) {
    const auto count = co_await stream.read(buffer);
    if (count) {
      answer += as_text(ByteView(buffer).first(*count));
      continue;
    }
    heard.broken = count.error().code == ErrorCode::malformed;
    if (wish.to_its_end && count.error().code != ErrorCode::closed) answer.clear();
    break;
  }
  answer.resize(std::min(answer.size(), wish.most_bytes));
  co_return heard;
}

// By what the version's hello was answered with.
bool can_be_finished_here(const db::InterfaceObservation& seen, tls::Version version) {
  const auto known = std::ranges::find(seen.versions, version, &db::VersionObservation::version);
  return !asks_certificate(seen, version) && known != seen.versions.end() && known->suite && known->group &&
         tls::can_finish(version, *known->suite, *known->group);
}

}  // namespace

asio::awaitable<std::string> exchange_in_clear(Asker& asker, std::uint16_t port, ExchangeWish wish) {
  auto connected = co_await asker.connect(port);
  if (!connected) co_return std::string();
  (*connected)->set_deadline(Clock::now() + asker.options().timeout);
  Heard heard = co_await converse(**connected, wish);
  co_return std::move(heard.text);
}

struct TlsExchange::Line {
  std::optional<Pacer::Permit> place;
  std::unique_ptr<Transport> transport;
  std::unique_ptr<Transport> wrapped;  // Where the dialect puts TLS into packets of its own.
  std::unique_ptr<TlsStream> inside;   // Goes first: it speaks through the others.

  [[nodiscard]] Transport& stream() const { return wrapped ? *wrapped : *transport; }
};

TlsExchange::TlsExchange(Asker& asker, const db::InterfaceObservation& seen, tls::Version version)
    : asker_(asker), version_(version), without_library_(can_be_finished_here(seen, version)) {}
TlsExchange::~TlsExchange() = default;

asio::awaitable<std::unique_ptr<TlsExchange::Line>> TlsExchange::open() {
  if (without_library_) {
    if (auto line = co_await open_here()) co_return line;
    if (without_library_) co_return nullptr;
  }
  co_return co_await open_by_library();
}

// Up to where the next byte is the ClientHello.
asio::awaitable<bool> TlsExchange::start_tls(Line& line) {
  auto connected = co_await asker_.connect();
  if (!connected) co_return false;
  line.transport = std::move(*connected);
  line.transport->set_deadline(Clock::now() + asker_.options().timeout);
  const Dialect& dialect = asker_.dialect();
  if (const auto started = co_await dialect.start_tls(*line.transport, asker_.target()); !started) co_return false;
  if (dialect.wrap != nullptr) line.wrapped = dialect.wrap(*line.transport);
  line.stream().set_deadline(Clock::now() + asker_.options().timeout);
  co_return true;
}

asio::awaitable<std::unique_ptr<TlsExchange::Line>> TlsExchange::open_here() {
  auto line = std::make_unique<Line>();
  if (!co_await start_tls(*line)) co_return nullptr;
  tls::HelloOffer offer = version_offer(version_);
  offer.server_name = asker_.target().server_name;
  if (!asker_.dialect().alpn.empty()) offer.alpn.emplace_back(asker_.dialect().alpn);
  tls::HelloProbe probe(offer, asker_.keys(), tls::ReadTo::channel);
  Reply reply;
  co_await probes::converse(line->stream(), probe, asker_.options().timeout, reply);
  if (auto channel = probe.take_channel()) {
    line->inside = std::make_unique<ChannelStream>(line->stream(), std::move(channel));
    co_return line;
  }
  without_library_ = false;
  co_return nullptr;
}

asio::awaitable<std::unique_ptr<TlsExchange::Line>> TlsExchange::open_by_library() {
  auto line = std::make_unique<Line>();
  if (auto place = co_await asker_.place_for_openssl_client()) line->place.emplace(std::move(*place));
  if (!co_await start_tls(*line)) co_return nullptr;
  auto client = std::make_unique<TlsClient>(line->stream(), HandshakeWish{.version = version_,
                                                                          .server_name = asker_.target().server_name,
                                                                          .alpn = std::string(asker_.dialect().alpn),
                                                                          .identity = asker_.options().identity.get()});
  const HandshakeReport report = co_await client->shake_hands();
  line->inside = std::move(client);
  co_return report.completed ? std::move(line) : nullptr;
}

asio::awaitable<std::string> TlsExchange::ask(ExchangeWish wish) {
  Heard heard;
  for (bool last = false; heard.text.empty() && !last;) {
    last = line_ == nullptr;  // One that has carried an answer may have ended since.
    if (!line_) line_ = co_await open();
    if (!line_) break;
    line_->stream().set_deadline(Clock::now() + asker_.options().timeout);
    heard = co_await converse(*line_->inside, wish);
    if (heard.broken && std::exchange(without_library_, false)) {
      heard = {};
      last = false;
    }
    if (heard.text.empty()) co_await close();
  }
  const bool whole = wish.whole != nullptr && wish.whole(heard.text) && heard.text.size() < wish.most_bytes;
  if (line_ && !whole) co_await close();
  co_return std::move(heard.text);
}

asio::awaitable<void> TlsExchange::close() {
  if (!line_) co_return;
  co_await line_->inside->close();
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
