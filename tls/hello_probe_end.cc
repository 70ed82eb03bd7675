#include "tls/alert.h"
#include "tls/extension.h"
#include "tls/hello_probe_state.h"
#include "tls/server_flight.h"
#include "tls/server_key_exchange.h"
#include "tls/tls12_keys.h"

namespace ucready::tls {

bool can_finish(Version version, CipherSuite suite, Group group) {
  if (!KeyShares::supports(group)) return false;
  if (version == kTls13) return has_tls13_keys(suite) && !find_aead_suite(suite)->ccm;
  return version == kTls12 && has_tls12_keys(suite);
}

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
  if (!goes_to_the_end() || answer.certificate_request) return finish(ServerAnswer::End::read);
  if (opener && last != HandshakeType::finished) return;  // All is said but the proof.
  ByteWriter out;
  if (opener && proof) {
    answer.finished = true;
    if (!answer.hello_retry) write_change_cipher_spec(out);
    ending = finish_tls13(answer.suite, secrets, std::move(transcript), out);
  } else if (!opener) {
    end_tls12(out);
  }
  if (!ending) return finish(ServerAnswer::End::read);
  append(output, out.view());
  if (opener && read_to == ReadTo::channel) open_channel();
}

void HelloProbe::State::end_tls12(ByteWriter& out) {
  const bool known = answer.group && can_finish(answer.version, answer.suite, *answer.group);
  if (!known || server_share.empty()) return;
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
  if (ended && read_to == ReadTo::channel) return open_channel();
  finish(ServerAnswer::End::read);
  ByteWriter farewell;
  if (ended && ending->take_records()->seal(ContentType::alert, kFarewell, farewell)) output = farewell.take();
}

void HelloProbe::State::open_channel() {
  Bytes unsent = std::move(output);
  finish(ServerAnswer::End::read);
  channel = std::make_unique<Channel>(answer.version, ending->take_records(), std::move(records), std::move(unsent));
}

bool HelloProbe::State::takes_up_psk() const {
  return opener && offer.session && contains(answer.extensions, extension::kPreSharedKey);
}

}  // namespace ucready::tls
