#include "passive/handshake_watch.h"

#include <fmt/format.h>

#include <algorithm>

#include "passive/fingerprints.h"
#include "tls/alert.h"
#include "tls/certificate_request.h"
#include "tls/server_key_exchange.h"

namespace ucready::passive {
namespace {

using db::SessionSide;

constexpr std::uint8_t kClientHello = 1, kServerHello = 2, kCertificate = 11, kServerKeyExchange = 12,
                       kCertificateRequest = 13, kServerHelloDone = 14, kCertificateVerify = 15, kFinished = 20;
constexpr tls::ExtensionType kPreSharedKey{41};
constexpr std::size_t kMostJa3s = 4096;

std::string_view key_type_word(const Certificate& leaf) {
  static constexpr std::string_view kWords[] = {"rsa", "rsa-pss", "ecdsa", "ed25519", "ed448", "dsa"};
  const auto word = std::ranges::find(kWords, std::string_view(leaf.key_type));
  return word == std::end(kWords) ? std::string_view() : *word;
}

// Of the ClientHello; no extension means no early data.
bool offers_early_data(const db::ClientOffer& offer) {
  return offer.extensions.find("early_data") != std::string::npos;
}

}  // namespace

bool HandshakeWatch::wants_body(SessionSide from, tls::ContentType type) const {
  const Half& side = half(from);
  if (type == tls::ContentType::alert) return true;
  if (side.lost) return false;
  if (type == tls::ContentType::application_data) return side.opener != nullptr;
  return type == tls::ContentType::handshake && (!side.changed_cipher || tls13());
}

void HandshakeWatch::record(SessionSide from, const SeenRecord& record) {
  if (decided_) return;
  if (from == SessionSide::server) server_seen_ = true;
  if (from == SessionSide::client && any_hello() && record.type != tls::ContentType::alert) {
    client_spoke_ = client_spoke_ || record.type != tls::ContentType::handshake || half(from).changed_cipher;
  }
  switch (record.type) {
    case tls::ContentType::handshake:
      if (half(from).changed_cipher && !tls13()) return encrypted_record(from, record);
      return handshake_bytes(from, record.body);
    case tls::ContentType::change_cipher_spec:
      return change_cipher(from);
    case tls::ContentType::alert:
      return alert(from, record.body);
    case tls::ContentType::application_data:
      return encrypted_record(from, record);
    default:
      return;
  }
}

void HandshakeWatch::handshake_bytes(SessionSide from, ByteView bytes) {
  Half& side = half(from);
  if (side.lost) return;
  const bool read = side.messages.feed(bytes, [&](std::uint8_t type, ByteView whole) { message(from, type, whole); });
  if (!read) lost(from);
}

void HandshakeWatch::message(SessionSide from, std::uint8_t type, ByteView whole) {
  const ByteView body = whole.subspan(MessageCutter::kHeaderBytes);
  const bool server = from == SessionSide::server;
  switch (type) {
    case kClientHello:
      if (!server) client_hello(whole);
      return;
    case kServerHello:
      if (server) server_hello(body);
      return;
    case kCertificate:
      return certificate(from, body);
    case kServerKeyExchange:
      if (server) server_key_exchange(body);
      return;
    case kCertificateRequest:
      if (server) seen_.client_certificate_requested = true;
      return;
    case kServerHelloDone:
      server_hello_done_ = true;
      if (!seen_.client_certificate_requested) seen_.client_certificate_requested = false;
      return;
    case kCertificateVerify:
      if (tls13()) certificate_verify(from, body);
      return;
    case kFinished:  // Only read with a key log.
      half(from).finished = true;
      if (server && !seen_.client_certificate_requested && seen_.resumed != true) {
        seen_.client_certificate_requested = false;
      }
      return;
    default:
      return;
  }
}

void HandshakeWatch::client_hello(ByteView whole) {
  if (seen_.offer) return;  // The second one, after a HelloRetryRequest.
  seen_.offer = books_.offers.offer_of(whole);
  const ByteView body = whole.subspan(MessageCutter::kHeaderBytes);
  ByteReader reader(body);
  reader.u16();  // legacy_version
  std::ranges::copy(reader.bytes(client_random_.size()), client_random_.begin());
  const ByteView session_id = reader.u8_block();
  client_session_id_.assign(session_id.begin(), session_id.end());
  seen_.server_name = server_name_of(body);
  if (seen_.offer) early_data_offered_ = offers_early_data(*seen_.offer);
}

void HandshakeWatch::sslv2_hello(ByteView record) { seen_.offer = books_.offers.offer_of_sslv2(record); }

void HandshakeWatch::server_hello(ByteView body) {
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
  name_server_hello(*hello);
  if (tls13()) {
    const bool psk = std::ranges::find(hello->extensions, kPreSharedKey) != hello->extensions.end();
    seen_.resumed = psk;
    begin_tls13();
  } else if (!client_session_id_.empty() && hello->session_id == client_session_id_) {
    seen_.resumed = true;
  }
}

void HandshakeWatch::name_server_hello(const tls::ServerHello& hello) {
  std::string key = fmt::format("{} {}", hello.legacy_version.value, hello.suite.value);
  for (const tls::ExtensionType& type : hello.extensions) {
    key += ' ';
    key += std::to_string(type.value);
  }
  if (const auto known = books_.ja3s.find(key); known != books_.ja3s.end()) {
    seen_.ja3s = known->second;
    return;
  }
  if (books_.ja3s.size() >= kMostJa3s) books_.ja3s.clear();
  seen_.ja3s = books_.ja3s.emplace(std::move(key), ja3s(hello)).first->second;
}

void HandshakeWatch::begin_tls13() {
  encrypted_.emplace(*seen_.suite, early_data_offered_);
  if (books_.keys.empty() || !tls::has_tls13_keys(*seen_.suite)) return;
  const HandshakeTrafficSecrets* const secrets = books_.keys.find(client_random_);
  if (secrets == nullptr) return;
  const auto open = [&](SessionSide side, const Bytes& secret) {
    // A client's early data comes under another key.
    if (secret.empty() || (early_data_offered_ && side == SessionSide::client)) return;
    half(side).opener = std::make_unique<tls::RecordOpener>(*seen_.suite, secret);
  };
  open(SessionSide::client, secrets->client);
  open(SessionSide::server, secrets->server);
  if (half(SessionSide::server).opener) half(SessionSide::server).next_secret = secrets->server_after;
}

void HandshakeWatch::certificate(SessionSide from, ByteView body) {
  if (!seen_.version || half(from).certificate) return;
  half(from).certificate = true;
  const ChainBook::Chain& chain = books_.chains.read(body, *seen_.version);
  if (from == SessionSide::client) {
    seen_.client_certificate_requested = true;
    seen_.client_certificate_sent = !chain.empty();
    seen_.client_chain = chain;
    return;
  }
  seen_.resumed = false;
  seen_.server_chain = chain;
  if (!chain.empty()) seen_.server_key_type = key_type_word(*chain.front());
}

void HandshakeWatch::server_key_exchange(ByteView body) {
  if (!seen_.version || !seen_.suite) return;
  const auto read = tls::read_server_key_exchange(body, *seen_.version, *seen_.suite);
  if (!read) return;
  if (read->group) seen_.group = read->group;
  seen_.scheme = read->scheme;
}

void HandshakeWatch::certificate_verify(SessionSide from, ByteView body) {
  ByteReader reader(body);
  const tls::SignatureScheme scheme{reader.u16()};
  if (from == SessionSide::server && reader.ok()) seen_.scheme = scheme;
}

void HandshakeWatch::change_cipher(SessionSide from) {
  if (!seen_.version || tls13()) return;
  half(from).changed_cipher = true;
  // A server that goes on without certificate and ServerHelloDone resumes a session (RFC 5246 section 7.3).
  if (from == SessionSide::server && !server_hello_done_ && !half(from).certificate) seen_.resumed = true;
}

void HandshakeWatch::alert(SessionSide from, ByteView body) {
  const bool clear = body.size() == tls::AlertMessage::kBytes && (tls13() || !half(from).changed_cipher);
  if (!clear) {
    // Encrypted: before the handshake is over it can only be a refusal. Where the server was not seen, that is not
    // known.
    if (server_hello_ && !blind()) note_alert(from, std::nullopt);
    return;
  }
  ByteReader reader(body);
  tls::AlertMessage read;
  read.level = reader.u8();
  read.alert = tls::Alert{reader.u8()};
  if (read.alert == tls::kCloseNotify || !read.ends(seen_.version.value_or(tls::kTls12))) return;
  note_alert(from, read.alert);
}

void HandshakeWatch::note_alert(SessionSide from, std::optional<tls::Alert> alert) {
  seen_.alert_by = from;
  seen_.alert = alert;
  conclude(false);
}

void HandshakeWatch::encrypted_record(SessionSide from, const SeenRecord& record) {
  Half& side = half(from);
  if (!seen_.version) return;
  if (!tls13()) {
    if (record.type == tls::ContentType::handshake && side.changed_cipher) side.finished = true;
    const bool both = half(SessionSide::client).finished && half(SessionSide::server).finished;
    const bool data = record.type == tls::ContentType::application_data && side.changed_cipher;
    if (both || data) conclude(true);
    return;
  }
  if (!server_hello_) return;
  if (side.opener) return opened_record(from, record);
  if (blind()) return;  // Lengths mean something only in their order.
  if (from == SessionSide::server) {
    encrypted_->server_record(record.length);
  } else {
    encrypted_->client_record(record.length);
  }
  take_inferences();
}

void HandshakeWatch::opened_record(SessionSide from, const SeenRecord& record) {
  Half& side = half(from);
  const bool behind_finished = side.finished;
  const auto opened = side.opener->open(record.header, record.body);
  if (!opened) {
    side.opener.reset();  // The key log holds another secret.
    return;
  }
  if (opened->type == tls::ContentType::alert) {
    ByteReader reader(opened->content);
    const std::uint8_t level = reader.u8();
    const tls::AlertMessage read{level, tls::Alert{reader.u8()}};
    if (reader.ok() && read.alert != tls::kCloseNotify && read.ends(tls::kTls13)) note_alert(from, read.alert);
    return;
  }
  if (behind_finished) {
    // A ticket or data: the server has taken what the client sent.
    if (half(SessionSide::client).finished) conclude(true);
    return;
  }
  if (opened->type == tls::ContentType::handshake) handshake_bytes(from, opened->content);
  if (side.finished) finished_read(from);
}

void HandshakeWatch::finished_read(SessionSide from) {
  Half& side = half(from);
  side.opener.reset();
  if (from == SessionSide::server) {
    if (!side.next_secret.empty()) side.opener = std::make_unique<tls::RecordOpener>(*seen_.suite, side.next_secret);
    return;
  }
  // The client has accepted the server. Whether the server takes a certificate of the client is not known before it
  // answers.
  if (!seen_.client_certificate_sent.has_value()) return conclude(true);
  encrypted_->client_record(0);
}

void HandshakeWatch::take_inferences() {
  const EncryptedHandshake& guess = *encrypted_;
  const auto infer = [&](db::InferredColumn column) {
    seen_.inferred = static_cast<std::uint8_t>(seen_.inferred | column);
  };
  if (seen_.server_key_type.empty() && !guess.server_key_type().empty() && seen_.resumed != true) {
    seen_.server_key_type = guess.server_key_type();
    infer(db::kInferredServerKeyType);
  }
  if (!seen_.client_certificate_requested && guess.certificate_requested() && seen_.resumed != true) {
    seen_.client_certificate_requested = guess.certificate_requested();
    if (guess.certificate_sent()) seen_.client_certificate_sent = guess.certificate_sent();
    infer(db::kInferredClientCertificateRequested);
  }
  if (guess.refused_by_client() || guess.refused_by_server()) {
    seen_.alert_by = guess.refused_by_client() ? SessionSide::client : SessionSide::server;
    infer(db::kInferredAlertBy);
  }
  if (!guess.established()) return;
  infer(db::kInferredEstablished);
  conclude(*guess.established());
}

void HandshakeWatch::conclude(bool established) {
  seen_.established = established;
  // A client that sent a certificate has done all it can; only the server's answer tells more.
  decided_ = true;
}

void HandshakeWatch::ended(SessionSide from) {
  if (decided_) return;
  if (from == SessionSide::server) server_seen_ = true;
  if (encrypted_ && !blind()) {
    if (from == SessionSide::client) {
      encrypted_->client_ended();
    } else {
      encrypted_->server_ended();
    }
    take_inferences();
  }
  // One of them hung up in the middle: as good as a refusal, but nobody said so. Of a connection that was not seen
  // whole it cannot be told.
  if (!decided_ && seen_.offer && server_seen_ && !client_spoke_ && !blind()) seen_.established = false;
}

void HandshakeWatch::lost(SessionSide from) {
  Half& side = half(from);
  side.lost = true;
  side.opener.reset();
  side.messages = {};
}

bool HandshakeWatch::blind() const { return halves_[0].lost || halves_[1].lost; }

std::size_t HandshakeWatch::memory() const { return halves_[0].messages.memory() + halves_[1].messages.memory(); }

db::SessionObservation HandshakeWatch::finish() {
  if (seen_.version && !tls13() && server_hello_done_ && !seen_.resumed) seen_.resumed = false;
  return std::move(seen_);
}

}  // namespace ucready::passive
