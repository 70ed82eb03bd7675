#include "tls/extension.h"
#include "tls/hello_probe_state.h"
#include "tls/server_flight.h"
#include "tls/server_key_exchange.h"
#include "tls/tls12_keys.h"

namespace ucready::tls {

void HelloProbe::State::take_flight(const HandshakeMessage& message) {
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
bool HelloProbe::State::proves(ByteView finished) const {
  if (!opener || !keeps_transcript()) return false;
  const Secret hash = transcript_hash(answer.suite, transcript);
  return std::ranges::equal(finished_mac(answer.suite, secrets.server, hash.view()).view(), finished);
}

void HelloProbe::State::end_flight(HandshakeType last, bool proof) {
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

void HelloProbe::State::end_tls12(ByteWriter& out) {
  const bool known = answer.version == kTls12 && has_tls12_keys(answer.suite) && answer.group && !server_share.empty();
  if (!known) return;
  const Bytes secret = keys.agree(*answer.group, server_share);
  if (!secret.empty()) ending = finish_tls12(agreed(secret), out);
}

Agreed HelloProbe::State::agreed(ByteView shared_secret) {
  return {.suite = answer.suite,
          .client_random = parts.random,
          .server_random = server_hello.random,
          .session_id = server_hello.session_id,
          .extended = contains(answer.extensions, extension::kExtendedMasterSecret),
          .client_share = answer.group ? keys.public_share(*answer.group) : ByteView(),
          .shared_secret = shared_secret,
          .transcript = std::move(transcript)};
}

void HelloProbe::State::take_end(Finish::State state) {
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

bool HelloProbe::State::takes_up_psk() const {
  return opener && offer.session && contains(answer.extensions, extension::kPreSharedKey);
}

}  // namespace ucready::tls
