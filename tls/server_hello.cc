#include "tls/server_hello.h"

#include <fmt/format.h>

#include <algorithm>

#include "tls/alpn.h"
#include "tls/extension.h"

namespace ucready::tls {
namespace {

// SHA-256 of "HelloRetryRequest" (RFC 8446 section 4.1.3).
constexpr std::array<std::uint8_t, 32> kRetryRandom = {0xcf, 0x21, 0xad, 0x74, 0xe5, 0x9a, 0x61, 0x11, 0xbe, 0x1d, 0x8c,
                                                       0x02, 0x1e, 0x65, 0xb8, 0x91, 0xc2, 0xa2, 0x11, 0x16, 0x7a, 0xbb,
                                                       0x8c, 0x5e, 0x07, 0x9e, 0x09, 0xe2, 0xc8, 0xa8, 0x33, 0x9c};

// Drafts of TLS 1.3 up to the 21st: neither session id nor compression.
bool is_early_draft(Version legacy_version) { return legacy_version.value >> 8U == 0x7f; }

bool read_content(ExtensionType type, ByteView content, ServerHello& hello) {
  ByteReader reader(content);
  if (type == extension::kSupportedVersions) {
    hello.version = Version{reader.u16()};
  } else if (type == extension::kKeyShare) {
    hello.group = Group{reader.u16()};
    if (!hello.retry) {
      const ByteView share = reader.u16_block();
      hello.share.assign(share.begin(), share.end());
    }
  } else if (type == extension::kCookie) {
    const ByteView cookie = reader.u16_block();
    hello.cookie.assign(cookie.begin(), cookie.end());
  } else if (type == extension::kAlpn) {
    return read_selected_alpn(content, hello.alpn);
  } else {
    return true;
  }
  return reader.done();
}

}  // namespace

Result<ServerHello> read_server_hello(ByteView body) {
  ByteReader reader(body);
  ServerHello hello;
  hello.legacy_version = hello.version = Version{reader.u16()};
  const ByteView random = reader.bytes(hello.random.size());
  std::ranges::copy(random, hello.random.begin());
  const bool early_draft = is_early_draft(hello.legacy_version);
  const ByteView session_id = early_draft ? ByteView() : reader.u8_block();
  hello.session_id.assign(session_id.begin(), session_id.end());
  hello.suite = CipherSuite{reader.u16()};
  hello.compression = early_draft ? 0 : reader.u8();
  if (!reader.ok()) return fail(ErrorCode::malformed, "ServerHello is cut short");
  hello.retry = hello.legacy_version == kTls12 && hello.random == kRetryRandom;
  if (reader.empty()) return hello;

  const ByteView block = reader.u16_block();
  std::optional<ExtensionType> unreadable;
  const bool whole = for_each_extension(block, [&](ExtensionType type, ByteView content) {
    hello.extensions.push_back(type);
    if (!read_content(type, content, hello)) unreadable = type;
  });
  if (!reader.ok() || !whole) return fail(ErrorCode::malformed, "ServerHello's extensions are cut short");
  if (!reader.empty()) return fail(ErrorCode::malformed, "ServerHello goes on after its extensions");
  if (unreadable) return fail(ErrorCode::malformed, fmt::format("ServerHello's {} cannot be read", name(*unreadable)));
  return hello;
}

}  // namespace ucready::tls
