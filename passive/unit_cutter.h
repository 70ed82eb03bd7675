// Cuts a stream into units that begin with a header which tells their size, without copying those that arrive whole.
#pragma once

#include <algorithm>
#include <optional>

#include "core/bytes.h"

namespace ucready::passive {

// Fed one piece after the other; of each piece only a unit that is cut off at its end is copied. Not bounded by itself:
// the caller asks for no unit larger than it allows.
template <std::size_t kHeaderBytes>
class UnitCutter {
 public:
  // `piece` must outlive the calls below, until one of them gives nothing. All of it must have been taken before the
  // next feed().
  void feed(ByteView piece) { piece_ = piece; }

  // The header of the next unit; nothing when more bytes are needed. Views end with the next call.
  std::optional<ByteView> header() {
    if (given_) {
      given_ = false;
      begun_.clear();
    }
    const std::size_t passed = std::min(to_pass_, piece_.size());
    piece_ = piece_.subspan(passed);
    to_pass_ -= passed;
    if (to_pass_ > 0) return std::nullopt;
    if (begun_.empty() && piece_.size() >= kHeaderBytes) return piece_.first(kHeaderBytes);
    if (!top_up(kHeaderBytes)) return std::nullopt;
    return ByteView(begun_).first(kHeaderBytes);
  }
  // The whole unit, of `size` bytes with its header, and goes on to the next; nothing when more bytes are needed.
  std::optional<ByteView> unit(std::size_t size) {
    if (begun_.empty() && piece_.size() >= size) {
      const ByteView whole = piece_.first(size);
      piece_ = piece_.subspan(size);
      return whole;
    }
    if (!top_up(size)) return std::nullopt;
    given_ = true;
    return ByteView(begun_);
  }
  // Goes on to the next unit without keeping this one.
  void pass(std::size_t size) {
    to_pass_ = size - begun_.size();
    begun_.clear();
  }
  // Begins anew, at the start of a unit.
  void reset() {
    begun_ = {};
    piece_ = {};
    to_pass_ = 0;
    given_ = false;
  }

  [[nodiscard]] bool mid_unit() const { return to_pass_ > 0 || (!given_ && !begun_.empty()); }
  [[nodiscard]] std::size_t memory() const { return begun_.capacity(); }

 private:
  bool top_up(std::size_t size) {
    const std::size_t missing = begun_.size() < size ? size - begun_.size() : 0;
    const ByteView taken = piece_.first(std::min(missing, piece_.size()));
    if (!taken.empty()) append(begun_, taken);
    piece_ = piece_.subspan(taken.size());
    return begun_.size() >= size;
  }

  ByteView piece_;
  Bytes begun_;
  std::size_t to_pass_ = 0;
  bool given_ = false;
};

}  // namespace ucready::passive
