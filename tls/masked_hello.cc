#include "tls/masked_hello.h"

#include "tls/extension.h"
#include "tls/handshake.h"
#include "tls/recorded_hello.h"

namespace ucready::tls {
namespace {

constexpr std::size_t kHeaderBytes = 4;
constexpr std::size_t kRandomBytes = 32;

void write_zeros(ByteWriter& out, std::size_t count) { out.bytes(Bytes(count, 0)); }

// Only the groups stay. It was read before: it is whole.
void write_shares(ByteWriter& out, ByteView content) {
  ByteReader reader(content);
  ByteReader shares(reader.u16_block());
  out.u16_block([&] {
    while (!shares.empty()) {
      out.u16(shares.u16());
      const std::size_t share_bytes = shares.u16_block().size();
      out.u16_block([&] { write_zeros(out, share_bytes); });
    }
  });
}

void write_name(ByteWriter& out, ByteView content) {
  ByteReader reader(content);
  ByteReader names(reader.u16_block());
  out.u16_block([&] {
    while (!names.empty()) {
      out.u8(names.u8());
      const std::size_t name_bytes = names.u16_block().size();
      out.u16_block([&] { out.bytes(Bytes(name_bytes, 'x')); });
    }
  });
}

void write_content(ByteWriter& out, ExtensionType type, ByteView content) {
  if (type == extension::kServerName) return write_name(out, content);
  if (type == extension::kKeyShare) return write_shares(out, content);
  const bool of_a_session =
      type == extension::kSessionTicket || type == extension::kPreSharedKey || type == extension::kCookie;
  if (of_a_session) return write_zeros(out, content.size());
  out.bytes(content);
}

Bytes mask_sslv2(ByteView record) {
  constexpr std::size_t kFixedBytes = 9;  // msg_type, version and three lengths.
  ByteReader reader(record);
  reader.bytes(3);
  const std::size_t kept = kFixedBytes + reader.u16();
  Bytes masked(record.begin(), record.end());
  for (std::size_t i = kept; i < masked.size(); ++i) masked[i] = 0;  // session_id, challenge
  return masked;
}

}  // namespace

Result<Bytes> masked_hello(ByteView message) {
  if (const auto offer = offer_of_recording(message, ""); !offer) return tl::unexpected<Error>(offer.error());
  if (is_sslv2_form(message)) return mask_sslv2(message);
  ByteReader reader(message.subspan(kHeaderBytes));
  ByteWriter out;
  write_handshake(out, HandshakeType::client_hello, [&] {
    out.u16(reader.u16());  // legacy_version
    reader.bytes(kRandomBytes);
    write_zeros(out, kRandomBytes);
    const std::size_t session_id_bytes = reader.u8_block().size();
    out.u8_block([&] { write_zeros(out, session_id_bytes); });
    const ByteView suites = reader.u16_block();
    out.u16_block([&] { out.bytes(suites); });
    const ByteView compressions = reader.u8_block();
    out.u8_block([&] { out.bytes(compressions); });
    if (reader.empty()) return;
    const ByteView extensions = reader.u16_block();
    out.u16_block([&] {
      static_cast<void>(for_each_extension(extensions, [&](ExtensionType type, ByteView content) {
        write_extension(out, type, [&] { write_content(out, type, content); });
      }));
    });
  });
  return out.take();
}

}  // namespace ucready::tls
