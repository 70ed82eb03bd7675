#include "tls/hello_probe.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>

#include "tls/alert.h"
#include "tls/client_hello.h"
#include "tls/extension.h"
#include "tls/finish.h"
#include "tls/handshake.h"
#include "tls/psk.h"
#include "tls/record.h"
#include "tls/recorded_hello.h"
#include "tls/server_flight.h"
#include "tls/server_hello.h"
#include "tls/server_key_exchange.h"
#include "tls/tls12_keys.h"
#include "tls/tls13_keys.h"

namespace ucready::tls {
namespace {

constexpr std::size_t kMostReceivedBytes = 512 * 1024;
constexpr std::size_t kMostFlightBytes = 32 * 1024;
constexpr std::size_t kMostNotTlsBytes = 256;
constexpr std::size_t kMostWarnings = 8;
constexpr std::size_t kLongestCookie = 16 * 1024;  // With more a second hello might not hold it.
constexpr std::uint16_t kSslv2Header = 0x8000;     // RFC 5246 appendix E.2: no padding, and the length.
constexpr std::uint8_t kChangeCipherSpecBody = 1;
constexpr std::array<std::uint8_t, 6> kChangeCipherSpecRecord = {20, 3, 3, 0, 1, 1};

template <typename Point>
bool contains(const std::vector<Point>& points, Point point) {
  return std::ranges::find(points, point) != points.end();
}

bool is_tls13_suite(CipherSuite suite) { return facts(suite).key_exchange == KeyExchange::tls13; }

void append(Bytes& to, ByteView bytes) { to.insert(to.end(), bytes.begin(), bytes.end()); }

}  // namespace

struct HelloProbe::State {
  State(const HelloOffer& asked, KeyShares& shares, ReadTo how_far) : offer(asked), keys(shares), read_to(how_far) {
    keys.fill_random(parts.random);
    if (offers_tls13() || is_recorded() || offer.session) keys.fill_random(parts.session_id);
    if (offers_tls13()) {
      for (const Group group : offer.key_shares) {
        if (is_recorded() || !keys.public_share(group).empty()) shared_groups.push_back(group);
      }
    }
    write_hello({});
  }

  const HelloOffer offer;
  KeyShares& keys;
  const ReadTo read_to;
  HelloParts parts;
  std::vector<Group> shared_groups;  // Whose shares the newest hello carries.

  Bytes output;
  RecordReader records{Sender::server};
  HandshakeReader handshake;
  Bytes alert_bytes;  // Half an alert, where one was cut over two records.
  Bytes transcript;   // As RFC 8446 section 4.4.1 wants it; kept while a key may come of it.
  std::optional<RecordOpener> opener;
  HandshakeSecrets secrets;        // The opener's.
  ServerHello server_hello;        // Kept like the transcript, up to TLSv1.2.
  Bytes server_share;              // Likewise.
  std::unique_ptr<Finish> ending;  // Once the handshake is being finished.
  std::size_t received = 0;
  bool closed = false;
  ServerAnswer answer;

  [[nodiscard]] bool is_recorded() const { return !offer.recorded.empty(); }
  [[nodiscard]] bool offers_tls13() const { return contains(offer.versions, kTls13); }
  [[nodiscard]] bool done() const { return closed || answer.end != ServerAnswer::End::open; }
  [[nodiscard]] bool reads_flight() const { return read_to == ReadTo::flight || read_to == ReadTo::session; }
  // What a handshake's end is proven over.
  [[nodiscard]] bool keeps_transcript() const { return read_to == ReadTo::session || offer.session; }
  // Beyond the flight there are proofs to win, and nothing to lose.
  [[nodiscard]] bool beyond_flight() const { return read_to == ReadTo::session && answer.flight_complete; }
  void finish(ServerAnswer::End end) {
    answer.end = beyond_flight() ? ServerAnswer::End::read : end;
    output.clear();
  }
  void spoil(std::string defect) {
    if (!beyond_flight()) answer.defect = std::move(defect);
    finish(ServerAnswer::End::malformed);
  }

  void write_hello(ByteView cookie) {
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
    write_records(out, ContentType::handshake, sslv3 ? kSslv3 : kTls10, message);
    append(output, out.view());
  }

  void send_sslv2(ByteView record) {
    ByteWriter out;
    out.u16(static_cast<std::uint16_t>(kSslv2Header | record.size()));
    out.bytes(record);
    append(output, out.view());
  }

  void keep_flight(ByteView bytes) {
    append(answer.flight, bytes.first(std::min(bytes.size(), kMostFlightBytes - answer.flight.size())));
  }

  void receive(ByteView bytes) {
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

  void take_record(const Record& record) {
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
  void take_change_cipher_spec(const Record& record) {
    const bool dummy = record.body.size() == 1 && record.body.front() == kChangeCipherSpecBody;
    if (!dummy || !(opener || answer.hello_retry)) spoil("ChangeCipherSpec before the server's flight was whole");
  }

  void take_content(ContentType type, ByteView content, bool decrypted) {
    if (type == ContentType::alert) return take_alerts(content);
    if (type != ContentType::handshake) return spoil("data that belongs to no handshake");
    if (opener && !decrypted) return spoil("a handshake record in clear after the TLSv1.3 ServerHello");
    if (content.empty()) return spoil("an empty handshake record");  // RFC 8446 section 5.1.
    handshake.feed(content);
    while (!done() && !ending) {
      const auto message = handshake.next();
      if (!message) {
        answer.defect = message.error().message;
        return finish(ServerAnswer::End::too_long);
      }
      if (!*message) return;
      take_message(**message);
    }
    // One record may hold a ServerHello and the ticket of the session that it takes up.
    if (!done() && handshake.mid_message()) {
      take_end(
          ending->take({.type = ContentType::handshake, .version = kTls12, .header = {}, .body = handshake.pending()}));
    }
  }

  void take_alerts(ByteView content) {
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

  void take_message(const HandshakeMessage& message) {
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

  void take_flight(const HandshakeMessage& message) {
    const bool proof = message.type == HandshakeType::finished && proves(message.body);
    if (const auto taken = take_flight_message(message, answer); !taken) return spoil(taken.error().message);
    if (keeps_transcript()) {
      append(transcript, message.whole);
      if (message.type == HandshakeType::server_key_exchange) {
        const ByteView share = ephemeral_share(message.body);
        server_share.assign(share.begin(), share.end());
      }
    }
    if (answer.flight_complete) end_flight(message.type, proof);
  }

  // RFC 8446 section 4.4.4.
  [[nodiscard]] bool proves(ByteView finished) const {
    if (!opener || !keeps_transcript()) return false;
    const Secret hash = transcript_hash(answer.suite, transcript);
    return std::ranges::equal(finished_mac(answer.suite, secrets.server, hash.view()).view(), finished);
  }

  void end_flight(HandshakeType last, bool proof) {
    if (takes_up_psk()) {
      answer.resumed = proof;
      return proof ? finish(ServerAnswer::End::read) : spoil("a session is taken up without a proof");
    }
    if (read_to != ReadTo::session || answer.certificate_request) return finish(ServerAnswer::End::read);
    if (opener && last != HandshakeType::finished) return;  // All is said but the proof.
    ByteWriter out;
    if (opener && proof) {
      answer.finished = true;
      if (!answer.hello_retry) out.bytes(kChangeCipherSpecRecord);
      ending = finish_tls13(answer.suite, secrets, std::move(transcript), out);
    } else if (!opener) {
      end_tls12(out);
    }
    if (!ending) return finish(ServerAnswer::End::read);
    append(output, out.view());
  }

  void end_tls12(ByteWriter& out) {
    const bool known =
        answer.version == kTls12 && has_tls12_keys(answer.suite) && answer.group && !server_share.empty();
    if (!known) return;
    const Bytes secret = keys.agree(*answer.group, server_share);
    if (!secret.empty()) ending = finish_tls12(agreed(secret), out);
  }

  Agreed agreed(ByteView shared_secret) {
    return {.suite = answer.suite,
            .client_random = parts.random,
            .server_random = server_hello.random,
            .session_id = server_hello.session_id,
            .extended = contains(answer.extensions, extension::kExtendedMasterSecret),
            .client_share = answer.group ? keys.public_share(*answer.group) : ByteView(),
            .shared_secret = shared_secret,
            .transcript = std::move(transcript)};
  }

  void take_end(Finish::State state) {
    if (state == Finish::State::going_on) return;
    const bool ended = state == Finish::State::ended;
    if (!answer.flight_complete) {
      answer.resumed = ended;
      return ended ? finish(ServerAnswer::End::read) : spoil("a session is taken up without a proof");
    }
    if (ended) {
      answer.finished = true;
      answer.session = ending->session();
    }
    finish(ServerAnswer::End::read);
    if (ended) output = ending->farewell();
  }

  [[nodiscard]] bool takes_up_psk() const {
    return opener && offer.session && contains(answer.extensions, extension::kPreSharedKey);
  }

  // What the server chose but had not been offered; empty when all is well. A version below the asked one is a
  // server's right up to TLSv1.2, where the hello names only the highest.
  [[nodiscard]] std::string fault_of(const ServerHello& hello) const {
    const bool in_range =
        !offer.versions.empty() && hello.version >= kSslv3 && hello.version <= std::ranges::max(offer.versions);
    const bool offered = offers_tls13() ? contains(offer.versions, hello.version) : in_range;
    if (!offered) return fmt::format("the server chose {}, which was not offered", name(hello.version));
    if (!contains(offer.suites, hello.suite)) {
      return fmt::format("the server chose {}, which was not offered", name(hello.suite));
    }
    if (is_tls13_suite(hello.suite) != (hello.version >= kTls13)) {
      return fmt::format("the server chose {}, which {} does not have", name(hello.suite), name(hello.version));
    }
    if (hello.compression != 0) return "the server chose a compression that was not offered";
    return {};
  }

  void take_hello(const ServerHello& hello, ByteView whole) {
    const CipherSuite retry_suite = answer.suite;
    answer.hello = true;
    answer.version = hello.version;
    answer.suite = hello.suite;
    answer.group = hello.group;
    answer.extensions = hello.extensions;
    answer.alpn = hello.alpn;
    answer.scts = contains(hello.extensions, extension::kSignedTimestamp);
    if (auto fault = fault_of(hello); !fault.empty()) return spoil(std::move(fault));
    if (answer.hello_retry && (hello.version != kTls13 || hello.suite != retry_suite)) {
      return spoil("the ServerHello contradicts the HelloRetryRequest");
    }
    if (hello.version < kTls13) return take_legacy_hello(hello, whole);
    if (!hello.group || !contains(shared_groups, *hello.group)) {
      return spoil("the ServerHello has no key share for one that was sent");
    }
    if (!reads_flight()) return finish(ServerAnswer::End::read);
    append(transcript, whole);
    make_opener(hello);
  }

  void take_legacy_hello(const ServerHello& hello, ByteView whole) {
    if (!reads_flight()) return finish(ServerAnswer::End::read);
    if (!keeps_transcript()) return transcript.clear();
    append(transcript, whole);
    server_hello = hello;
    const ByteView id = session_id_of(offer, parts);
    const bool echoed = offer.session && offer.session->version == kTls12 && !id.empty();
    if (!echoed || !std::ranges::equal(id, hello.session_id)) return;
    if (hello.version != kTls12 || hello.suite != offer.session->suite) {
      return spoil("a session is taken up with another suite or version");
    }
    ending = finish_resumed_tls12(agreed({}), *offer.session);
  }

  void make_opener(const ServerHello& hello) {
    if (!has_tls13_keys(hello.suite) || keys.public_share(*hello.group).empty()) {
      answer.encrypted_unread = true;
      return finish(ServerAnswer::End::read);
    }
    if (handshake.mid_message()) return spoil("handshake bytes in clear after the TLSv1.3 ServerHello");
    const Bytes secret = keys.agree(*hello.group, hello.share);
    if (secret.empty()) return spoil(fmt::format("the server's key share is no point of {}", name(*hello.group)));
    const bool with_psk = offer.session && contains(hello.extensions, extension::kPreSharedKey);
    if (with_psk && !same_hash(hello.suite, offer.session->suite)) {
      return spoil("a session is taken up with a suite of another hash");
    }
    const Secret hash = transcript_hash(hello.suite, transcript);
    secrets = derive_handshake_secrets(hello.suite, secret, hash.view(),
                                       with_psk ? offer.session->secret.view() : ByteView());
    opener.emplace(hello.suite, secrets.server.view());
    if (!keeps_transcript()) transcript = {};
  }

  void take_retry(const ServerHello& retry, ByteView whole) {
    if (answer.hello_retry) return spoil("a second HelloRetryRequest");
    answer.hello_retry = true;
    answer.version = retry.version;
    answer.suite = retry.suite;
    answer.group = retry.group;
    answer.extensions = retry.extensions;
    if (auto fault = fault_of(retry); !fault.empty()) return spoil(std::move(fault));
    if (retry.version != kTls13) return spoil("a HelloRetryRequest for a version that has none");
    if (!retry.group && retry.cookie.empty()) return spoil("a HelloRetryRequest that asks for no change");
    if (retry.cookie.size() > kLongestCookie) return spoil("a HelloRetryRequest with a cookie that is too long");
    if (retry.group && !contains(offer.groups, *retry.group)) {
      return spoil(fmt::format("the HelloRetryRequest names {}, which was not offered", name(*retry.group)));
    }
    if (retry.group && contains(shared_groups, *retry.group)) {
      return spoil(fmt::format("the HelloRetryRequest names {}, of which a share was sent", name(*retry.group)));
    }
    if (read_to == ReadTo::choice) return finish(ServerAnswer::End::read);
    const bool answerable = has_tls13_keys(retry.suite) && (!retry.group || !keys.public_share(*retry.group).empty());
    if (!answerable) {
      answer.encrypted_unread = true;
      return finish(ServerAnswer::End::read);
    }
    answer_retry(retry, whole);
  }

  void answer_retry(const ServerHello& retry, ByteView whole) {
    // RFC 8446 section 4.4.1: the first hello enters the transcript as a synthetic message that holds its hash.
    const Secret hash = transcript_hash(retry.suite, transcript);
    ByteWriter synthetic;
    write_handshake(synthetic, HandshakeType::message_hash, [&] { synthetic.bytes(hash.view()); });
    transcript = synthetic.take();
    append(transcript, whole);

    if (retry.group) {
      shared_groups = {*retry.group};
      parts.only_these_shares = true;
    }
    append(output, kChangeCipherSpecRecord);  // RFC 8446 appendix D.4: right before the second hello.
    write_hello(retry.cookie);
  }
};

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
std::size_t HelloProbe::received_bytes() const { return state_->received; }
const ServerAnswer& HelloProbe::answer() const { return state_->answer; }
ServerAnswer HelloProbe::take_answer() { return std::move(state_->answer); }

}  // namespace ucready::tls
