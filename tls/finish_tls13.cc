
#include "tls/finish.h"
#include "tls/handshake.h"

namespace ucready::tls {
namespace {

class FinishTls13 final : public Finish {
 public:
  FinishTls13(CipherSuite suite, const ApplicationSecrets& secrets, const Secret& whole_hash)
      : suite_(suite),
        base_(secrets.base),
        whole_hash_(whole_hash),
        records_(std::make_unique<Tls13Records>(suite, secrets)) {}

  State take(const Record& record) override {
    const auto opened = records_->open(record);
    if (!opened) return State::broken;
    // The service began to speak: tickets would have come before.
    if (opened->type == ContentType::application_data) return State::ended;
    return opened->type == ContentType::handshake ? take_messages(opened->content) : State::broken;
  }

  std::unique_ptr<ProtectedRecords> take_records() override { return std::move(records_); }

  [[nodiscard]] std::shared_ptr<const Session> session() const override { return session_; }

 private:
  State take_messages(ByteView content) {
    handshake_.feed(content);
    for (;;) {
      const auto message = handshake_.next();
      if (!message) return State::broken;
      if (!*message) return State::going_on;
      if ((*message)->type != HandshakeType::new_session_ticket) continue;
      return take_ticket((*message)->body) ? State::ended : State::broken;
    }
  }

  // RFC 8446 section 4.6.1.
  bool take_ticket(ByteView body) {
    ByteReader reader(body);
    reader.u32();  // ticket_lifetime
    Session session{.version = kTls13, .suite = suite_};
    session.age_add = reader.u32();
    const ByteView nonce = reader.u8_block();
    const ByteView ticket = reader.u16_block();
    reader.u16_block();  // extensions
    if (!reader.done() || ticket.empty() || ticket.size() > Session::kMostTicketBytes) return false;
    session.ticket.assign(ticket.begin(), ticket.end());
    session.secret = derive_ticket_psk(suite_, base_, whole_hash_.view(), nonce);
    session_ = std::make_shared<const Session>(std::move(session));
    return true;
  }

  CipherSuite suite_;
  Secret base_;        // The Main Secret.
  Secret whole_hash_;  // ClientHello..client Finished.
  std::unique_ptr<Tls13Records> records_;
  HandshakeReader handshake_{Session::kMostTicketBytes * 2};
  std::shared_ptr<const Session> session_;
};

}  // namespace

std::unique_ptr<Finish> finish_tls13(CipherSuite suite, const HandshakeSecrets& secrets, Bytes transcript,
                                     ByteWriter& out) {
  const Secret server_hash = transcript_hash(suite, transcript);
  const ApplicationSecrets application = derive_application_secrets(suite, secrets.base, server_hash.view());
  ByteWriter message;
  write_handshake(message, HandshakeType::finished,
                  [&] { message.bytes(finished_mac(suite, secrets.client, server_hash.view()).view()); });
  append(transcript, message.view());
  RecordSealer sealer(suite, secrets.client.view());
  if (!sealer.seal(ContentType::handshake, message.view(), out)) return nullptr;
  return std::make_unique<FinishTls13>(suite, application, transcript_hash(suite, transcript));
}

}  // namespace ucready::tls
