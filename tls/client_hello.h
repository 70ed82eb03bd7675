// ClientHello: RFC 8446 section 4.1.2, RFC 5246 section 7.4.1.2, and its SSLv2 form (RFC 5246 appendix E.2).
#pragma once

#include <array>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "core/bytes.h"
#include "core/result.h"
#include "tls/code_points.h"
#include "tls/hello_offer.h"

namespace ucready::tls {

// All lists in wire order, GREASE and unknown numbers among them.
struct ClientHello {
  Version legacy_version;
  Bytes random;
  Bytes session_id;
  std::vector<CipherSuite> suites;
  std::vector<std::uint8_t> compressions;
  bool sslv2_form = false;

  std::vector<ExtensionType> extensions;
  std::vector<ExtensionType> unreadable;  // Extensions whose own content follows no format; their fields stay empty.
  std::string server_name;
  std::vector<Version> versions;  // supported_versions; empty when absent.
  std::vector<Group> groups;
  std::vector<std::uint8_t> point_formats;
  std::vector<SignatureScheme> schemes;
  std::vector<SignatureScheme> schemes_cert;
  std::vector<std::string> alpn;
  std::vector<Group> key_shares;  // Only the groups.
  std::vector<std::uint8_t> psk_modes;
  Bytes cookie;
  std::size_t session_ticket_bytes = 0;

  bool operator==(const ClientHello&) const = default;
  [[nodiscard]] bool has(ExtensionType type) const;
  // The highest version it offers, GREASE left out.
  [[nodiscard]] Version highest_version() const;
};

// The body of a handshake message, without its header.
Result<ClientHello> read_client_hello(ByteView body);
// An SSLv2 record without its two bytes of header. SSLv2's own three-byte suites are left out.
Result<ClientHello> read_sslv2_client_hello(ByteView record);

struct KeyShareEntry {
  Group group;
  ByteView share;
};

// What an offer leaves open.
struct HelloParts {
  std::array<std::uint8_t, 32> random{};
  std::array<std::uint8_t, 32> session_id{};  // For session_id_of().
  std::span<const KeyShareEntry> key_shares;
  bool only_these_shares = false;  // Of a recorded hello: after a HelloRetryRequest its own shares are left out.
  ByteView cookie;                 // Of a HelloRetryRequest; empty: none.
};

// What stands in the hello's session_id: with TLSv1.3 a random one (RFC 8446 appendix D.4), with a ticket too, so that
// the server's echo tells that it took the ticket (RFC 5077 section 3.4), else the id of the session to resume.
ByteView session_id_of(const HelloOffer& offer, const HelloParts& parts);

// The whole handshake message with its header; of a session to resume in TLSv1.3 the binder is still zeros (psk.h). Its
// length stays out of 256..511 bytes (RFC 7685), save in SSLv3.
Bytes write_client_hello(const HelloOffer& offer, const HelloParts& parts);

}  // namespace ucready::tls
