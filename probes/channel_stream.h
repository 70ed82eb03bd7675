// A conversation inside TLS without a TLS library: over a handshake that tls::HelloProbe finished.
#pragma once

#include "probes/tls_stream.h"
#include "tls/channel.h"

namespace ucready::probes {

class ChannelStream final : public TlsStream {
 public:
  // `inner` must outlive it.
  ChannelStream(Transport& inner, std::unique_ptr<tls::Channel> channel)
      : inner_(inner), channel_(std::move(channel)) {}

  void set_deadline(Clock::time_point deadline) override { inner_.set_deadline(deadline); }
  // Errors as of `inner`; `closed` after a close_notify; `malformed` where the channel broke: another TLS client might
  // have gone on.
  asio::awaitable<Result<std::size_t>> read(std::span<std::uint8_t> buffer) override;
  asio::awaitable<Result<void>> write(ByteView bytes) override;
  asio::awaitable<void> close() override;

 private:
  asio::awaitable<Result<void>> flush();

  Transport& inner_;
  std::unique_ptr<tls::Channel> channel_;
};

}  // namespace ucready::probes
