// A TLS client that completes its handshake, for what only completion can tell: whether a client certificate is
// required or taken, whether sessions are resumed, what a service says of itself. OpenSSL at security level 0, one
// version at a time, no certificate is verified: its verdicts decide nothing.
#pragma once

#include <memory>
#include <optional>

#include "probes/client_identity.h"
#include "probes/tls_stream.h"
#include "tls/code_points.h"

namespace ucready::probes {

// What to resume; nothing in it: none was given.
class TlsSession {
 public:
  struct Handle;
  TlsSession();
  ~TlsSession();
  TlsSession(TlsSession&&) noexcept;
  TlsSession& operator=(TlsSession&&) noexcept;
  [[nodiscard]] bool known() const { return handle_ != nullptr; }

 private:
  friend class TlsClient;
  std::unique_ptr<Handle> handle_;
};

struct HandshakeWish {
  tls::Version version;                      // TLSv1.0 to TLSv1.3; of these exactly this one.
  std::string server_name;                   // Empty: no SNI.
  std::string alpn;                          // Empty: none.
  const ClientIdentity* identity = nullptr;  // Null: an empty Certificate where one is asked for.
  const TlsSession* resume = nullptr;
  // How long to wait before the last flight, where in TLSv1.3 a certificate was asked for, so that what the server sent
  // before it knew the answer is not taken for its answer.
  Clock::duration quiet = std::chrono::milliseconds(150);
};

struct HandshakeReport {
  bool completed = false;  // Both ends up to TLSv1.2; in TLSv1.3 this end, which may not be the server's last word.
  bool resumed = false;
  bool certificate_requested = false;
  bool certificate_sent = false;   // A Certificate message left, empty or not.
  bool certificate_shown = false;  // And there was one in it: an identity that fits no scheme asked for stays here.
  int tickets = 0;                 // NewSessionTickets that came.
  bool answered = false;           // TLSv1.3: a ticket or data came after, and because of, the client's last flight.
  std::optional<tls::Alert> alert_received;  // Fatal, or any that ends a TLSv1.3 connection; close_notify is none.
  std::optional<tls::Alert> alert_sent;      // This end gave up: says nothing about the server.
  std::optional<Error> ended;                // How the connection ended, where it did.
};

class TlsClient final : public TlsStream {
 public:
  // `inner` stands where the next byte is the ClientHello, and must outlive it, like what the wish points to.
  TlsClient(Transport& inner, const HandshakeWish& wish);
  ~TlsClient() override;

  // False where this OpenSSL has not that version.
  static bool supports(tls::Version version);

  asio::awaitable<HandshakeReport> shake_hands();
  // Waits for the server's next words; what they are goes to the report: data, a ticket, an alert, the end. At most
  // until the deadline.
  asio::awaitable<HandshakeReport> listen();
  // As long as that; silence changes nothing.
  asio::awaitable<HandshakeReport> listen_for(Clock::duration patience);
  // The newest session, if the server gave one.
  TlsSession take_session();
  asio::awaitable<void> close() override;

  // After the handshake: what goes through it. Errors as of `inner`; `closed` after an alert.
  void set_deadline(Clock::time_point deadline) override { inner_.set_deadline(deadline); }
  asio::awaitable<Result<std::size_t>> read(std::span<std::uint8_t> buffer) override;
  asio::awaitable<Result<void>> write(ByteView bytes) override;

 private:
  struct State;

  asio::awaitable<Result<void>> flush();
  asio::awaitable<Result<void>> fill();
  // False where nothing came before that time.
  asio::awaitable<bool> fill_until(Clock::time_point until);
  asio::awaitable<void> take_what_came_early();
  void hear();
  bool drain();

  Transport& inner_;
  HandshakeWish wish_;
  std::unique_ptr<State> state_;
};

}  // namespace ucready::probes
