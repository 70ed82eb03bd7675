// Cuts a stream into TLS records without copying those that are whole in what is fed.
#pragma once

#include <algorithm>
#include <cstdint>

#include "core/bytes.h"
#include "tls/record.h"

namespace ucready::passive {

struct SeenRecord {
  tls::ContentType type{};
  tls::Version version;
  std::size_t length = 0;  // Of the body as the header says it.
  ByteView header;
  ByteView body;  // Empty where it was not wanted.
};

class RecordCutter {
 public:
  // `wants_body(type)`: whether the record must be read; else it is told as soon as its header is there and its body
  // passed over. `take(record)` returns false to stop. False from here: no more records, by wish or for good.
  template <typename WantsBody, typename Take>
  bool feed(ByteView bytes, WantsBody&& wants_body, Take&& take) {
    for (;;) {
      if (skip_ > 0) {
        if (bytes.empty()) return true;
        const std::size_t passed = std::min(skip_, bytes.size());
        skip_ -= passed;
        bytes = bytes.subspan(passed);
        continue;
      }
      const ByteView front = partial_.empty() ? bytes : ByteView(partial_);
      if (front.empty()) return true;
      if (front.size() < tls::kRecordHeaderBytes) {
        if (bytes.empty()) return true;
        append(bytes, tls::kRecordHeaderBytes);
        continue;
      }
      SeenRecord record;
      if (!read_header(front, record)) return false;
      if (!wants_body(record.type)) {
        skip_ = record.length;
        record.header = front.first(tls::kRecordHeaderBytes);
        if (partial_.empty()) bytes = bytes.subspan(tls::kRecordHeaderBytes);
        const bool more = take(record);
        partial_.clear();
        if (!more) return false;
        continue;
      }
      const std::size_t whole = tls::kRecordHeaderBytes + record.length;
      if (front.size() < whole) {
        if (bytes.empty()) return true;
        append(bytes, whole);
        continue;
      }
      record.header = front.first(tls::kRecordHeaderBytes);
      record.body = front.subspan(tls::kRecordHeaderBytes, record.length);
      if (partial_.empty()) bytes = bytes.subspan(whole);
      const bool more = take(record);
      partial_.clear();
      if (!more) return false;
    }
  }

  // What there is of a record whose rest will not come, with as much body as there is; then begins anew.
  template <typename Take>
  void give_up(Take&& take) {
    SeenRecord record;
    if (partial_.size() > tls::kRecordHeaderBytes && read_header(partial_, record)) {
      record.header = ByteView(partial_).first(tls::kRecordHeaderBytes);
      record.body = ByteView(partial_).subspan(tls::kRecordHeaderBytes);
      take(record);
    }
    *this = {};
  }
  // What was fed ended with a record.
  [[nodiscard]] bool between_records() const { return partial_.empty() && skip_ == 0; }
  [[nodiscard]] std::size_t memory() const { return partial_.capacity(); }

 private:
  // Fills the partial record up to `whole` bytes.
  void append(ByteView& bytes, std::size_t whole) {
    const std::size_t taken = std::min(whole - partial_.size(), bytes.size());
    const ByteView part = bytes.first(taken);
    partial_.insert(partial_.end(), part.begin(), part.end());
    bytes = bytes.subspan(taken);
  }

  static bool read_header(ByteView front, SeenRecord& record) {
    ByteReader reader(front);
    const std::uint8_t type = reader.u8();
    record.type = static_cast<tls::ContentType>(type);
    record.version = tls::Version{reader.u16()};
    record.length = reader.u16();
    return type >= 20 && type <= 24 && record.version.value >> 8U == 3 && record.length <= tls::kMostRecordBytes;
  }

  Bytes partial_;  // Of a record whose rest is awaited; then bytes are only ever appended to it.
  std::size_t skip_ = 0;
};

// The same for the handshake messages in records.
class MessageCutter {
 public:
  static constexpr std::size_t kMostMessageBytes = 128 * 1024;
  static constexpr std::size_t kHeaderBytes = 4;

  // `take(type, whole)`: a message with its header. False: a message is longer than the bound.
  template <typename Take>
  bool feed(ByteView bytes, Take&& take) {
    if (!partial_.empty()) {
      partial_.insert(partial_.end(), bytes.begin(), bytes.end());
      const Bytes held = std::move(partial_);
      partial_.clear();
      return cut(held, take);
    }
    return cut(bytes, take);
  }
  [[nodiscard]] std::size_t memory() const { return partial_.capacity(); }

 private:
  template <typename Take>
  bool cut(ByteView bytes, Take&& take) {
    while (bytes.size() >= kHeaderBytes) {
      ByteReader reader(bytes);
      const std::uint8_t type = reader.u8();
      const std::size_t whole = kHeaderBytes + reader.u24();
      if (whole > kMostMessageBytes) return false;
      if (bytes.size() < whole) break;
      take(type, bytes.first(whole));
      bytes = bytes.subspan(whole);
    }
    partial_.assign(bytes.begin(), bytes.end());
    return true;
  }

  Bytes partial_;
};

}  // namespace ucready::passive
