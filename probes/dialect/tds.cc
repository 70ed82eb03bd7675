// Microsoft SQL Server up to TDS 7.4: PRELOGIN, then a TLS handshake inside PRELOGIN packets (MS-TDS section 3.2.5.2).
#include <fmt/format.h>

#include <algorithm>

#include "probes/dialect.h"
#include "probes/dialect/intake.h"
#include "probes/dialect/tds_packet.h"

namespace ucready::probes {
namespace {

class TdsTransport final : public Transport {
 public:
  explicit TdsTransport(Transport& inner) : inner_(inner), intake_(inner) {}

  void set_deadline(Clock::time_point deadline) override { inner_.set_deadline(deadline); }

  asio::awaitable<Result<std::size_t>> read(std::span<std::uint8_t> buffer) override {
    while (payload_.empty()) {
      const auto packet = read_tds_packet(intake_.bytes());
      if (!packet) co_return tl::unexpected<Error>(packet.error());
      if (*packet) {
        payload_.assign((*packet)->payload.begin(), (*packet)->payload.end());
        intake_.drop((*packet)->size);
      } else if (auto came = co_await intake_.more(); !came) {
        co_return tl::unexpected<Error>(came.error());
      }
    }
    const std::size_t count = std::min(payload_.size(), buffer.size());
    std::ranges::copy(ByteView(payload_).first(count), buffer.begin());
    payload_.erase(payload_.begin(), payload_.begin() + static_cast<std::ptrdiff_t>(count));
    co_return count;
  }

  asio::awaitable<Result<void>> write(ByteView bytes) override {
    co_return co_await inner_.write(write_tds_message(kTdsPrelogin, bytes));
  }

 private:
  Transport& inner_;
  Intake intake_;
  Bytes payload_;
};

}  // namespace

asio::awaitable<Result<void>> start_tls_tds(Transport& transport, const Target&) {
  constexpr std::uint8_t kNotSupported = 2;
  if (auto sent = co_await transport.write(tds_prelogin_request()); !sent) co_return sent;
  Intake intake(transport);
  for (;;) {
    if (auto came = co_await intake.more(); !came) co_return came;
    const auto packet = read_tds_packet(intake.bytes());
    if (!packet) co_return tl::unexpected<Error>(packet.error());
    if (!*packet) continue;
    const auto encryption = read_tds_encryption((*packet)->payload);
    if (!encryption) co_return tl::unexpected<Error>(encryption.error());
    if (*encryption == kNotSupported) {
      co_return fail(ErrorCode::unsupported, "the SQL server said in PRELOGIN that it has no encryption");
    }
    if (intake.bytes().size() > (*packet)->size) {
      co_return fail(ErrorCode::malformed, "the SQL server went on talking after its answer to PRELOGIN");
    }
    co_return Result<void>();
  }
}

std::unique_ptr<Transport> wrap_in_tds(Transport& transport) { return std::make_unique<TdsTransport>(transport); }

}  // namespace ucready::probes
