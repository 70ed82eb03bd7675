#include "passive/handshake.h"

#include <algorithm>

#include "tls/alert.h"
#include "tls/compressed_certificate.h"
#include "tls/extension.h"
#include "tls/server_hello.h"

namespace ucready::passive {

using db::SessionSide;
using tls::ContentType;
using tls::HandshakeType;

namespace {

constexpr std::size_t kMessageHeaderBytes = 4;
constexpr std::uint32_t kMostMessageBytes = 256 * 1024;
constexpr std::size_t kMostBufferedBytes = 128 * 1024;

bool is_known(HandshakeType type) {
  return type <= HandshakeType::server_hello || type == HandshakeType::new_session_ticket ||
         (type >= HandshakeType::certificate && type <= HandshakeType::client_key_exchange) ||
         type == HandshakeType::certificate_status || type == HandshakeType::compressed_certificate;
}

}  // namespace

void Handshake::take(SessionSide side, ByteView bytes) {
  HandshakeSide& from = at(side);
  from.records.feed(bytes);
  while (!done_ && !from.deaf) {
    const auto head = from.records.header();
    if (!head) break;
    ByteReader reader(*head);
    const ContentType type{reader.u8()};
    const std::uint8_t major = reader.u8();
    reader.u8();  // minor
    const std::uint16_t length = reader.u16();
    const bool good = type >= ContentType::change_cipher_spec && type <= ContentType::heartbeat && major == 3 &&
                      length <= tls::kMostRecordBytes;
    if (!good) {  // No record: bytes are missing, or some are not of this stream.
      lost(side);
      from.deaf = true;
      break;
    }
    const RecordHeader header{type, length};
    const std::size_t size = tls::kRecordHeaderBytes + length;
    if (type == ContentType::application_data && !from.opened) {
      from.records.pass(size);
      take_record(side, header, {});
      continue;
    }
    const auto record = from.records.unit(size);
    if (!record) break;
    take_record(side, header, *record);
  }
}

void Handshake::take_sslv2_hello(ByteView record) { take_client_hello(record, true); }

void Handshake::take_record(SessionSide side, RecordHeader header, ByteView record) {
  HandshakeSide& from = at(side);
  switch (header.type) {
    case ContentType::handshake:
      if (from.changed_cipher && !tls13()) return take_finished(side);
      // In TLSv1.3 nothing but the second hello after a retry is in clear, and it stands before any encrypted record.
      if (!take_messages(side, from.messages, record.subspan(tls::kRecordHeaderBytes), false)) {
        lost(side);
        from.deaf = true;
      }
      return;
    case ContentType::alert:
      return take_alert(side, record.subspan(tls::kRecordHeaderBytes));
    case ContentType::change_cipher_spec:
      return take_change_cipher(side);
    case ContentType::application_data:
      return take_encrypted(side, header, record);
    default:
      return;
  }
}

bool Handshake::take_messages(SessionSide side, MessageCutter& messages, ByteView fragment, bool opened) {
  // Behind a gap a fragment may begin in the middle of a message: only what is whole in one record is read.
  const bool whole_only = at(side).lost;
  messages.feed(fragment);
  while (!done_) {
    const auto head = messages.header();
    if (!head) break;
    ByteReader reader(*head);
    const HandshakeType type{reader.u8()};
    const std::uint32_t size = reader.u24();
    const bool foreign = whole_only && (!is_known(type) || size + kMessageHeaderBytes > fragment.size());
    if (foreign) {
      messages.reset();
      return true;
    }
    if (size > kMostMessageBytes) return false;
    if (size + kMessageHeaderBytes > kMostBufferedBytes) {  // Too long to be of use; goes on behind it.
      messages.pass(size + kMessageHeaderBytes);
      continue;
    }
    const auto message = messages.unit(kMessageHeaderBytes + size);
    if (!message) break;
    take_message(side, type, *message, opened);
  }
  if (whole_only) messages.reset();
  return true;
}

void Handshake::take_message(SessionSide side, HandshakeType type, ByteView whole, bool opened) {
  const ByteView body = whole.subspan(kMessageHeaderBytes);
  const bool server = side == SessionSide::server;
  if (type == HandshakeType::client_hello && !server) {
    if (!client_hello_) take_client_hello(whole, false);
    return;
  }
  if (type == HandshakeType::server_hello && server) return take_server_hello(body);
  if (tls13() && !opened) return;  // After the ServerHello no message of TLSv1.3 is in clear.
  switch (type) {
    case HandshakeType::certificate:
      return take_certificate(side, body);
    case HandshakeType::compressed_certificate:
      if (!tls13()) return;
      if (const auto inflated = tls::read_compressed_certificate(body)) take_certificate(side, *inflated);
      return;
    case HandshakeType::server_key_exchange:
      if (server && !tls13()) take_server_key_exchange(body);
      return;
    case HandshakeType::certificate_request:
      if (server && server_hello_) seen_.client_certificate_requested = full_ = true;
      return;
    case HandshakeType::server_hello_done:
      if (server && server_hello_) full_ = server_hello_done_ = true;
      return;
    case HandshakeType::certificate_verify:
      if (opened) take_certificate_verify(side, body);
      return;
    case HandshakeType::finished:
      if (opened) take_finished(side);
      return;
    default:
      return;
  }
}

void Handshake::take_client_hello(ByteView message, bool sslv2) {
  HelloFields fields;
  const db::ClientOfferPtr offer = shared_.offers.read(message, sslv2, fields);
  if (!offer) return;
  client_hello_ = true;
  seen_.offer = offer;
  seen_.server_name = as_text(fields.server_name);
  early_data_ = fields.early_data;
  if (fields.random.size() == client_random_.size()) std::ranges::copy(fields.random, client_random_.begin());
  if (fields.session_id.size() <= session_id_.size()) {
    std::ranges::copy(fields.session_id, session_id_.begin());
    session_id_bytes_ = static_cast<std::uint8_t>(fields.session_id.size());
  }
}

void Handshake::take_server_hello(ByteView body) {
  if (server_hello_) return;
  const auto hello = tls::read_server_hello(body);
  if (!hello) return;
  if (hello->retry) {
    seen_.hello_retry = true;
    return;
  }
  server_hello_ = true;
  seen_.version = hello->version;
  seen_.suite = hello->suite;
  seen_.group = hello->group;
  seen_.ja3s = shared_.ja3s.read(*hello);
  if (tls13()) {
    psk_ = std::ranges::find(hello->extensions, tls::extension::kPreSharedKey) != hello->extensions.end();
    return begin_tls13(psk_);
  }
  // The echo of a session id resumes (RFC 5246 section 7.4.1.3); with tickets the client made the id up for that.
  const bool echoed =
      session_id_bytes_ > 0 && std::ranges::equal(hello->session_id, ByteView(session_id_).first(session_id_bytes_));
  if (echoed) seen_.resumed = true;
}

void Handshake::take_alert(SessionSide side, ByteView body) {
  if (at(side).changed_cipher && !tls13()) return;  // Encrypted.
  if (body.size() != tls::AlertMessage::kBytes) return;
  ByteReader reader(body);
  const std::uint8_t level = reader.u8();
  const tls::Alert alert{reader.u8()};
  constexpr tls::Alert kNoCertificate{41};  // SSLv3's way to send none (RFC 6101 section 5.4.2).
  if (side == SessionSide::client && alert == kNoCertificate && level == tls::AlertMessage::kWarning) {
    seen_.client_certificate_sent = false;
  }
  const tls::AlertMessage message{level, alert};
  if (!message.ends(seen_.version.value_or(tls::kTls12)) || alert == tls::kCloseNotify) return;
  refuse(side, alert);
}

void Handshake::refuse(SessionSide by, tls::Alert alert) {
  if (seen_.alert_by) return;
  seen_.alert_by = by;
  seen_.alert = alert;
  if (!seen_.established) seen_.established = false;
  done_ = true;
}

void Handshake::lost(SessionSide side) {
  HandshakeSide& from = at(side);
  from.lost = true;
  from.records.reset();
  from.messages.reset();
  from.opened.reset();
  if (side == SessionSide::client) {
    shape_.client_lost();
  } else {
    shape_.server_lost();
  }
  check_tls13_done();
}

void Handshake::ended(SessionSide side) {
  at(side).ended = at(side).deaf = true;
  if (side == SessionSide::client) shape_.client_closed();
}

std::size_t Handshake::memory() const {
  std::size_t bytes = sizeof(*this);
  for (const HandshakeSide& side : sides_) {
    bytes += side.records.memory() + side.messages.memory();
    if (side.opened) bytes += sizeof(*side.opened) + side.opened->messages.memory() + tls::kMostRecordBytes;
  }
  return bytes;
}

}  // namespace ucready::passive
