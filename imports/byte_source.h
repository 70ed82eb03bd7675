// Where an export's bytes come from: a file, an entry of an archive, or memory.
#pragma once

#include <cstring>
#include <span>
#include <string>
#include <string_view>

#include "core/result.h"

namespace ucready::imports {

class ByteSource {
 public:
  ByteSource() = default;
  ByteSource(const ByteSource&) = delete;
  ByteSource& operator=(const ByteSource&) = delete;
  virtual ~ByteSource() = default;

  // How many bytes came; 0: the end, or trouble, which fault() tells.
  virtual std::size_t read(std::span<char> room) = 0;
  // Empty: none.
  [[nodiscard]] virtual std::string fault() const { return {}; }
};

class MemorySource final : public ByteSource {
 public:
  // The text must outlive it.
  explicit MemorySource(std::string_view text) : rest_(text) {}

  std::size_t read(std::span<char> room) override {
    const std::size_t count = std::min(room.size(), rest_.size());
    std::memcpy(room.data(), rest_.data(), count);
    rest_.remove_prefix(count);
    return count;
  }

 private:
  std::string_view rest_;
};

// The beginning is looked at before anybody reads; it is read again.
class PeekedSource final : public ByteSource {
 public:
  // The source must outlive it.
  PeekedSource(ByteSource& source, std::size_t bytes) : source_(source) {
    head_.resize(bytes);
    std::size_t have = 0;
    while (have < bytes) {
      const std::size_t count = source_.read(std::span(head_).subspan(have));
      if (count == 0) break;
      have += count;
    }
    head_.resize(have);
  }

  [[nodiscard]] std::string_view head() const { return head_; }

  std::size_t read(std::span<char> room) override {
    if (at_ >= head_.size()) return source_.read(room);
    const std::size_t count = std::min(room.size(), head_.size() - at_);
    std::memcpy(room.data(), head_.data() + at_, count);
    at_ += count;
    return count;
  }
  [[nodiscard]] std::string fault() const override { return source_.fault(); }

 private:
  ByteSource& source_;
  std::string head_;
  std::size_t at_ = 0;
};

// All that is left; nothing where it is more than that.
Result<std::string> read_whole(ByteSource& source, std::size_t most);

}  // namespace ucready::imports
