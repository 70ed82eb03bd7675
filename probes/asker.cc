#include "probes/asker.h"

#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <random>

#include "probes/replay.h"
#include "probes/verdict.h"

namespace ucready::probes {
namespace {

constexpr std::uint32_t kMostConnections = 60;
constexpr int kTriesWhereTurnedAway = 5;  // Their pauses outlast a count of connections in ten seconds.
constexpr int kMostInVain = 3;
constexpr std::uint32_t kMostConnectionsInFull = 1000;  // JSSE with everything on takes some 350.

bool speaks_tls(const Reply& reply) {
  return reply.server_spoke && (reply.answer.hello || reply.answer.hello_retry || reply.answer.alert);
}

bool connected(const Reply& reply) {
  using enum Ending;
  return reply.ending != refused && reply.ending != unreachable && reply.ending != not_connected &&
         reply.ending != failed;
}

// It ended before a hello could be the reason: the interface has no place for one more connection, and may say so.
bool turned_away(const Reply& reply) {
  return reply.bytes_sent == 0 && (reply.ending == Ending::closed || reply.ending == Ending::reset);
}

}  // namespace

Asker::Asker(const Target& target, const ProbeOptions& options, ProbeTools& tools, db::InterfaceObservation& seen)
    : target_(target),
      options_(options),
      tools_(tools),
      seen_(seen),
      endpoint_{seen.key.address, target.port},
      dialect_(find_dialect(target.protocol)) {}

bool Asker::over() const {
  if (gone_) return true;
  if (target_.offers) return failed_ || seen_.connections >= target_.offers->size() * kMostTriesOfOffer;
  const bool full = options_.depth == Depth::full;
  return failed_ || seen_.connections >= (full ? kMostConnectionsInFull : kMostConnections);
}

asio::awaitable<Reply> Asker::ask(const tls::HelloOffer& offer, tls::ReadTo read_to, Then then) {
  const bool is_first = !first_;
  Reply reply;
  co_await ask_patiently(offer, read_to, then, reply);
  if (is_first && !dialect_->otherwise.empty() && !speaks_tls(reply) && connected(reply)) {
    co_await ask_otherwise(offer, read_to, then, reply);
  }
  if (witness_ && accepted(offer, reply)) witness_(offer, reply);
  co_return std::move(reply);
}

asio::awaitable<void> Asker::ask_otherwise(const tls::HelloOffer& offer, tls::ReadTo read_to, Then then, Reply& reply) {
  const Dialect* const before = std::exchange(dialect_, dialect_named(dialect_->otherwise));
  Reply other;
  co_await ask_patiently(offer, read_to, then, other);
  if (speaks_tls(other) || other.ending == Ending::starttls_refused) {
    reply = std::move(other);
  } else {
    dialect_ = before;
  }
  first_ = reply;
}

asio::awaitable<void> Asker::ask_patiently(const tls::HelloOffer& offer, tls::ReadTo read_to, Then then, Reply& reply) {
  {
    const Solitude::Among others = co_await solitude_.go_among_others();
    co_await ask_once(offer, read_to, then, reply);
  }
  if (inconclusive(reply)) {
    co_await insist(offer, read_to, reply);
  } else {
    in_vain_ = 0;
  }
  if (!first_ && !reply.hung_up) first_ = reply;
}

// It ended early: alone with the server, for what others do meanwhile may be the reason.
asio::awaitable<void> Asker::insist(const tls::HelloOffer& offer, tls::ReadTo read_to, Reply& reply) {
  const Solitude::Alone alone = co_await solitude_.be_alone();
  const bool hung_up = !turned_away(reply) && (reply.ending == Ending::closed || reply.ending == Ending::reset);
  if (hung_up && control_ && co_await refuses_by_hanging_up(offer, read_to)) {
    reply.hung_up = true;
    co_return;
  }
  bool slowed = false;
  const int usual = control_ && reply.ending == Ending::timeout ? 1 : spoke_ ? 2 : first_ ? 0 : 1;
  const int retries = spoke_ && turned_away(reply) ? kTriesWhereTurnedAway : usual;
  for (int retry = 1; retry <= retries && inconclusive(reply) && !over(); ++retry) {
    if (spoke_ && reply.ending != Ending::timeout) {
      tools_.connector.slow_down(endpoint_.address);
      slowed = true;
    }
    co_await pause(retry);
    co_await ask_once(offer, read_to, Then::unknown, reply);
  }
  // It ended alike each time although nothing pressed: it was no limit of rate.
  if (slowed && inconclusive(reply)) tools_.connector.restore_pace(endpoint_.address);
  const bool may_be_gone = inconclusive(reply) && (control_ || turned_away(reply));
  if (may_be_gone && ++in_vain_ >= kMostInVain) co_await see_whether_it_is_gone();
}

// Or is silence only its way to refuse? Then the control is answered.
asio::awaitable<void> Asker::see_whether_it_is_gone() {
  for (int retry = 1; control_ && retry <= 2 && !over(); ++retry) {
    if (co_await control_is_taken()) {
      in_vain_ = 0;
      co_return;
    }
    co_await pause(retry);
  }
  gone_ = true;
}

asio::awaitable<bool> Asker::control_is_taken() {
  if (over()) co_return false;
  Reply reply;
  co_await ask_once(*control_, tls::ReadTo::hello, Then::unknown, reply);
  co_return accepted(*control_, reply);
}

// It just hung up on `offer`. The first time that is tried in an order that no counting of connections explains.
asio::awaitable<bool> Asker::refuses_by_hanging_up(const tls::HelloOffer& offer, tls::ReadTo read_to) {
  if (!co_await control_is_taken()) co_return false;
  if (hangs_up_) co_return true;
  const auto hangs_up_again = [&]() -> asio::awaitable<bool> {
    if (over()) co_return false;
    Reply reply;
    co_await ask_once(offer, read_to, Then::unknown, reply);
    co_return reply.ending == Ending::closed || reply.ending == Ending::reset;
  };
  if (!co_await control_is_taken() || !co_await hangs_up_again()) co_return false;
  if (!co_await control_is_taken() || !co_await hangs_up_again()) co_return false;
  hangs_up_ = true;
  co_return true;
}

asio::awaitable<void> Asker::ask_once(const tls::HelloOffer& offer, tls::ReadTo read_to, Then then, Reply& reply) {
  std::unique_ptr<Transport> ahead = take_ahead();
  const bool was_ahead = ahead != nullptr;
  const bool opening = then == Then::more && ahead_.empty() && tools_.connector.has_plenty_of_room(endpoint_.address);
  if (opening) {
    co_await ask_and_open(std::move(ahead), offer, read_to, reply);
  } else {
    co_await ask_over(std::move(ahead), offer, read_to, reply);
  }
  // It may have waited longer for its question than the server cares to.
  if (was_ahead && inconclusive(reply) && !reply.server_spoke) co_await ask_over(nullptr, offer, read_to, reply);
}

asio::awaitable<void> Asker::ask_and_open(std::unique_ptr<Transport> ahead, const tls::HelloOffer& offer,
                                          tls::ReadTo read_to, Reply& reply) {
  using namespace asio::experimental::awaitable_operators;
  auto opened = co_await (ask_over(std::move(ahead), offer, read_to, reply) && tools_.connector.connect(endpoint_));
  ++seen_.connections;
  if (opened) ahead_.push_back(std::move(*opened));
}

std::unique_ptr<Transport> Asker::take_ahead() {
  if (ahead_.empty()) return nullptr;
  std::unique_ptr<Transport> line = std::move(ahead_.back());
  ahead_.pop_back();
  return line;
}

asio::awaitable<void> Asker::ask_over(std::unique_ptr<Transport> ahead, const tls::HelloOffer& offer,
                                      tls::ReadTo read_to, Reply& reply) {
  Result<std::unique_ptr<Transport>> line = std::move(ahead);
  if (*line == nullptr) {
    ++seen_.connections;
    line = co_await tools_.connector.connect(endpoint_);
  }
  const Question question{*dialect_, offer, read_to};
  co_await probes::ask(std::move(line), target_, question, tools_.keys, options_.timeout, reply);
  const bool refuses_tls = reply.ending == Ending::starttls_refused || reply.ending == Ending::wrong_protocol;
  if (spoke_ && refuses_tls) reply.ending = Ending::closed;  // It did not before: turned away in words.
  spoke_ = spoke_ || reply.server_spoke;
  seen_.bytes_sent += reply.bytes_sent;
  seen_.bytes_received += reply.bytes_received;
  if (reply.ending == Ending::failed && !failed_) failed_ = Error{ErrorCode::io, reply.detail};
}

asio::awaitable<Result<std::unique_ptr<Transport>>> Asker::connect(std::uint16_t port) {
  const Solitude::Among others = co_await solitude_.go_among_others();
  if (port == endpoint_.port && !ahead_.empty()) co_return take_ahead();
  ++seen_.connections;
  const Endpoint endpoint{endpoint_.address, port};
  co_return co_await tools_.connector.connect(endpoint);
}

asio::awaitable<std::optional<Pacer::Permit>> Asker::place_for_openssl_client() {
  if (tools_.openssl_clients == nullptr) co_return std::nullopt;
  co_return co_await tools_.openssl_clients->acquire("");
}

asio::awaitable<void> Asker::pause(int retry) {
  static thread_local std::minstd_rand jitter{std::random_device{}()};
  const double factor = (1 << (retry - 1)) * std::uniform_real_distribution<>(0.75, 1.25)(jitter);
  asio::steady_timer timer(co_await asio::this_coro::executor);
  timer.expires_after(std::chrono::duration_cast<Clock::duration>(options_.retry_pause * factor));
  co_await timer.async_wait(asio::use_awaitable);
}

}  // namespace ucready::probes
