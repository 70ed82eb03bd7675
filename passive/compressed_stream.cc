#include <fmt/format.h>
#include <zlib.h>
#include <zstd.h>

#include <algorithm>

#include "passive/byte_stream.h"

namespace ucready::passive {
namespace {

constexpr std::size_t kChunk = std::size_t{128} * 1024;

// Bytes of a stream held back until the decompressor has taken them.
class Input {
 public:
  explicit Input(std::unique_ptr<ByteStream> stream) : stream_(std::move(stream)), chunk_(kChunk) {}

  // What is there; nothing at the end of the stream.
  ByteView pending() {
    if (rest_.empty()) rest_ = ByteView(chunk_).first(stream_->read(chunk_));
    return rest_;
  }
  // Reads on until there are `count` bytes or no more come: to look at how a stream begins. Before any use of drop().
  ByteView beginning(std::size_t count) {
    while (rest_.size() < count) {
      const std::size_t more = stream_->read(std::span(chunk_).subspan(rest_.size()));
      if (more == 0) break;
      rest_ = ByteView(chunk_).first(rest_.size() + more);
    }
    return rest_;
  }
  void drop(std::size_t count) {
    rest_ = rest_.subspan(count);
    dropped_ += count;
  }
  // What was held back, then straight from the stream, without a copy more.
  std::size_t read(std::span<std::uint8_t> into) {
    if (rest_.empty()) return stream_->read(into);
    const ByteView part = rest_.first(std::min(into.size(), rest_.size()));
    std::copy(part.begin(), part.end(), into.begin());
    drop(part.size());
    return part.size();
  }
  [[nodiscard]] std::uint64_t position() const { return dropped_; }
  [[nodiscard]] const ByteStream& stream() const { return *stream_; }

 private:
  std::unique_ptr<ByteStream> stream_;
  Bytes chunk_;
  ByteView rest_;
  std::uint64_t dropped_ = 0;
};

class StreamOverInput : public ByteStream {
 public:
  explicit StreamOverInput(Input input) : input_(std::move(input)) {}
  [[nodiscard]] std::optional<std::string> trouble() const override {
    return trouble_ ? trouble_ : input_.stream().trouble();
  }
  [[nodiscard]] std::uint64_t taken() const override { return input_.stream().taken(); }
  [[nodiscard]] std::uint64_t size() const override { return input_.stream().size(); }

 protected:
  Input input_;
  std::optional<std::string> trouble_;
};

class PlainStream final : public StreamOverInput {
 public:
  using StreamOverInput::StreamOverInput;
  std::size_t read(std::span<std::uint8_t> into) override { return input_.read(into); }
};

class GzipStream final : public StreamOverInput {
 public:
  explicit GzipStream(Input input) : StreamOverInput(std::move(input)) {
    constexpr int kGzipOnly = 16 + MAX_WBITS;
    if (inflateInit2(&state_, kGzipOnly) != Z_OK) trouble_ = "no memory for zlib";
  }
  ~GzipStream() override { inflateEnd(&state_); }
  GzipStream(const GzipStream&) = delete;
  GzipStream& operator=(const GzipStream&) = delete;

  std::size_t read(std::span<std::uint8_t> into) override {
    state_.next_out = into.data();
    state_.avail_out = static_cast<uInt>(into.size());
    while (!trouble_ && !ended_ && state_.avail_out == into.size()) step();
    return into.size() - state_.avail_out;
  }

 private:
  void step() {
    const ByteView pending = input_.pending();
    if (pending.empty()) {
      // A new member starts only where bytes follow, so that the end of one is also the end of all.
      ended_ = between_members_;
      if (!ended_) trouble_ = fmt::format("its gzip data are cut short at byte {}", input_.position());
      return;
    }
    constexpr std::uint8_t kFirstOfMember = 0x1f;
    if (between_members_ && pending.front() != kFirstOfMember) {
      ended_ = true;  // Padding behind the last member, as gzip passes it over.
      return;
    }
    between_members_ = false;
    state_.next_in = const_cast<Bytef*>(pending.data());  // zlib's interface; it does not write there.
    state_.avail_in = static_cast<uInt>(pending.size());
    const int status = inflate(&state_, Z_NO_FLUSH);
    input_.drop(pending.size() - state_.avail_in);
    if (status == Z_STREAM_END) {
      between_members_ = true;
      inflateReset(&state_);
    } else if (status != Z_OK && status != Z_BUF_ERROR) {
      trouble_ = fmt::format("its gzip data are damaged at byte {} ({})", input_.position(),
                             state_.msg != nullptr ? state_.msg : zError(status));
    }
  }

  z_stream state_{};
  bool between_members_ = false;
  bool ended_ = false;
};

class ZstdStream final : public StreamOverInput {
 public:
  explicit ZstdStream(Input input) : StreamOverInput(std::move(input)), state_(ZSTD_createDStream(), ZSTD_freeDStream) {
    if (!state_) trouble_ = "no memory for zstd";
  }

  std::size_t read(std::span<std::uint8_t> into) override {
    ZSTD_outBuffer out{into.data(), into.size(), 0};
    while (!trouble_ && out.pos == 0) {
      const ByteView pending = input_.pending();
      // With no input left zstd may still hold output back; `unfinished_` says so.
      if (pending.empty() && !full_) {
        if (unfinished_) trouble_ = fmt::format("its zstd data are cut short at byte {}", input_.position());
        break;
      }
      ZSTD_inBuffer in{pending.data(), pending.size(), 0};
      const std::size_t status = ZSTD_decompressStream(state_.get(), &out, &in);
      input_.drop(in.pos);
      if (ZSTD_isError(status) != 0) {
        trouble_ =
            fmt::format("its zstd data are damaged at byte {} ({})", input_.position(), ZSTD_getErrorName(status));
      }
      unfinished_ = status != 0;
      full_ = out.pos == out.size;
    }
    return out.pos;
  }

 private:
  std::unique_ptr<ZSTD_DStream, decltype(&ZSTD_freeDStream)> state_;
  bool unfinished_ = false;
  bool full_ = false;  // The last call filled its output, so there may be more of it without more input.
};

}  // namespace

std::unique_ptr<ByteStream> looked_through(std::unique_ptr<ByteStream> stream) {
  Input input(std::move(stream));
  ByteReader reader(input.beginning(4));
  const std::uint32_t magic = reader.u32();
  constexpr std::uint32_t kGzipDeflate = 0x1f8b08;
  constexpr std::uint32_t kZstdFrame = 0x28b52ffd;
  constexpr std::uint32_t kZstdSkippable = 0x502a4d18;  // Its first byte is 0x50 to 0x5f.
  if (magic >> 8 == kGzipDeflate) return std::make_unique<GzipStream>(std::move(input));
  if (magic == kZstdFrame || (magic & 0xf0ffffff) == kZstdSkippable) {
    return std::make_unique<ZstdStream>(std::move(input));
  }
  return std::make_unique<PlainStream>(std::move(input));
}

}  // namespace ucready::passive
