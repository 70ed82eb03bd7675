#include "tls/recorded_hello.h"

#include <fmt/format.h>

#include <algorithm>

#include "tls/extension.h"
#include "tls/handshake.h"

namespace ucready::tls {
namespace {

constexpr std::size_t kHeaderBytes = 4;
constexpr std::size_t kRandomBytes = 32;
constexpr ExtensionType kEarlyData{42};  // RFC 8446 section 4.2.10.
constexpr std::uint8_t kHostName = 0;

ByteView body_of(ByteView message) { return message.subspan(kHeaderBytes); }

bool is_whole(ByteView message) {
  ByteReader reader(message);
  const bool client_hello = reader.u8() == static_cast<std::uint8_t>(HandshakeType::client_hello);
  const std::uint32_t length = reader.u24();
  return client_hello && reader.ok() && length == reader.remaining();
}

// Those that can be negotiated, highest first. A hello that lists none names its highest alone (RFC 5246 appendix E.1).
std::vector<Version> versions_of(const ClientHello& hello) {
  std::vector<Version> versions = hello.versions;
  if (versions.empty()) versions = {std::min(hello.legacy_version, kTls12)};
  std::erase_if(versions, [](Version version) { return version < kSslv3 || version > kTls13; });
  std::ranges::sort(versions, std::greater{});
  return versions;
}

// What is written anew must have been read.
bool can_be_rewritten(const ClientHello& hello) {
  return std::ranges::none_of(hello.unreadable, [](ExtensionType type) {
    return type == extension::kKeyShare || type == extension::kSupportedVersions || type == extension::kServerName;
  });
}

ByteView part(const std::array<std::uint8_t, 32>& bytes, std::size_t size) {
  return ByteView(bytes).first(std::min(size, bytes.size()));
}

void write_server_name(ByteWriter& out, const std::string& name) {
  if (name.empty()) return;
  write_extension(out, extension::kServerName, [&] {
    out.u16_block([&] {
      out.u8(kHostName);
      out.u16_block([&] { out.text(name); });
    });
  });
}

void write_share(ByteWriter& out, Group group, ByteView share) {
  out.u16(group.value);
  out.u16_block([&] { out.bytes(share); });
}

// RFC 8446 section 4.2.8: after a HelloRetryRequest the share that it asked for stands alone.
void write_key_shares(ByteWriter& out, ByteView recorded, const HelloParts& parts) {
  write_extension(out, extension::kKeyShare, [&] {
    out.u16_block([&] {
      if (parts.only_these_shares) {
        for (const KeyShareEntry& entry : parts.key_shares) write_share(out, entry.group, entry.share);
        return;
      }
      ByteReader content(recorded);
      ByteReader shares(content.u16_block());
      while (!shares.empty()) {
        const Group group{shares.u16()};
        const ByteView seen = shares.u16_block();
        const auto own = std::ranges::find(parts.key_shares, group, &KeyShareEntry::group);
        write_share(out, group, own == parts.key_shares.end() ? seen : own->share);
      }
    });
  });
}

void write_extensions(ByteWriter& out, ByteView block, const HelloOffer& offer, const HelloParts& parts) {
  const bool whole = for_each_extension(block, [&](ExtensionType type, ByteView content) {
    if (type == extension::kPreSharedKey || type == kEarlyData || type == extension::kCookie) return;
    if (type == extension::kServerName) return write_server_name(out, offer.server_name);
    if (type == extension::kKeyShare) return write_key_shares(out, content, parts);
    write_extension(out, type, [&] {
      if (type != extension::kSessionTicket) out.bytes(content);
    });
  });
  if (!whole || parts.cookie.empty()) return;  // A recording was read before; it is whole.
  write_extension(out, extension::kCookie, [&] { out.u16_block([&] { out.bytes(parts.cookie); }); });
}

Bytes write_sslv2(ByteView record, const HelloParts& parts) {
  ByteReader reader(record);
  ByteWriter out;
  out.u8(reader.u8());    // msg_type
  out.u16(reader.u16());  // version
  const std::uint16_t suites_bytes = reader.u16();
  const std::uint16_t session_id_bytes = reader.u16();
  const std::uint16_t challenge_bytes = reader.u16();
  const ByteView suites = reader.bytes(suites_bytes);
  out.u16(suites_bytes);
  out.u16(static_cast<std::uint16_t>(part(parts.session_id, session_id_bytes).size()));
  out.u16(static_cast<std::uint16_t>(part(parts.random, challenge_bytes).size()));
  out.bytes(suites);
  out.bytes(part(parts.session_id, session_id_bytes));
  out.bytes(part(parts.random, challenge_bytes));
  return out.take();
}

}  // namespace

// The two share their first byte. In the other form the next three are a length, which the version of a record would
// put above 196,608.
bool is_sslv2_form(ByteView message) { return !is_whole(message); }

bool names_server(const HelloOffer& offer) {
  if (is_sslv2_form(offer.recorded)) return false;
  const auto hello = read_client_hello(body_of(offer.recorded));
  return hello && hello->has(extension::kServerName);
}

Result<HelloOffer> offer_of_recording(ByteView message, const std::string& server_name) {
  if (message.size() > kLongestRecordedHello) {
    return fail(ErrorCode::too_large,
                fmt::format("the hello has {} bytes; up to {} are sent again", message.size(), kLongestRecordedHello));
  }
  if (server_name.size() > kLongestServerName) {
    return fail(ErrorCode::too_large, fmt::format("the server's name has {} bytes", server_name.size()));
  }
  const bool sslv2 = is_sslv2_form(message);
  const auto hello = sslv2 ? read_sslv2_client_hello(message) : read_client_hello(body_of(message));
  if (!hello) return tl::unexpected<Error>(hello.error());
  HelloOffer offer;
  offer.versions = versions_of(*hello);
  if (offer.versions.empty()) {
    return fail(ErrorCode::unsupported, fmt::format("the hello offers {} alone", name(hello->highest_version())));
  }
  if (!can_be_rewritten(*hello)) {
    return fail(ErrorCode::malformed, "the hello's versions, key shares or server name cannot be read");
  }
  offer.suites = hello->suites;
  offer.groups = hello->groups;
  offer.schemes = hello->schemes;
  offer.schemes_cert = hello->schemes_cert;
  offer.key_shares = hello->key_shares;
  offer.alpn = hello->alpn;
  if (hello->has(extension::kServerName)) offer.server_name = server_name;
  offer.recorded.assign(message.begin(), message.end());
  return offer;
}

Bytes write_recorded_hello(const HelloOffer& offer, const HelloParts& parts) {
  if (is_sslv2_form(offer.recorded)) return write_sslv2(offer.recorded, parts);
  ByteReader reader(body_of(offer.recorded));
  ByteWriter out;
  write_handshake(out, HandshakeType::client_hello, [&] {
    out.u16(reader.u16());  // legacy_version
    reader.bytes(kRandomBytes);
    out.bytes(parts.random);
    const std::size_t session_id_bytes = reader.u8_block().size();
    out.u8_block([&] { out.bytes(part(parts.session_id, session_id_bytes)); });
    const ByteView suites = reader.u16_block();
    out.u16_block([&] { out.bytes(suites); });
    const ByteView compressions = reader.u8_block();
    out.u8_block([&] { out.bytes(compressions); });
    if (reader.empty()) return;  // No extensions.
    const ByteView extensions = reader.u16_block();
    out.u16_block([&] { write_extensions(out, extensions, offer, parts); });
  });
  return out.take();
}

}  // namespace ucready::tls
