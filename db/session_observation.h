// What a capture saw of one TLS connection attempt, as plain values. The passive room makes it, the database keeps it.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/bytes.h"
#include "core/certificate.h"
#include "core/ip_address.h"
#include "tls/code_points.h"

namespace ucready::db {

// What one kind of client offers: the fields of its first ClientHello that do not change from connection to connection.
// Made once for each distinct offer and shared from then on.
struct ClientOffer {
  std::string offer_id;  // SHA-256, hex, of what docs/database.md lists.
  Bytes hello;           // The handshake message as it was first seen, at most 64 kB.
  // Lists in wire order, comma-separated, as v_client_offer shows them. GREASE values (RFC 8701) are left out.
  std::string versions;
  std::string ciphers;
  std::string groups;
  std::string signature_schemes;
  std::string signature_schemes_cert;
  std::string alpn;
  std::string extensions;
  std::string ja3;
  std::string ja4;
  tls::Version highest;  // That it offers.
};
using ClientOfferPtr = std::shared_ptr<const ClientOffer>;

enum class SessionSide : std::uint8_t { client, server };  // As text in v_session.alert_by.

// Columns of v_session whose value was inferred from record sizes (TLS 1.3), as bits of SessionObservation::inferred.
enum InferredColumn : std::uint8_t {
  kInferredServerKeyType = 1,
  kInferredEstablished = 2,
  kInferredAlertBy = 4,
  kInferredClientCertificateRequested = 8,
};
std::string inferred_text(std::uint8_t bits);  // "server_key_type,established"; empty for none.

struct SessionObservation {
  std::uint32_t source = 0;     // As RunWriter::begin_source numbered it.
  std::int64_t started_ns = 0;  // Since 1970, of the first segment seen of the connection.
  Endpoint client;              // Who sent the ClientHello; where none was seen, who did not send the ServerHello.
  Endpoint server;
  std::string_view protocol = "tls";  // What a prelude showed (smtp, imap, xmpp-client, ...), else tls. A literal.
  std::string server_name;            // As the ClientHello says it.
  std::optional<tls::Version> version;
  std::optional<tls::CipherSuite> suite;
  std::optional<tls::Group> group;
  std::optional<tls::SignatureScheme> scheme;  // Of the server's signature.
  std::string_view server_key_type;            // rsa, rsa-pss, ecdsa, ed25519, ...; empty = not known. A literal.
  std::vector<CertificatePtr> server_chain;    // Leaf first; empty = none was read.
  std::vector<CertificatePtr> client_chain;
  std::optional<bool> client_certificate_requested;
  std::optional<bool> client_certificate_sent;  // False: the client answered the request with an empty Certificate.
  std::optional<bool> resumed;
  std::optional<bool> established;
  std::optional<SessionSide> alert_by;  // Of the first fatal alert.
  std::optional<tls::Alert> alert;      // Nothing where it was encrypted.
  std::uint8_t inferred = 0;            // InferredColumn bits.
  bool hello_retry = false;
  std::string ja3s;
  ClientOfferPtr offer;  // nullptr: no ClientHello was seen.
};

}  // namespace ucready::db
