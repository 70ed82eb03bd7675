#include <algorithm>

#include "tls/finish.h"
#include "tls/handshake.h"
#include "tls/tls12_keys.h"

namespace ucready::tls {
namespace {

Bytes finished_message(CipherSuite suite, const Secret& master, Speaker speaker, ByteView transcript) {
  ByteWriter out;
  write_handshake(out, HandshakeType::finished, [&] {
    out.bytes(tls12_finished(suite, master, speaker, tls12_hash(suite, transcript).view()).view());
  });
  return out.take();
}

class FinishTls12 final : public Finish {
 public:
  FinishTls12(Agreed agreed, const Secret& master)
      : suite_(agreed.suite),
        master_(master),
        records_(
            std::make_unique<Tls12Records>(agreed.suite, master, Randoms{agreed.client_random, agreed.server_random})),
        session_id_(agreed.session_id.begin(), agreed.session_id.end()),
        transcript_(std::move(agreed.transcript)) {}

  // False when the library refuses.
  bool write_finished(ByteWriter& out) {
    write_change_cipher_spec(out);
    const Bytes message = finished_message(suite_, master_, Speaker::client, transcript_);
    append(transcript_, message);
    return records_->seal(ContentType::handshake, message, out);
  }

  std::unique_ptr<ProtectedRecords> take_records() override { return std::move(records_); }

  State take(const Record& record) override {
    if (record.type == ContentType::change_cipher_spec && !changed_ && !handshake_.mid_message()) {
      changed_ = is_change_cipher_spec(record);
      return changed_ ? State::going_on : State::broken;
    }
    if (record.type != ContentType::handshake) return State::broken;
    return changed_ ? take_finished(record) : take_ticket(record.body);
  }

  [[nodiscard]] std::shared_ptr<const Session> session() const override {
    if (ticket_.empty() && session_id_.empty()) return nullptr;
    return std::make_shared<const Session>(
        Session{.version = kTls12, .suite = suite_, .secret = master_, .ticket = ticket_, .id = session_id_});
  }

 private:
  State take_ticket(ByteView content) {
    handshake_.feed(content);
    for (;;) {
      const auto message = handshake_.next();
      if (!message) return State::broken;
      if (!*message) return State::going_on;
      if ((*message)->type != HandshakeType::new_session_ticket) return State::broken;
      append(transcript_, (*message)->whole);
      ByteReader reader((*message)->body);
      reader.u32();  // ticket_lifetime_hint
      const ByteView ticket = reader.u16_block();
      if (!reader.done() || ticket.size() > Session::kMostTicketBytes) return State::broken;
      ticket_.assign(ticket.begin(), ticket.end());
    }
  }

  State take_finished(const Record& record) {
    const auto opened = records_->open(record);
    const Bytes proof = finished_message(suite_, master_, Speaker::server, transcript_);
    return opened && std::ranges::equal(opened->content, proof) ? State::ended : State::broken;
  }

  CipherSuite suite_;
  Secret master_;
  std::unique_ptr<Tls12Records> records_;
  Bytes session_id_;
  Bytes ticket_;
  Bytes transcript_;
  HandshakeReader handshake_{2 * Session::kMostTicketBytes};
  bool changed_ = false;
};

}  // namespace

std::unique_ptr<Finish> finish_tls12(Agreed agreed, ByteWriter& out) {
  ByteWriter exchange;
  write_handshake(exchange, HandshakeType::client_key_exchange,
                  [&] { exchange.u8_block([&] { exchange.bytes(agreed.client_share); }); });
  append(agreed.transcript, exchange.view());
  const CipherSuite suite = agreed.suite;
  const Secret master =
      agreed.extended ? extended_master_secret(suite, agreed.shared_secret, tls12_hash(suite, agreed.transcript).view())
                      : master_secret(suite, agreed.shared_secret, {agreed.client_random, agreed.server_random});
  auto finish = std::make_unique<FinishTls12>(std::move(agreed), master);
  write_records(out, ContentType::handshake, kTls12, exchange.view());
  return finish->write_finished(out) ? std::move(finish) : nullptr;
}

std::unique_ptr<Finish> finish_resumed_tls12(Agreed agreed, const Session& session) {
  return std::make_unique<FinishTls12>(std::move(agreed), session.secret);
}

}  // namespace ucready::tls
