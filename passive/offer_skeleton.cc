#include "passive/offer_skeleton.h"

#include "tls/code_points.h"

namespace ucready::passive {
namespace {

constexpr std::uint16_t kServerName = 0, kSupportedGroups = 10, kSignatureAlgorithms = 13, kPadding = 21,
                        kSessionTicket = 35, kPreSharedKey = 41, kEarlyData = 42, kSupportedVersions = 43, kCookie = 44,
                        kSignatureAlgorithmsCert = 50, kKeyShare = 51, kEncryptedClientHello = 0xfe0d;
constexpr std::uint16_t kGrease = 0x0a0a;

void put16(Bytes& out, std::uint16_t value) {
  out.push_back(static_cast<std::uint8_t>(value >> 8U));
  out.push_back(static_cast<std::uint8_t>(value));
}

void put_number(Bytes& out, std::uint16_t value) { put16(out, tls::is_grease(value) ? kGrease : value); }

void put_bytes(Bytes& out, ByteView bytes) { out.insert(out.end(), bytes.begin(), bytes.end()); }

void put_numbers(Bytes& out, ByteView list) {
  put16(out, static_cast<std::uint16_t>(list.size()));
  ByteReader reader(list);
  while (reader.remaining() >= 2) put_number(out, reader.u16());
}

void put_key_shares(Bytes& out, ByteView content) {
  ByteReader reader(content);
  ByteReader shares(reader.u16_block());
  while (!shares.empty()) {
    const std::uint16_t group = shares.u16();
    shares.u16_block();  // key_exchange
    if (shares.ok()) put_number(out, group);
  }
}

void put_content(Bytes& out, std::uint16_t type, ByteView content) {
  ByteReader reader(content);
  switch (type) {
    case kServerName:
    case kSessionTicket:
    case kPreSharedKey:
    case kCookie:
    case kPadding:
    case kEarlyData:
    case kEncryptedClientHello:
      return;
    case kKeyShare:
      return put_key_shares(out, content);
    case kSupportedGroups:
    case kSignatureAlgorithms:
    case kSignatureAlgorithmsCert:
      return put_numbers(out, reader.u16_block());
    case kSupportedVersions:
      return put_numbers(out, reader.u8_block());
    default:
      if (!tls::is_grease(type)) put_bytes(out, content);
  }
}

}  // namespace

bool write_offer_skeleton(ByteView hello_body, Bytes& skeleton) {
  skeleton.clear();
  ByteReader reader(hello_body);
  put16(skeleton, reader.u16());  // legacy_version
  reader.bytes(32);               // random
  reader.u8_block();              // session_id
  put_numbers(skeleton, reader.u16_block());
  const ByteView compressions = reader.u8_block();
  skeleton.push_back(static_cast<std::uint8_t>(compressions.size()));
  put_bytes(skeleton, compressions);
  if (!reader.ok()) return false;
  if (reader.empty()) return true;
  ByteReader extensions(reader.u16_block());
  while (!extensions.empty()) {
    const std::uint16_t type = extensions.u16();
    const ByteView content = extensions.u16_block();
    if (!extensions.ok()) return false;
    put_number(skeleton, type);
    const std::size_t length_at = skeleton.size();
    put16(skeleton, 0);
    put_content(skeleton, type, content);
    const std::size_t length = skeleton.size() - length_at - 2;
    skeleton[length_at] = static_cast<std::uint8_t>(length >> 8U);
    skeleton[length_at + 1] = static_cast<std::uint8_t>(length);
  }
  return reader.ok();
}

}  // namespace ucready::passive
