#include "tls/hello_probe.h"

#include <fmt/format.h>

#include "tls/alert.h"
#include "tls/hello_probe_state.h"
#include "tls/psk.h"
#include "tls/recorded_hello.h"

namespace ucready::tls {
namespace {

constexpr std::size_t kMostReceivedBytes = 512 * 1024;
constexpr std::size_t kMostFlightBytes = 32 * 1024;
constexpr std::size_t kMostNotTlsBytes = 256;
constexpr std::size_t kMostWarnings = 8;
constexpr std::uint16_t kSslv2Header = 0x8000;  // RFC 5246 appendix E.2: no padding, and the length.

}  // namespace

HelloProbe::State::State(const HelloOffer& asked, KeyShares& shares, ReadTo how_far)
    : offer(asked), keys(shares), read_to(how_far) {
  keys.fill_random(parts.random);
  if (offers_tls13() || is_recorded() || offer.session) keys.fill_random(parts.session_id);
  if (offers_tls13()) {
    for (const Group group : offer.key_shares) {
      if (is_recorded() || !keys.public_share(group).empty()) shared_groups.push_back(group);
    }
  }
  write_hello({});
}

void HelloProbe::State::write_hello(ByteView cookie) {
  std::vector<KeyShareEntry> entries;
  for (const Group group : shared_groups) {
    if (const ByteView share = keys.public_share(group); !share.empty()) entries.push_back({group, share});
  }
  parts.key_shares = entries;
  parts.cookie = cookie;
  Bytes message = is_recorded() ? write_recorded_hello(offer, parts) : write_client_hello(offer, parts);
  if (offer.session && offer.session->version == kTls13) bind_pre_shared_key(message, *offer.session, transcript);
  parts.key_shares = {};
  parts.cookie = {};
  if (offers_tls13() || keeps_transcript()) append(transcript, message);

  if (is_recorded() && is_sslv2_form(offer.recorded)) return send_sslv2(message);
  const bool sslv3 = !offer.versions.empty() && std::ranges::max(offer.versions) <= kSslv3;
  ByteWriter out;
  out.reserve(output.size() + kRecordHeaderBytes + message.size());
  out.bytes(output);
  write_records(out, ContentType::handshake, sslv3 ? kSslv3 : kTls10, message);
  output = out.take();
}

void HelloProbe::State::send_sslv2(ByteView record) {
  ByteWriter out;
  out.u16(static_cast<std::uint16_t>(kSslv2Header | record.size()));
  out.bytes(record);
  append(output, out.view());
}

void HelloProbe::State::keep_flight(ByteView bytes) {
  append(answer.flight, bytes.first(std::min(bytes.size(), kMostFlightBytes - answer.flight.size())));
}

void HelloProbe::State::receive(ByteView bytes) {
  received += bytes.size();
  records.feed(bytes);
  while (!done()) {
    Record record;
    switch (records.next(record)) {
      case RecordReader::State::record:
        take_record(record);
        continue;
      case RecordReader::State::not_tls:
        answer.not_tls = as_text(records.pending().first(std::min(records.pending().size(), kMostNotTlsBytes)));
        return finish(ServerAnswer::End::not_tls);
      case RecordReader::State::malformed:
        return spoil("bytes that are no TLS record follow good ones");
      case RecordReader::State::needs_more:
        break;
    }
    if (received > kMostReceivedBytes) finish(ServerAnswer::End::too_long);
    return;
  }
}

void HelloProbe::State::take_record(const Record& record) {
  if (ending) return take_end(ending->take(record));
  if (record.type == ContentType::change_cipher_spec) return take_change_cipher_spec(record);
  if (record.type == ContentType::application_data && opener) {
    const auto opened = opener->open(record.header, record.body);
    if (!opened) return spoil(opened.error().message);
    ByteWriter clear;
    write_records(clear, opened->type, kTls12, opened->content);
    keep_flight(clear.view());
    return take_content(opened->type, opened->content, true);
  }
  keep_flight(record.header);
  keep_flight(record.body);
  take_content(record.type, record.body, false);
}

// In TLSv1.3 it is only there for middleboxes (RFC 8446 appendix D.4), also before the real ServerHello.
void HelloProbe::State::take_change_cipher_spec(const Record& record) {
  if (!is_change_cipher_spec(record) || !(opener || answer.hello_retry))
    spoil("ChangeCipherSpec before the server's flight was whole");
}

void HelloProbe::State::take_content(ContentType type, ByteView content, bool decrypted) {
  if (type == ContentType::alert) return take_alerts(content);
  if (type != ContentType::handshake) return spoil("data that belongs to no handshake");
  if (opener && !decrypted) return spoil("a handshake record in clear after the TLSv1.3 ServerHello");
  if (content.empty()) return spoil("an empty handshake record");  // RFC 8446 section 5.1.
  handshake.feed(content);
  while (!done() && !ending) {
    const auto message = handshake.next();
    if (!message) return spoil(message.error().message, ServerAnswer::End::too_long);
    if (!*message) return;
    take_message(**message);
  }
  // One record may hold a ServerHello and the ticket of the session that it takes up.
  if (!done() && handshake.mid_message()) {
    take_end(
        ending->take({.type = ContentType::handshake, .version = kTls12, .header = {}, .body = handshake.pending()}));
  }
}

void HelloProbe::State::take_alerts(ByteView content) {
  for (const std::uint8_t byte : content) {
    alert_bytes.push_back(byte);
    if (alert_bytes.size() < AlertMessage::kBytes) continue;
    const AlertMessage alert{alert_bytes[0], Alert{alert_bytes[1]}};
    alert_bytes.clear();
    if (alert.ends(answer.version)) {
      if (beyond_flight()) return finish(ServerAnswer::End::alert);
      answer.alert = alert.alert;
      return finish(ServerAnswer::End::alert);
    }
    if (answer.warnings.size() < kMostWarnings) answer.warnings.push_back(alert.alert);
  }
}

void HelloProbe::State::take_message(const HandshakeMessage& message) {
  if (message.type == HandshakeType::hello_request) return;
  if (answer.hello) return take_flight(message);
  if (message.type != HandshakeType::server_hello) {
    return spoil(fmt::format("handshake message {} before the ServerHello", static_cast<int>(message.type)));
  }
  const auto hello = read_server_hello(message.body);
  if (!hello) return spoil(hello.error().message);
  if (hello->retry) return take_retry(*hello, message.whole);
  take_hello(*hello, message.whole);
}

HelloProbe::HelloProbe(const HelloOffer& offer, KeyShares& keys, ReadTo read_to)
    : state_(std::make_unique<State>(offer, keys, read_to)) {}
HelloProbe::~HelloProbe() = default;
HelloProbe::HelloProbe(HelloProbe&&) noexcept = default;
HelloProbe& HelloProbe::operator=(HelloProbe&&) noexcept = default;

bool HelloProbe::wants_to_send() const { return !state_->output.empty() && !state_->closed; }
Bytes HelloProbe::take_output() { return std::exchange(state_->output, {}); }
void HelloProbe::receive(ByteView bytes) {
  if (!done()) state_->receive(bytes);
}
void HelloProbe::peer_closed() {
  state_->closed = true;
  if (state_->beyond_flight()) state_->finish(ServerAnswer::End::read);
}
bool HelloProbe::done() const { return state_->done(); }
ReadTo HelloProbe::reads_to() const { return state_->read_to; }
std::size_t HelloProbe::received_bytes() const { return state_->received; }
const ServerAnswer& HelloProbe::answer() const { return state_->answer; }
ServerAnswer HelloProbe::take_answer() { return std::move(state_->answer); }
std::unique_ptr<Channel> HelloProbe::take_channel() { return std::move(state_->channel); }

}  // namespace ucready::tls
