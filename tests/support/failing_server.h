// A server that says what it has to say and fails after a number of bytes of it: closed, reset, silent, or with rubbish
// in place of the rest.
#pragma once

#include <algorithm>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <chrono>
#include <functional>
#include <limits>
#include <memory>
#include <optional>

#include "probes/transport.h"

namespace ucready::support {

// One connection of it.
class Speaker {
 public:
  virtual ~Speaker() = default;
  virtual Bytes greet() { return {}; }
  virtual Bytes answer(ByteView sent) = 0;
  // It has hung up, once all that it said was read.
  [[nodiscard]] virtual bool done() const { return false; }
};

struct Failure {
  std::size_t after = std::numeric_limits<std::size_t>::max();  // Bytes of each connection.
  Error end{ErrorCode::closed, "connection closed"};
  Bytes rubbish{};  // Said before the end.
};

class FailingServer : public probes::Connector {
 public:
  FailingServer(std::function<std::unique_ptr<Speaker>()> make, Failure failure)
      : make_(std::move(make)), failure_(std::move(failure)) {}

  boost::asio::awaitable<Result<std::unique_ptr<probes::Transport>>> connect(const probes::Endpoint&) override {
    ++connections;
    co_return std::make_unique<Line>(*this);
  }
  void slow_down(const std::string&) override {}
  void restore_pace(const std::string&) override {}

  int connections = 0;
  std::size_t most_said = 0;  // Bytes of the connection that was told most.

 private:
  class Line : public probes::Transport {
   public:
    explicit Line(FailingServer& owner) : owner_(owner), speaker_(owner.make_()), pending_(speaker_->greet()) {}
    void set_deadline(probes::Clock::time_point) override {}
    boost::asio::awaitable<Result<void>> write(ByteView bytes) override {
      const Bytes more = speaker_->answer(bytes);
      pending_.insert(pending_.end(), more.begin(), more.end());
      co_return Result<void>();
    }
    boost::asio::awaitable<Result<std::size_t>> read(std::span<std::uint8_t> buffer) override {
      const Failure& failure = owner_.failure_;
      if (said_ == failure.after && !rubbish_said_ && !failure.rubbish.empty()) {
        rubbish_said_ = true;
        const std::size_t count = std::min(failure.rubbish.size(), buffer.size());
        std::ranges::copy(ByteView(failure.rubbish).first(count), buffer.begin());
        // Not by chance what it would have said: a record with its last byte is whole.
        if (!pending_.empty() && pending_.front() == buffer.front()) buffer.front() ^= 1;
        co_return count;
      }
      if (said_ == failure.after) co_return tl::unexpected<Error>(failure.end);
      if (pending_.empty() && speaker_->done()) co_return fail(ErrorCode::closed, "connection closed");
      if (pending_.empty()) {
        boost::asio::steady_timer patience(co_await boost::asio::this_coro::executor, kPatience);
        co_await patience.async_wait(boost::asio::as_tuple(boost::asio::use_awaitable));
        co_return fail(ErrorCode::timeout, "no answer in time");
      }
      const std::size_t count = std::min({pending_.size(), buffer.size(), failure.after - said_});
      std::ranges::copy(ByteView(pending_).first(count), buffer.begin());
      pending_.erase(pending_.begin(), pending_.begin() + static_cast<std::ptrdiff_t>(count));
      said_ += count;
      owner_.most_said = std::max(owner_.most_said, said_);
      co_return count;
    }

   private:
    static constexpr std::chrono::milliseconds kPatience{250};  // Longer than a client waits for what may come early.
    FailingServer& owner_;
    std::unique_ptr<Speaker> speaker_;
    Bytes pending_;
    std::size_t said_ = 0;
    bool rubbish_said_ = false;
  };

  std::function<std::unique_ptr<Speaker>()> make_;
  Failure failure_;
};

// The four ways to fail after so many bytes.
inline std::vector<Failure> failures_after(std::size_t count) {
  return {{count, {ErrorCode::closed, "connection closed"}},
          {count, {ErrorCode::reset, "connection reset"}},
          {count, {ErrorCode::timeout, "no answer in time"}},
          {count, {ErrorCode::closed, "connection closed"}, Bytes(700, 0xff)}};
}

}  // namespace ucready::support
