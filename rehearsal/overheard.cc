#include "rehearsal/overheard.h"

#include "tls/client_hello.h"
#include "tls/server_hello.h"

namespace ucready::rehearsal {
namespace {

using negotiation::Phase;
using negotiation::Refusal;
using negotiation::Side;

void take_server_hello(Overheard& log, ByteView body) {
  const auto hello = tls::read_server_hello(body);
  if (!hello) {
    log.trouble = "the ServerHello: " + hello.error().message;
    return;
  }
  if (hello->retry) {
    log.hello_retry = true;
    log.retry_suite = hello->suite;
    log.retry_group = hello->group;
    return;
  }
  log.server_hello = true;
  log.answer.version = hello->version;
  log.answer.suite = hello->suite;
  log.answer.group = hello->group;
  log.downgrade_mark = as_text(hello->random).substr(24, 7) == "DOWNGRD";
}

void take_server_message(Overheard& log, const tls::HandshakeMessage& message) {
  if (message.type == tls::HandshakeType::server_hello) {
    take_server_hello(log, message.body);
  } else {
    static_cast<void>(tls::take_flight_message(message, log.answer));
  }
}

void take_client_message(Overheard& log, const tls::HandshakeMessage& message) {
  if (message.type == tls::HandshakeType::client_hello && !log.hello) {
    if (const auto hello = tls::read_client_hello(message.body)) {
      log.hello = negotiation::facts_of(*hello);
    } else {
      log.trouble = "the ClientHello: " + hello.error().message;
    }
  }
  if (message.type == tls::HandshakeType::certificate) {
    log.client_answer.version = log.answer.version;
    static_cast<void>(tls::take_flight_message(message, log.client_answer));
  }
}

void overhear(int written, int, int type, const void* bytes, std::size_t size, SSL*, void* argument) {
  constexpr std::uint8_t kFatal = 2;
  const Ear& ear = *static_cast<Ear*>(argument);
  Overheard& log = *ear.overheard;
  if (written != 1) return;
  const ByteView view(static_cast<const std::uint8_t*>(bytes), size);
  if (type == SSL3_RT_ALERT && size == 2 && view[0] == kFatal && !log.refusal) {
    log.refusal = Refusal{Phase::hello, ear.side, tls::Alert{view[1]}, {}};
  }
  if (type != SSL3_RT_HANDSHAKE) return;
  tls::HandshakeReader reader;
  reader.feed(view);
  const auto message = reader.next();
  if (!message || !*message) {
    log.trouble = "a handshake message is cut short";
    return;
  }
  ear.side == Side::client ? take_client_message(log, **message) : take_server_message(log, **message);
}

}  // namespace

Phase Overheard::phase() const {
  if (!hello) return Phase::hello;
  if (!server_hello) return Phase::selection;
  return refusal && refusal->by == Side::client ? Phase::server_flight : Phase::client_certificate;
}

void listen(SSL* endpoint, Ear& ear) {
  SSL_set_msg_callback(endpoint, overhear);
  SSL_set_msg_callback_arg(endpoint, &ear);
}

}  // namespace ucready::rehearsal
