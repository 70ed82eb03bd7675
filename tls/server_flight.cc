#include "tls/server_flight.h"

#include <fmt/format.h>

#include "tls/certificate_message.h"
#include "tls/certificate_request.h"
#include "tls/compressed_certificate.h"
#include "tls/encrypted_extensions.h"
#include "tls/extension.h"
#include "tls/server_key_exchange.h"

namespace ucready::tls {
namespace {

Result<void> take_certificate(ByteView body, ServerAnswer& answer) {
  if (answer.certificate_seen) return fail(ErrorCode::malformed, "a second Certificate message");
  auto certificates = read_certificate_message(body, answer.version);
  if (!certificates) return tl::unexpected(certificates.error());
  answer.certificates = std::move(*certificates);
  answer.certificate_seen = true;
  if (answer.version < kTls13) return {};
  const auto attached = read_leaf_extensions(body);
  if (!attached) return tl::unexpected(attached.error());
  for (const ExtensionType type : *attached) {
    answer.ocsp_staple = answer.ocsp_staple || type == extension::kStatusRequest;
    answer.scts = answer.scts || type == extension::kSignedTimestamp;
  }
  return {};
}

// What cannot be inflated here the client may well be able to: the server's answer stands, its certificate is unknown.
Result<void> take_compressed_certificate(ByteView body, ServerAnswer& answer) {
  const auto inflated = read_compressed_certificate(body);
  if (inflated) return take_certificate(*inflated, answer);
  answer.compressed_unread = inflated.error().message;
  return {};
}

Result<void> take_certificate_request(ByteView body, ServerAnswer& answer) {
  auto request = read_certificate_request(body, answer.version);
  if (!request) return tl::unexpected(request.error());
  answer.certificate_request = std::move(*request);
  return {};
}

Result<void> take_server_key_exchange(ByteView body, ServerAnswer& answer) {
  const auto exchange = read_server_key_exchange(body, answer.version, answer.suite);
  if (!exchange) return tl::unexpected(exchange.error());
  answer.group = exchange->group;
  answer.scheme = exchange->scheme;
  answer.dh_bits = exchange->dh_bits;
  return {};
}

Result<void> take_encrypted_extensions(ByteView body, ServerAnswer& answer) {
  const auto message = read_encrypted_extensions(body);
  if (!message) return tl::unexpected(message.error());
  answer.extensions.insert(answer.extensions.end(), message->extensions.begin(), message->extensions.end());
  answer.alpn = message->alpn;
  return {};
}

// RFC 8446 section 4.4.3.
Result<void> take_certificate_verify(ByteView body, ServerAnswer& answer) {
  ByteReader reader(body);
  const SignatureScheme scheme{reader.u16()};
  reader.u16_block();  // signature
  if (!reader.done()) return fail(ErrorCode::malformed, "CertificateVerify has a wrong length");
  answer.scheme = scheme;
  answer.flight_complete = true;
  return {};
}

Result<void> unexpected_message(HandshakeType type, Version version) {
  return fail(ErrorCode::malformed, fmt::format("a server's flight of {} has no handshake message {}", name(version),
                                                static_cast<int>(type)));
}

Result<void> take_tls13(const HandshakeMessage& message, ServerAnswer& answer) {
  switch (message.type) {
    case HandshakeType::encrypted_extensions:
      return take_encrypted_extensions(message.body, answer);
    case HandshakeType::certificate_request:
      return take_certificate_request(message.body, answer);
    case HandshakeType::certificate:
      return take_certificate(message.body, answer);
    case HandshakeType::compressed_certificate:
      return take_compressed_certificate(message.body, answer);
    case HandshakeType::certificate_verify:
      return take_certificate_verify(message.body, answer);
    case HandshakeType::finished:
      answer.flight_complete = true;
      return {};
    case HandshakeType::client_hello:
    case HandshakeType::server_hello:
      return unexpected_message(message.type, answer.version);
    default:
      return {};
  }
}

Result<void> take_legacy(const HandshakeMessage& message, ServerAnswer& answer) {
  switch (message.type) {
    case HandshakeType::certificate:
      return take_certificate(message.body, answer);
    case HandshakeType::server_key_exchange:
      return take_server_key_exchange(message.body, answer);
    case HandshakeType::certificate_request:
      return take_certificate_request(message.body, answer);
    case HandshakeType::certificate_status:
      answer.ocsp_staple = !message.body.empty();
      return {};
    case HandshakeType::server_hello_done:
      if (!message.body.empty()) return fail(ErrorCode::malformed, "ServerHelloDone has a body");
      answer.flight_complete = true;
      return {};
    case HandshakeType::client_hello:
    case HandshakeType::server_hello:
    case HandshakeType::finished:
      return unexpected_message(message.type, answer.version);
    default:
      return {};
  }
}

}  // namespace

Result<void> take_flight_message(const HandshakeMessage& message, ServerAnswer& answer) {
  return answer.version >= kTls13 ? take_tls13(message, answer) : take_legacy(message, answer);
}

}  // namespace ucready::tls
