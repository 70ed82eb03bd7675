#include "probes/dialect/intake.h"

#include <array>

namespace ucready::probes {

asio::awaitable<Result<void>> Intake::more() {
  if (total_ >= kMostBytes) co_return fail(ErrorCode::malformed, "more than 64 kB came before TLS");
  std::array<std::uint8_t, 2048> buffer{};
  const auto count = co_await transport_.read(buffer);
  if (!count) co_return tl::unexpected<Error>(count.error());
  const ByteView came = ByteView(buffer).first(*count);
  append(bytes_, came);
  total_ += *count;
  co_return Result<void>();
}

void Intake::drop(std::size_t count) {
  bytes_.erase(bytes_.begin(), bytes_.begin() + static_cast<std::ptrdiff_t>(std::min(count, bytes_.size())));
}

}  // namespace ucready::probes
