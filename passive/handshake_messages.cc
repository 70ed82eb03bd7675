// What single messages and records of a handshake add to its observation.
#include <algorithm>

#include "passive/handshake.h"
#include "tls/alert.h"
#include "tls/server_key_exchange.h"

namespace ucready::passive {

using db::SessionSide;
using tls::ContentType;

namespace {

// The words of Certificate::key_type as literals; empty for an OID.
std::string_view key_type_word(std::string_view key_type) {
  static constexpr std::string_view kWords[] = {"rsa", "rsa-pss", "ecdsa", "ed25519", "ed448", "dsa"};
  const auto* const word = std::ranges::find(kWords, key_type);
  return word == std::end(kWords) ? std::string_view{} : *word;
}

// RFC 8446 section 4.2.3, RFC 8734, and RFC 5246 section 7.4.1.4.1 (hash, signature).
std::string_view key_type_of(tls::SignatureScheme scheme) {
  switch (scheme.value) {
    case 0x0807:
      return "ed25519";
    case 0x0808:
      return "ed448";
    case 0x0809:
    case 0x080a:
    case 0x080b:
      return "rsa-pss";
    case 0x0804:
    case 0x0805:
    case 0x0806:
      return "rsa";
    case 0x081a:
    case 0x081b:
    case 0x081c:
      return "ecdsa";
    default:
      break;
  }
  if (scheme.value >> 8 > 6) return {};
  switch (scheme.value & 0xff) {
    case 1:
      return "rsa";
    case 2:
      return "dsa";
    case 3:
      return "ecdsa";
    default:
      return {};
  }
}

}  // namespace

void Handshake::take_certificate(SessionSide side, ByteView body) {
  HandshakeSide& from = at(side);
  if (from.certificate) return;
  // Without the ServerHello the version is not known, but in clear there is only the form up to TLSv1.2.
  const Chain* const chain = shared_.chains.read(body, seen_.version.value_or(tls::kTls12));
  if (chain == nullptr) return;
  from.certificate = true;
  if (side == SessionSide::server) {
    full_ = true;
    seen_.server_chain = *chain;
    return;
  }
  seen_.client_chain = *chain;
  seen_.client_certificate_sent = !chain->empty();
}

void Handshake::take_server_key_exchange(ByteView body) {
  full_ = true;
  if (!seen_.version || !seen_.suite) return;
  const auto message = tls::read_server_key_exchange(body, *seen_.version, *seen_.suite);
  if (!message) return;
  seen_.group = message->group;
  seen_.scheme = message->scheme;
}

void Handshake::take_certificate_verify(SessionSide side, ByteView body) {
  ByteReader reader(body);
  const tls::SignatureScheme scheme{reader.u16()};
  if (reader.ok() && side == SessionSide::server) seen_.scheme = scheme;
}

void Handshake::take_change_cipher(SessionSide side) {
  if (!server_hello_ || tls13()) return;  // Of TLSv1.3, or of a hello whose answer is not known yet.
  at(side).changed_cipher = true;
  if (side == SessionSide::server && !server_hello_done_ && !full_ && !at(side).lost) seen_.resumed = true;
}

void Handshake::take_finished(SessionSide side) {
  at(side).finished = true;
  if (!tls13()) {
    if (sides_[0].finished && sides_[1].finished) {
      seen_.established = true;
      done_ = true;
    }
    return;
  }
  if (side == SessionSide::server) {
    OpenedSide& opened = *at(side).opened;
    const TrafficSecrets* const secrets = shared_.key_log.find(client_random_);
    const bool known = secrets != nullptr && !secrets->server_application.view().empty();
    // What follows is under other keys. The opener is at work now: it is exchanged when this record is done with.
    opened.next =
        known ? std::make_unique<tls::RecordOpener>(*seen_.suite, secrets->server_application.view()) : nullptr;
    opened.over = true;
  } else {
    at(side).opened->over = true;
  }
}

void Handshake::begin_tls13(bool psk) {
  if (*seen_.version == tls::kTls13) shape_.begin(*seen_.suite, psk, early_data_);
  // No early data was offered: these records answer a ServerHello that only came late into the capture's order.
  if (early_count_ > early_lengths_.size()) shape_.client_lost();
  const std::size_t kept = std::min<std::size_t>(early_count_, early_lengths_.size());
  for (const std::uint16_t length : std::span(early_lengths_).first(kept)) shape_.client_record(length);
  const TrafficSecrets* const secrets = shared_.key_log.find(client_random_);
  if (secrets == nullptr || !tls::has_tls13_keys(*seen_.suite)) return;
  const auto open = [&](SessionSide side, const tls::Secret& secret) {
    if (secret.view().empty() || at(side).lost) return;
    at(side).opened = std::make_unique<OpenedSide>();
    at(side).opened->opener = std::make_unique<tls::RecordOpener>(*seen_.suite, secret.view());
  };
  if (early_count_ == 0) open(SessionSide::client, secrets->client_handshake);
  open(SessionSide::server, secrets->server_handshake);
}

void Handshake::take_encrypted(SessionSide side, RecordHeader header, ByteView record) {
  if (!server_hello_) {
    if (side == SessionSide::client) {
      client_answered_ = true;
      if (early_count_ < early_lengths_.size()) early_lengths_[early_count_] = header.length;
      if (early_count_ <= early_lengths_.size()) ++early_count_;
    }
    return;
  }
  if (!tls13()) {
    // A client may send before the server's Finished came (RFC 7918), a server may not.
    if (side == SessionSide::client) return;
    seen_.established = true;
    done_ = true;
    return;
  }
  if (side == SessionSide::client) {
    client_answered_ = true;
    shape_.client_record(header.length);
  } else {
    shape_.server_record(header.length);
  }
  if (at(side).opened && !record.empty()) open_record(side, record);
  if (!done_) check_tls13_done();
}

void Handshake::open_record(SessionSide side, ByteView record) {
  OpenedSide& opened = *at(side).opened;
  if (!opened.opener) return;
  ByteReader reader(record);
  const ByteView header = reader.bytes(tls::kRecordHeaderBytes);
  const ByteView body = reader.rest();
  const auto content = opened.opener->open(header, body);
  if (!content) {
    // Early data is under another key; the handshake follows it and begins to count at its own first record.
    const TrafficSecrets* const secrets = shared_.key_log.find(client_random_);
    const bool early = side == SessionSide::client && early_data_ && !opened.any && secrets != nullptr;
    if (!early) {
      at(side).opened.reset();
      return;
    }
    opened.opener = std::make_unique<tls::RecordOpener>(*seen_.suite, secrets->client_handshake.view());
    return;
  }
  opened.any = true;
  if (content->type == ContentType::alert) {
    take_alert(side, content->content);
  } else if (side == SessionSide::server && sides_[0].finished && at(side).finished) {
    server_accepted_ = true;
  } else if (content->type == ContentType::handshake && !take_messages(side, opened.messages, content->content, true)) {
    at(side).opened.reset();
    return;
  }
  if (opened.over) {
    opened.opener = std::move(opened.next);
    opened.over = false;
  }
}

void Handshake::check_tls13_done() {
  if (!server_hello_ || !tls13()) return;
  const HandshakeSide& client = sides_[0];
  const HandshakeSide& server = sides_[1];
  // With the secrets: the Finished of both, and the server's word on a certificate of the client.
  const bool asked = seen_.client_certificate_requested.value_or(false);
  const bool read = client.finished && server.finished && (!asked || server_accepted_);
  const bool reading = (client.opened && client.opened->opener) || (server.opened && server.opened->opener);
  if (read || (!reading && client_answered_ && shape_.settled()) || shape_.conversing()) done_ = true;
}

void Handshake::infer_key_type() {
  const std::string_view measured = shape_.server_key_type();
  if (!seen_.server_key_type.empty() || measured.empty()) return;
  seen_.server_key_type = measured;
  seen_.inferred |= db::kInferredServerKeyType;
}

db::SessionObservation Handshake::finish() {
  conclude();
  return std::move(seen_);
}

void Handshake::conclude() {
  if (!seen_.server_chain.empty()) {
    seen_.server_key_type = key_type_word(seen_.server_chain.front()->key_type);
  } else if (seen_.scheme) {
    seen_.server_key_type = key_type_of(*seen_.scheme);
  } else if (server_hello_ && full_ && *seen_.version < tls::kTls12) {
    const tls::Authentication proof = tls::facts(*seen_.suite).authentication;
    if (proof == tls::Authentication::rsa) seen_.server_key_type = "rsa";
    if (proof == tls::Authentication::ecdsa) seen_.server_key_type = "ecdsa";
    if (proof == tls::Authentication::dss) seen_.server_key_type = "dsa";
  }
  if (tls13()) conclude_tls13();
  if (!seen_.established && broken_off()) seen_.established = false;
  if (!server_hello_ || tls13()) return;

  if (full_) seen_.resumed = false;
  const bool server_whole = !sides_[1].lost;
  if (server_hello_done_ && server_whole && !seen_.client_certificate_requested) {
    seen_.client_certificate_requested = false;
  }
}

// The connection ended and no byte of it is missing, but the handshake is not whole.
bool Handshake::broken_off() const {
  const HandshakeSide& client = sides_[0];
  const HandshakeSide& server = sides_[1];
  if (!client_hello_ || client.lost || server.lost) return false;
  if (!server_hello_) return server.ended;  // What the client ended may be a connection of which half was captured.
  if (!client.ended && !server.ended) return false;
  return tls13() ? !client_answered_ && !early_data_ : true;
}

void Handshake::conclude_tls13() {
  using Flight = Tls13Shape::ClientFlight;
  using Verdict = Tls13Shape::Verdict;
  seen_.resumed = psk_;
  infer_key_type();
  const auto infer = [&](auto& column, auto value, db::InferredColumn bit) {
    if (column) return;
    column = value;
    seen_.inferred |= bit;
  };
  const bool read_flight = sides_[1].finished;
  if (read_flight && !psk_ && !seen_.client_certificate_requested) seen_.client_certificate_requested = false;
  if (sides_[0].finished && read_flight) {
    const bool asked = seen_.client_certificate_requested.value_or(false);
    if (!seen_.established && (!asked || server_accepted_)) seen_.established = true;
  }
  // Nothing of this is told where an alert was read in clear.
  if (seen_.alert_by) return;
  const Flight flight = shape_.client_flight();
  const bool whole_flight = flight == Flight::finished || flight == Flight::empty || flight == Flight::certificate;
  if (whole_flight && !psk_) {
    const bool asked = flight != Flight::finished;
    infer(seen_.client_certificate_requested, asked, db::kInferredClientCertificateRequested);
    if (asked && !seen_.client_certificate_sent) seen_.client_certificate_sent = flight == Flight::certificate;
  }
  if (flight == Flight::finished || shape_.conversing()) {
    infer(seen_.established, true, db::kInferredEstablished);
  } else if (flight == Flight::alert) {
    infer(seen_.established, false, db::kInferredEstablished);
    if (!shape_.client_cancelled()) infer(seen_.alert_by, SessionSide::client, db::kInferredAlertBy);
  } else if (flight == Flight::empty || flight == Flight::certificate) {
    if (shape_.server_verdict() == Verdict::accepted) infer(seen_.established, true, db::kInferredEstablished);
    if (shape_.server_verdict() == Verdict::refused) {
      infer(seen_.established, false, db::kInferredEstablished);
      infer(seen_.alert_by, SessionSide::server, db::kInferredAlertBy);
    }
  } else if (shape_.server_alert()) {
    infer(seen_.established, false, db::kInferredEstablished);
    infer(seen_.alert_by, SessionSide::server, db::kInferredAlertBy);
  }
}

}  // namespace ucready::passive
