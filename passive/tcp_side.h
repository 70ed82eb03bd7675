// One direction of a TCP connection: gives its bytes out in order (RFC 9293 section 3.4; sequence numbers wrap).
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "core/bytes.h"

namespace ucready::passive {

// What all sides of a capture share, so that together they stay bounded.
struct WaitingBytes {
  std::size_t limit = 0;
  std::size_t now = 0;
};

class TcpSide {
 public:
  // Where the stream begins, as its SYN says.
  void begins_at(std::uint32_t sequence) {
    next_ = sequence;
    known_start_ = started_ = true;
  }
  [[nodiscard]] bool known_start() const { return known_start_; }
  [[nodiscard]] bool started() const { return started_; }
  [[nodiscard]] std::uint32_t next() const { return next_; }

  // A segment's bytes; `cut`: how many more were sent behind them but not captured. `deliver(bytes)` gets what is next
  // in order, once or several times, `lose()` is called where bytes are missing and will not come. Returns how many
  // waiting segments were given up.
  template <typename Deliver, typename Lose>
  std::size_t take(std::uint32_t sequence, ByteView payload, std::uint32_t cut, WaitingBytes& room, Deliver&& deliver,
                   Lose&& lose) {
    if (!started_) {
      next_ = sequence;
      started_ = true;
    }
    const std::int32_t ahead = distance(next_, sequence);
    if (ahead > 0) {
      std::size_t dropped = 0;
      if (!wait(sequence, payload, cut, room)) {
        skip_gap(room, deliver, lose);
        if (!wait(sequence, payload, cut, room)) dropped = 1;
      }
      return dropped;
    }
    const std::uint32_t seen = static_cast<std::uint32_t>(-static_cast<std::int64_t>(ahead));
    if (seen >= payload.size() + cut) return 0;
    give(payload, cut, seen, deliver, lose);
    if (waiting_) drain(room, deliver, lose);
    return 0;
  }

  // Nothing earlier will come any more: gives out what waits, with its gaps.
  template <typename Deliver, typename Lose>
  void end(WaitingBytes& room, Deliver&& deliver, Lose&& lose) {
    while (waiting_ && !waiting_->empty()) skip_gap(room, deliver, lose);
  }
  void forget(WaitingBytes& room);

 private:
  struct Waiting {
    std::uint32_t sequence = 0;
    std::uint32_t cut = 0;
    Bytes payload;
  };
  static constexpr std::size_t kMostWaiting = 64;
  static constexpr std::size_t kMostWaitingBytes = 128 * 1024;

  static std::int32_t distance(std::uint32_t from, std::uint32_t to) { return static_cast<std::int32_t>(to - from); }
  // False: there is no room for it.
  bool wait(std::uint32_t sequence, ByteView payload, std::uint32_t cut, WaitingBytes& room);
  Waiting take_first(WaitingBytes& room);

  // The part of a segment that was not given out before; its first `seen` bytes were.
  template <typename Deliver, typename Lose>
  void give(ByteView payload, std::uint32_t cut, std::uint32_t seen, Deliver&& deliver, Lose&& lose) {
    if (seen < payload.size()) {
      const ByteView fresh = payload.subspan(seen);
      next_ += static_cast<std::uint32_t>(fresh.size());
      seen = static_cast<std::uint32_t>(payload.size());
      deliver(fresh);
    }
    const std::uint32_t missing = static_cast<std::uint32_t>(payload.size()) + cut - seen;
    if (missing == 0) return;
    next_ += missing;
    lose();
  }

  template <typename Deliver, typename Lose>
  void drain(WaitingBytes& room, Deliver&& deliver, Lose&& lose) {
    while (waiting_ && !waiting_->empty() && distance(next_, waiting_->front().sequence) <= 0) {
      const Waiting first = take_first(room);
      const auto seen = static_cast<std::uint32_t>(distance(first.sequence, next_));
      if (seen < first.payload.size() + first.cut) give(first.payload, first.cut, seen, deliver, lose);
    }
  }

  template <typename Deliver, typename Lose>
  void skip_gap(WaitingBytes& room, Deliver&& deliver, Lose&& lose) {
    if (!waiting_ || waiting_->empty()) return;
    next_ = waiting_->front().sequence;
    lose();
    drain(room, deliver, lose);
  }

  std::uint32_t next_ = 0;  // Of the byte to give out next.
  bool started_ = false;
  bool known_start_ = false;
  std::unique_ptr<std::vector<Waiting>> waiting_;  // By sequence, first first; made when first needed.
};

}  // namespace ucready::passive
