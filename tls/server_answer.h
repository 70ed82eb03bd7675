// What a server said to one ClientHello.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/bytes.h"
#include "tls/code_points.h"
#include "tls/session.h"

namespace ucready::tls {

// RFC 5246 section 7.4.4; RFC 8446 section 4.3.2.
struct CertificateRequest {
  std::vector<std::uint8_t> certificate_types;          // Up to TLSv1.2.
  std::vector<SignatureScheme> signature_schemes;       // TLSv1.2 and up; of 1.3 extension 13.
  std::vector<SignatureScheme> signature_schemes_cert;  // TLSv1.3 extension 50.
  std::vector<Bytes> authorities;  // Distinguished names, DER, as sent; empty = any. At most 256 kept.

  bool operator==(const CertificateRequest&) const = default;
};

struct ServerAnswer {
  enum class End {
    open,       // More may come.
    read,       // All that was asked for is known.
    alert,      // A fatal alert ended it.
    not_tls,    // The first bytes are no TLS record; see `not_tls`.
    malformed,  // TLS at first, then bytes that do not follow the format; see `defect`.
    too_long,   // A bound was passed.
  };
  End end = End::open;

  bool hello = false;        // A real ServerHello was read (a HelloRetryRequest is none).
  bool hello_retry = false;  // A HelloRetryRequest came.
  Version version;           // Negotiated; from supported_versions where present.
  CipherSuite suite;
  std::optional<Group> group;             // From key_share or ServerKeyExchange.
  std::optional<SignatureScheme> scheme;  // From ServerKeyExchange (1.2) or CertificateVerify (1.3).
  std::optional<int> dh_bits;             // Of a DHE prime.
  std::vector<ExtensionType> extensions;  // Of ServerHello and EncryptedExtensions, in wire order.
  std::string alpn;
  std::vector<Bytes> certificates;  // DER, leaf first, as sent. At most 32 of at most 64 kB.
  bool ocsp_staple = false;         // A CertificateStatus came, or status_request at the leaf's entry (TLSv1.3).
  bool scts = false;                // signed_certificate_timestamp, wherever the version puts it.
  bool certificate_seen = false;    // A Certificate message was read, even if it held none.
  std::optional<CertificateRequest> certificate_request;
  std::optional<Alert> alert;     // The first fatal one.
  std::vector<Alert> warnings;    // Warning-level alerts that were passed over. At most 8 kept.
  bool flight_complete = false;   // ServerHelloDone was read, or in TLSv1.3 the server's Finished (or all up to and
                                  // including its CertificateVerify).
  bool encrypted_unread = false;  // TLSv1.3 records came that could not be opened (a group or suite without code).
  std::string compressed_unread;  // Why a certificate that came compressed (RFC 8879) could not be read; else empty.
  bool finished = false;          // Asked to finish, and the server's Finished proved that both ends hold the keys.
  bool resumed = false;           // So it did for the session that the hello offered.
  std::shared_ptr<const Session> session;  // Given at the end of a finished handshake.
  std::string not_tls;                     // The first bytes of an answer that is no TLS, at most 256.
  std::string defect;                      // Why it is malformed.
  Bytes flight;  // The answer as records in clear (encrypted ones opened and re-wrapped), at most 32 kB.

  bool operator==(const ServerAnswer&) const = default;
};

}  // namespace ucready::tls
