// One question and its answer: over a connection in clear, or inside TLS behind the dialect's own conversation. For
// what a service says beyond its handshake.
#pragma once

#include <memory>
#include <string>

#include "probes/asker.h"

namespace ucready::probes {

struct ExchangeWish {
  std::string request;                        // Empty: the service speaks first.
  bool (*whole)(std::string_view) = nullptr;  // The answer needs no more bytes; nullptr: until the connection ends.
  std::size_t most_bytes = std::size_t{64} * 1024;
  bool to_its_end = false;  // Nothing, where it was broken off by a reset or by silence before it was whole.
};

// What came until it was whole, the bound, the timeout for the whole answer, or the end; empty where nothing did.
asio::awaitable<std::string> exchange_in_clear(Asker& asker, std::uint16_t port, ExchangeWish wish);

// Several questions inside TLS. One connection carries as many as the server lets it: a handshake costs both ends far
// more than a question. Where there is code for what the version's hello was answered with, the handshake is finished
// without a TLS library, whose connections cost several times as much; should that fail, the library tries.
class TlsExchange {
 public:
  // The asker must outlive it. The version is one of `seen` that was accepted.
  TlsExchange(Asker& asker, const db::InterfaceObservation& seen, tls::Version version);
  ~TlsExchange();
  TlsExchange(const TlsExchange&) = delete;
  TlsExchange& operator=(const TlsExchange&) = delete;

  // As above. A connection that has ended since the last answer is opened once more.
  asio::awaitable<std::string> ask(ExchangeWish wish);
  asio::awaitable<void> close();

 private:
  struct Line;
  // nullptr: no handshake was completed.
  asio::awaitable<std::unique_ptr<Line>> open();
  asio::awaitable<std::unique_ptr<Line>> open_here();
  asio::awaitable<std::unique_ptr<Line>> open_by_library();
  asio::awaitable<bool> start_tls(Line& line);

  Asker& asker_;
  tls::Version version_;
  bool without_library_;
  std::unique_ptr<Line> line_;  // Where the last answer was whole.
};

// The highest version that was accepted and that can be completed here.
std::optional<tls::Version> version_to_complete(const db::InterfaceObservation& seen);

// A client certificate is known to be required at that version, and there is none to show.
bool certificate_is_missing(const Asker& asker, const db::InterfaceObservation& seen, tls::Version version);

}  // namespace ucready::probes
