// A peer that says what the test wrote down: each write of the other side is followed by the next line of the script.
#pragma once

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <deque>
#include <exception>
#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "probes/transport.h"

namespace ucready::support {

// Runs a coroutine to its end and gives its value; an exception passes through.
template <typename Value>
Value run(boost::asio::awaitable<Value> work) {
  boost::asio::io_context context{1};
  std::optional<Value> result;
  std::exception_ptr thrown;
  boost::asio::co_spawn(context, std::move(work), [&](const std::exception_ptr& error, Value value) {
    thrown = error;
    result = std::move(value);
  });
  context.run();
  if (thrown) std::rethrow_exception(thrown);
  return std::move(*result);
}

class ScriptedTransport : public probes::Transport {
 public:
  // Each part is given to one read, as it stands. After the last one the peer has closed, or fails as `end` says.
  explicit ScriptedTransport(std::deque<std::string> parts, Error end = {ErrorCode::closed, "connection closed"})
      : parts_(std::move(parts)), end_(std::move(end)) {}

  void set_deadline(probes::Clock::time_point) override {}
  boost::asio::awaitable<Result<std::size_t>> read(std::span<std::uint8_t> buffer) override {
    if (parts_.empty()) co_return tl::unexpected<Error>(end_);
    std::string& part = parts_.front();
    const std::size_t count = std::min(part.size(), buffer.size());
    std::ranges::copy(as_bytes(part).first(count), buffer.begin());
    part.erase(0, count);
    if (part.empty()) parts_.pop_front();
    co_return count;
  }
  boost::asio::awaitable<Result<void>> write(ByteView bytes) override {
    written_.emplace_back(as_text(bytes));
    co_return Result<void>();
  }

  [[nodiscard]] const std::vector<std::string>& written() const { return written_; }

 private:
  std::deque<std::string> parts_;
  Error end_;
  std::vector<std::string> written_;
};

// A server made of a function: from the ClientHello's bytes to the bytes that come back, or to the error that ends the
// connection. Counts its connections.
class FunctionConnector : public probes::Connector {
 public:
  using Answer = Result<Bytes>;
  explicit FunctionConnector(std::function<Answer(ByteView hello)> serve) : serve_(std::move(serve)) {}

  boost::asio::awaitable<Result<std::unique_ptr<probes::Transport>>> connect(const probes::Endpoint&) override {
    ++connections;
    if (refuse) co_return tl::unexpected<Error>(*refuse);
    co_return std::make_unique<Served>(*this);
  }
  void slow_down(const std::string&) override { ++slowed; }
  void restore_pace(const std::string&) override { ++restored; }

  int connections = 0;
  int slowed = 0;
  int restored = 0;
  std::optional<Error> refuse;

 private:
  class Served : public probes::Transport {
   public:
    explicit Served(FunctionConnector& owner) : owner_(owner) {}
    void set_deadline(probes::Clock::time_point) override {}
    boost::asio::awaitable<Result<void>> write(ByteView bytes) override {
      answer_ = owner_.serve_(bytes);
      co_return Result<void>();
    }
    boost::asio::awaitable<Result<std::size_t>> read(std::span<std::uint8_t> buffer) override {
      if (!answer_) co_return tl::unexpected<Error>(answer_.error());
      if (at_ == answer_->size()) co_return fail(ErrorCode::closed, "connection closed");
      const std::size_t count = std::min(answer_->size() - at_, buffer.size());
      std::ranges::copy(ByteView(*answer_).subspan(at_, count), buffer.begin());
      at_ += count;
      co_return count;
    }

   private:
    FunctionConnector& owner_;
    Answer answer_ = Bytes{};
    std::size_t at_ = 0;
  };

  std::function<Answer(ByteView)> serve_;
};

}  // namespace ucready::support
