#include "rehearsal/performance.h"

#include <openssl/err.h>

#include "rehearsal/endpoint.h"
#include "rehearsal/overheard.h"

namespace ucready::rehearsal {
namespace {

using negotiation::Side;

std::string take_error_queue() {
  std::string text;
  while (const unsigned long code = ERR_get_error()) {
    std::string line(256, '\0');
    ERR_error_string_n(code, line.data(), line.size());
    line.resize(line.find('\0'));
    text += line + "\n";
  }
  return text;
}

// An endpoint at work.
struct Player {
  SSL* ssl = nullptr;
  EndReport* report = nullptr;

  // A step of the handshake; after it, a look at what else came.
  void step() const {
    char unread = 0;
    ERR_clear_error();
    SSL_read(ssl, &unread, 1);
    report->errors += take_error_queue();
  }
  [[nodiscard]] bool finished() const { return SSL_is_init_finished(ssl) == 1; }
};

class Stage {
 public:
  Stage(const Player& client, const Player& server, const Overheard& overheard)
      : client_(client), server_(server), overheard_(overheard), to_server_(BIO_new(BIO_s_mem())) {
    BIO* const to_client = BIO_new(BIO_s_mem());
    BIO_up_ref(to_server_);
    BIO_up_ref(to_client);
    SSL_set_bio(client_.ssl, to_client, to_server_);
    SSL_set_bio(server_.ssl, to_server_, to_client);
  }

  void play(const Meddler& meddler) {
    if (meddler) {
      client_.step();
      meddle(meddler);
    }
    // Two round trips at most, a retry, and one more look of each end after it has finished.
    constexpr int kRounds = 5;
    for (int round = 0; round < kRounds; ++round) {
      for (const Player* const player : {&client_, &server_}) {
        const bool over = overheard_.refusal || (meddler && overheard_.hello_retry);
        if (!over) player->step();
      }
    }
    // The refused one learns of it.
    if (overheard_.refusal) (overheard_.refusal->by == Side::client ? server_ : client_).step();
  }

 private:
  void meddle(const Meddler& meddler) const {
    Bytes flight(BIO_ctrl_pending(to_server_));
    if (flight.empty() || overheard_.refusal) return;
    BIO_read(to_server_, flight.data(), static_cast<int>(flight.size()));
    const Bytes changed = meddler(flight);
    BIO_write(to_server_, changed.data(), static_cast<int>(changed.size()));
  }

  const Player& client_;
  const Player& server_;
  const Overheard& overheard_;
  BIO* to_server_;  // The endpoints' own.
};

negotiation::Outcome outcome_of(const Overheard& heard, Certificates& certificates) {
  negotiation::Outcome outcome;
  outcome.hello_retry = heard.hello_retry;
  outcome.refusal = heard.refusal;
  if (outcome.refusal) outcome.refusal->phase = heard.phase();
  if (!heard.server_hello) return outcome;
  outcome.version = heard.answer.version;
  outcome.suite = heard.answer.suite;
  outcome.group = heard.answer.group;
  outcome.dh_bits = heard.answer.dh_bits;
  outcome.scheme = heard.answer.scheme;
  outcome.certificate_requested = heard.answer.certificate_request.has_value();
  const auto leaf = [&](const tls::ServerAnswer& of) {
    return of.certificates.empty() ? std::string() : certificates.id_of(of.certificates.front());
  };
  outcome.server_leaf = leaf(heard.answer);
  outcome.client_leaf = leaf(heard.client_answer);
  return outcome;
}

}  // namespace

Result<Observed> perform(const negotiation::Ends& ends, Certificates& certificates, const Meddler& meddler) {
  Observed seen;
  Overheard heard;
  Judge client_judge{&certificates, nullptr, {}};
  Judge server_judge{&certificates, nullptr, {}};
  const auto client = make_client(ends.client, client_judge);
  if (!client) return tl::unexpected<Error>(client.error());
  const auto server = make_server(ends.server, server_judge);
  if (!server) return tl::unexpected<Error>(server.error());
  Ear client_ear{Side::client, &heard};
  Ear server_ear{Side::server, &heard};
  listen(client->get(), client_ear);
  listen(server->get(), server_ear);
  const Player client_player{client->get(), &seen.client};
  const Player server_player{server->get(), &seen.server};
  Stage(client_player, server_player, heard).play(meddler);

  if (!heard.trouble.empty()) return fail(ErrorCode::malformed, heard.trouble);
  if (!heard.refusal && !meddler && !(client_player.finished() && server_player.finished())) {
    return fail(ErrorCode::incomplete, "the endpoints neither finished nor gave up");
  }
  seen.outcome = outcome_of(heard, certificates);
  seen.hello = heard.hello;
  seen.downgrade_mark = heard.downgrade_mark;
  seen.retry_suite = heard.retry_suite;
  seen.retry_group = heard.retry_group;
  seen.client.objection = client_judge.objection;
  seen.server.objection = server_judge.objection;
  return seen;
}

}  // namespace ucready::rehearsal
