#include <fmt/format.h>

#include "tls/extension.h"
#include "tls/hello_probe_state.h"

namespace ucready::tls {
namespace {

constexpr std::size_t kLongestCookie = 16 * 1024;  // With more a second hello might not hold it.

bool is_tls13_suite(CipherSuite suite) { return facts(suite).key_exchange == KeyExchange::tls13; }

}  // namespace

// What the server chose but had not been offered; empty when all is well. A version below the asked one is a
// server's right up to TLSv1.2, where the hello names only the highest.
std::string HelloProbe::State::fault_of(const ServerHello& hello) const {
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

void HelloProbe::State::take_hello(const ServerHello& hello, ByteView whole) {
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

void HelloProbe::State::take_legacy_hello(const ServerHello& hello, ByteView whole) {
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

void HelloProbe::State::make_opener(const ServerHello& hello) {
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
  secrets =
      derive_handshake_secrets(hello.suite, secret, hash.view(), with_psk ? offer.session->secret.view() : ByteView());
  opener.emplace(hello.suite, secrets.server.view());
  if (!keeps_transcript()) transcript = {};
}

void HelloProbe::State::take_retry(const ServerHello& retry, ByteView whole) {
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

void HelloProbe::State::answer_retry(const ServerHello& retry, ByteView whole) {
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
  ByteWriter out;
  write_change_cipher_spec(out);  // RFC 8446 appendix D.4: right before the second hello.
  append(output, out.view());
  write_hello(retry.cookie);
}

}  // namespace ucready::tls
