#include "tls/record.h"

#include <algorithm>
#include <array>

namespace ucready::tls {
namespace {

constexpr std::uint8_t kSslv2LongHeader = 0x80;  // Two bytes of header, no padding.
constexpr std::uint8_t kSslv2ClientHello = 1;
constexpr std::array<std::uint8_t, 1> kChangeCipherSpec = {1};  // RFC 5246 section 7.1.

bool may_start(Sender sender, std::uint8_t type) {
  const ContentType content{type};
  if (content == ContentType::handshake) return true;
  return sender == Sender::server && content == ContentType::alert;
}

bool may_follow(std::uint8_t type) {
  return type >= static_cast<std::uint8_t>(ContentType::change_cipher_spec) &&
         type <= static_cast<std::uint8_t>(ContentType::heartbeat);
}

}  // namespace

void RecordReader::feed(ByteView bytes) {
  // The front is given back only when it outweighs the rest, so that each byte is moved at most once on average.
  if (taken_ == buffer_.size()) {
    buffer_.clear();
    taken_ = 0;
  } else if (taken_ > buffer_.size() - taken_) {
    buffer_.erase(buffer_.begin(), buffer_.begin() + static_cast<std::ptrdiff_t>(taken_));
    taken_ = 0;
  }
  append(buffer_, bytes);
}

ByteView RecordReader::pending() const { return ByteView(buffer_).subspan(taken_); }

RecordReader::State RecordReader::refuse() {
  final_ = any_record_ ? State::malformed : State::not_tls;
  return *final_;
}

RecordReader::State RecordReader::next(Record& record) {
  if (final_) return *final_;
  const ByteView bytes = pending();
  if (bytes.empty()) return State::needs_more;

  const bool sslv2_possible = sender_ == Sender::client && !any_record_ && (bytes.front() & kSslv2LongHeader) != 0;
  if (sslv2_possible) return next_sslv2(record);

  // Each byte is judged as soon as it is there: what speaks another protocol is not waited for.
  ByteReader reader(bytes);
  const std::uint8_t type = reader.u8();
  if (!(any_record_ ? may_follow(type) : may_start(sender_, type))) return refuse();
  const std::uint8_t major = reader.u8();
  if (reader.ok() && major != kTls10.value >> 8) return refuse();
  const std::uint8_t minor = reader.u8();
  const std::uint16_t length = reader.u16();
  if (!reader.ok()) return State::needs_more;
  if (length > kMostRecordBytes) return refuse();
  const ByteView body = reader.bytes(length);
  if (!reader.ok()) return State::needs_more;

  any_record_ = true;
  taken_ += kRecordHeaderBytes + length;
  record = {ContentType{type}, Version{static_cast<std::uint16_t>(major << 8 | minor)}, bytes.first(kRecordHeaderBytes),
            body};
  return State::record;
}

RecordReader::State RecordReader::next_sslv2(Record& record) {
  const ByteView bytes = pending();
  ByteReader reader(bytes);
  const std::size_t length = reader.u16() & 0x7fffU;
  const std::uint8_t message = reader.u8();
  if (reader.ok() && message != kSslv2ClientHello) return refuse();
  const Version version{reader.u16()};
  if (!reader.ok()) return State::needs_more;
  constexpr std::size_t kVersionEnd = 3;
  if (length < kVersionEnd || (version != kSslv2 && version.value >> 8 != kTls10.value >> 8)) return refuse();

  ByteReader whole(bytes.subspan(2));
  const ByteView body = whole.bytes(length);
  if (!whole.ok()) return State::needs_more;
  any_record_ = true;
  taken_ += 2 + length;
  record = {ContentType::sslv2_client_hello, version, {}, body};
  return State::record;
}

void write_records(ByteWriter& out, ContentType type, Version version, ByteView content) {
  do {
    const ByteView fragment = content.first(std::min(content.size(), kMostPlaintextBytes));
    content = content.subspan(fragment.size());
    out.u8(static_cast<std::uint8_t>(type));
    out.u16(version.value);
    out.u16_block([&] { out.bytes(fragment); });
  } while (!content.empty());
}

bool is_change_cipher_spec(const Record& record) {
  return record.type == ContentType::change_cipher_spec && std::ranges::equal(record.body, kChangeCipherSpec);
}

void write_change_cipher_spec(ByteWriter& out) {
  write_records(out, ContentType::change_cipher_spec, kTls12, kChangeCipherSpec);
}

}  // namespace ucready::tls
