#include "probes/dialect/lines.h"

#include <array>

namespace ucready::probes {
namespace {
constexpr std::size_t kLongestLine = 2048;
constexpr int kMostLines = 200;
}  // namespace

asio::awaitable<Result<std::string>> Lines::next() {
  std::size_t end = pending_.find('\n');
  while (end == std::string::npos) {
    if (pending_.size() > kLongestLine) co_return fail(ErrorCode::malformed, "a line of more than 2 kB came");
    std::array<std::uint8_t, 1024> buffer{};
    const auto count = co_await transport_.read(buffer);
    if (!count) co_return tl::unexpected<Error>(count.error());
    pending_ += as_text(ByteView(buffer).first(*count));
    end = pending_.find('\n');
  }
  if (end > kLongestLine) co_return fail(ErrorCode::malformed, "a line of more than 2 kB came");
  if (++lines_ > kMostLines) co_return fail(ErrorCode::malformed, "more than 200 lines came");
  std::string line = pending_.substr(0, end);
  pending_.erase(0, end + 1);
  if (line.ends_with('\r')) line.pop_back();
  co_return line;
}

asio::awaitable<Result<void>> Lines::send(std::string_view text) {
  co_return co_await transport_.write(as_bytes(text));
}

}  // namespace ucready::probes
