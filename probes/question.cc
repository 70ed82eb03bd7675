#include "probes/question.h"

#include <algorithm>
#include <array>
#include <utility>

namespace ucready::probes {
namespace {

Reply without_connection(const Error& error) {
  switch (error.code) {
    case ErrorCode::closed:
      return {Ending::refused, error.message, {}};
    case ErrorCode::unreachable:
      return {Ending::unreachable, error.message, {}};
    case ErrorCode::timeout:
      return {Ending::not_connected, error.message, {}};
    case ErrorCode::reset:
      return {Ending::reset, error.message, {}};
    default:
      return {Ending::failed, error.message, {}};
  }
}

Ending ending_of(const Error& error) {
  switch (error.code) {
    case ErrorCode::closed:
      return Ending::closed;
    case ErrorCode::reset:
      return Ending::reset;
    case ErrorCode::timeout:
      return Ending::timeout;
    case ErrorCode::unsupported:
      return Ending::starttls_refused;
    case ErrorCode::malformed:
      return Ending::wrong_protocol;
    default:
      return Ending::failed;
  }
}

// How long to wait for what a server may leave unsaid once its flight is whole: a few times what the flight took.
Clock::duration patience(Clock::duration flight) {
  constexpr Clock::duration kLeast = std::chrono::milliseconds(200), kMost = std::chrono::seconds(2);
  return std::clamp(4 * flight, kLeast, kMost);
}

}  // namespace

asio::awaitable<void> converse(Transport& transport, tls::HelloProbe& probe, Clock::duration timeout, Reply& reply) {
  const Clock::time_point start = Clock::now();
  transport.set_deadline(start + timeout);
  bool beyond_flight = false;
  thread_local std::array<std::uint8_t, 16384> buffer;
  Error trouble;
  std::uint64_t bytes_sent = 0;
  while (!probe.done()) {
    if (probe.wants_to_send()) {
      const Bytes hello = probe.take_output();
      bytes_sent += hello.size();
      if (auto sent = co_await transport.write(hello); !sent) {
        trouble = sent.error();
        probe.peer_closed();
        break;
      }
    }
    const auto count = co_await transport.read(buffer);
    if (!count) {
      trouble = count.error();
      probe.peer_closed();
      break;
    }
    probe.receive(ByteView(buffer).first(*count));
    const bool may_stay_unsaid = probe.reads_to() == tls::ReadTo::session && probe.answer().flight_complete;
    if (!probe.done() && may_stay_unsaid && !std::exchange(beyond_flight, true)) {
      const Clock::time_point now = Clock::now();
      transport.set_deadline(now + std::min(timeout, patience(now - start)));
    }
  }
  if (probe.wants_to_send()) (void)co_await transport.write(probe.take_output());
  const std::size_t bytes_received = probe.received_bytes();
  reply = {Ending::answered, {}, probe.take_answer(), false, bytes_received > 0, bytes_sent, bytes_received};
  if (reply.answer.end == tls::ServerAnswer::End::open) {
    reply.ending = ending_of(trouble);
    reply.detail = trouble.message;
  }
}

asio::awaitable<void> ask(Result<std::unique_ptr<Transport>> line, const Target& target, const Question& question,
                          tls::KeyShares& keys, Clock::duration timeout, Reply& into) {
  if (!line) {
    into = without_connection(line.error());
    co_return;
  }
  Transport& transport = **line;

  transport.set_deadline(Clock::now() + timeout);
  const Dialect& dialect = question.dialect;
  if (auto started = co_await dialect.start_tls(transport, target); !started) {
    into = {ending_of(started.error()), started.error().message, {}};
    co_return;
  }
  if (dialect.wrap == nullptr && dialect.alpn.empty()) {
    tls::HelloProbe probe(question.offer, keys, question.read_to);
    co_return co_await converse(transport, probe, timeout, into);
  }
  tls::HelloOffer offer = question.offer;
  if (offer.alpn.empty() && !dialect.alpn.empty()) offer.alpn.emplace_back(dialect.alpn);
  tls::HelloProbe probe(offer, keys, question.read_to);
  const std::unique_ptr<Transport> wrapped = dialect.wrap == nullptr ? nullptr : dialect.wrap(transport);
  co_await converse(wrapped ? *wrapped : transport, probe, timeout, into);
}

}  // namespace ucready::probes
