#include "probes/channel_stream.h"

#include <algorithm>
#include <array>

namespace ucready::probes {

using State = tls::Channel::State;

asio::awaitable<Result<void>> ChannelStream::flush() {
  if (!channel_->wants_to_send()) co_return Result<void>();
  const Bytes output = channel_->take_output();
  co_return co_await inner_.write(output);
}

asio::awaitable<Result<std::size_t>> ChannelStream::read(std::span<std::uint8_t> buffer) {
  if (auto sent = co_await flush(); !sent) co_return tl::unexpected<Error>(sent.error());
  thread_local std::array<std::uint8_t, 16384> sealed;
  while (channel_->heard().empty()) {
    if (channel_->state() == State::closed) co_return fail(ErrorCode::closed, "connection closed");
    if (channel_->state() == State::broken) co_return fail(ErrorCode::malformed, "the TLS connection broke");
    const auto count = co_await inner_.read(sealed);
    if (!count) co_return tl::unexpected<Error>(count.error());
    channel_->receive(ByteView(sealed).first(*count));
  }
  const std::size_t count = std::min(buffer.size(), channel_->heard().size());
  std::ranges::copy(channel_->heard().first(count), buffer.begin());
  channel_->take(count);
  co_return count;
}

asio::awaitable<Result<void>> ChannelStream::write(ByteView bytes) {
  channel_->say(bytes);
  co_return co_await flush();
}

asio::awaitable<void> ChannelStream::close() {
  channel_->say_farewell();
  (void)co_await flush();
}

}  // namespace ucready::probes
