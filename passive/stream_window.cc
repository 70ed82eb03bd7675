#include "passive/stream_window.h"

namespace ucready::passive {
namespace {

// Large enough that the system calls do not count, small enough that what they write is still in the cache when read.
constexpr std::size_t kChunk = std::size_t{256} * 1024;
constexpr std::size_t kBufferBytes = StreamWindow::kMostPeek + kChunk;

}  // namespace

StreamWindow::StreamWindow(std::unique_ptr<ByteStream> stream)
    : stream_(std::move(stream)),
      memory_(std::make_unique_for_overwrite<std::uint8_t[]>(kBufferBytes)),  // Pages that a small file never touches.
      buffer_(memory_.get(), kBufferBytes) {}

void StreamWindow::fill(std::size_t count) {
  std::copy(window_.begin(), window_.end(), buffer_.begin());
  std::size_t held = window_.size();
  while (held < count) {
    const std::size_t more = stream_->read(buffer_.subspan(held, std::min(kChunk, buffer_.size() - held)));
    if (more == 0) break;
    held += more;
    fed_ += more;
  }
  window_ = ByteView(buffer_).first(held);
}

bool StreamWindow::skip(std::uint64_t count) {
  while (count > 0) {
    const std::size_t part = peek(std::min<std::uint64_t>(count, kMostPeek)).size();
    if (part == 0) return false;
    drop(part);
    count -= part;
  }
  return true;
}

}  // namespace ucready::passive
