#include <algorithm>

#include "tls/client_hello.h"
#include "tls/extension.h"

namespace ucready::tls {
namespace {

constexpr std::size_t kRandomBytes = 32;

Bytes copy(ByteView bytes) { return {bytes.begin(), bytes.end()}; }

// RFC 6066 section 3: a list of typed names, of which only host_name (0) exists.
bool read_server_name(ByteReader& reader, ClientHello& hello) {
  ByteReader names(reader.u16_block());
  while (!names.empty()) {
    const std::uint8_t type = names.u8();
    const ByteView name = names.u16_block();
    if (type == 0 && hello.server_name.empty()) hello.server_name = as_text(name);
  }
  return names.ok();
}

bool read_alpn(ByteReader& reader, ClientHello& hello) {
  ByteReader names(reader.u16_block());
  while (!names.empty()) {
    const ByteView name = names.u8_block();
    if (names.ok()) hello.alpn.emplace_back(as_text(name));
  }
  return names.ok();
}

bool read_key_shares(ByteReader& reader, ClientHello& hello) {
  ByteReader shares(reader.u16_block());
  while (!shares.empty()) {
    const Group group{shares.u16()};
    shares.u16_block();  // key_exchange
    if (shares.ok()) hello.key_shares.push_back(group);
  }
  return shares.ok();
}

template <typename Point>
bool read_list(ByteView block, std::vector<Point>& points) {
  ByteReader reader(block);
  points = read_points<Point>(reader);
  return reader.ok();
}

bool read_content(ExtensionType type, ByteView content, ClientHello& hello) {
  ByteReader reader(content);
  bool good = true;
  if (type == extension::kServerName) {
    good = read_server_name(reader, hello);
  } else if (type == extension::kSupportedGroups) {
    good = read_list(reader.u16_block(), hello.groups);
  } else if (type == extension::kEcPointFormats) {
    hello.point_formats = copy(reader.u8_block());
  } else if (type == extension::kSignatureAlgorithms) {
    good = read_list(reader.u16_block(), hello.schemes);
  } else if (type == extension::kSignatureAlgorithmsCert) {
    good = read_list(reader.u16_block(), hello.schemes_cert);
  } else if (type == extension::kAlpn) {
    good = read_alpn(reader, hello);
  } else if (type == extension::kSupportedVersions) {
    good = read_list(reader.u8_block(), hello.versions);
  } else if (type == extension::kKeyShare) {
    good = read_key_shares(reader, hello);
  } else if (type == extension::kPskKeyExchangeModes) {
    hello.psk_modes = copy(reader.u8_block());
  } else if (type == extension::kCookie) {
    hello.cookie = copy(reader.u16_block());
  } else if (type == extension::kSessionTicket) {
    hello.session_ticket_bytes = reader.rest().size();
  } else {
    reader.rest();
  }
  return good && reader.done();
}

}  // namespace

bool ClientHello::has(ExtensionType type) const { return std::ranges::find(extensions, type) != extensions.end(); }

Version ClientHello::highest_version() const {
  Version highest{};
  for (const Version version : versions) {
    if (!is_grease(version.value)) highest = std::max(highest, version);
  }
  return highest == Version{} ? legacy_version : highest;
}

Result<ClientHello> read_client_hello(ByteView body) {
  ByteReader reader(body);
  ClientHello hello;
  hello.legacy_version = Version{reader.u16()};
  hello.random = copy(reader.bytes(kRandomBytes));
  hello.session_id = copy(reader.u8_block());
  const bool whole_suites = read_list(reader.u16_block(), hello.suites);
  hello.compressions = copy(reader.u8_block());
  if (!reader.ok()) return fail(ErrorCode::malformed, "ClientHello is cut short");
  if (!whole_suites) return fail(ErrorCode::malformed, "ClientHello has half a cipher suite");
  if (reader.empty()) return hello;  // Extensions came with TLS 1.0 (RFC 3546) and stayed optional to TLS 1.2.

  const ByteView block = reader.u16_block();
  const bool whole_extensions = for_each_extension(block, [&](ExtensionType type, ByteView content) {
    hello.extensions.push_back(type);
    if (!read_content(type, content, hello)) hello.unreadable.push_back(type);
  });
  if (!reader.ok() || !whole_extensions) return fail(ErrorCode::malformed, "ClientHello's extensions are cut short");
  if (!reader.empty()) return fail(ErrorCode::malformed, "ClientHello goes on after its extensions");
  return hello;
}

Result<ClientHello> read_sslv2_client_hello(ByteView record) {
  ByteReader reader(record);
  reader.u8();  // msg_type
  ClientHello hello;
  hello.sslv2_form = true;
  hello.legacy_version = Version{reader.u16()};
  const std::uint16_t suites_bytes = reader.u16();
  const std::uint16_t session_id_bytes = reader.u16();
  const std::uint16_t challenge_bytes = reader.u16();
  ByteReader suites(reader.bytes(suites_bytes));
  hello.session_id = copy(reader.bytes(session_id_bytes));
  hello.random = copy(reader.bytes(challenge_bytes));
  if (!reader.ok()) return fail(ErrorCode::malformed, "SSLv2 ClientHello is cut short");
  while (!suites.empty()) {
    const std::uint32_t suite = suites.u24();
    if (suites.ok() && suite <= 0xffff) hello.suites.push_back(CipherSuite{static_cast<std::uint16_t>(suite)});
  }
  if (!suites.ok()) return fail(ErrorCode::malformed, "SSLv2 ClientHello has part of a cipher suite");
  return hello;
}

}  // namespace ucready::tls
