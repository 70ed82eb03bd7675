#include "passive/tcp_side.h"

#include <algorithm>

namespace ucready::passive {

bool TcpSide::wait(std::uint32_t sequence, ByteView payload, std::uint32_t cut, WaitingBytes& room) {
  if (!waiting_) waiting_ = std::make_unique<std::vector<Waiting>>();
  std::size_t held = 0;
  for (const Waiting& waiting : *waiting_) {
    if (waiting.sequence == sequence && waiting.payload.size() >= payload.size()) return true;  // Came before.
    held += waiting.payload.size();
  }
  if (waiting_->size() >= kMostWaiting || held + payload.size() > kMostWaitingBytes ||
      room.now + payload.size() > room.limit) {
    return false;
  }
  const auto place = std::find_if(waiting_->begin(), waiting_->end(),
                                  [&](const Waiting& waiting) { return distance(sequence, waiting.sequence) > 0; });
  waiting_->insert(place, {sequence, cut, Bytes(payload.begin(), payload.end())});
  room.now += payload.size();
  return true;
}

TcpSide::Waiting TcpSide::take_first(WaitingBytes& room) {
  Waiting first = std::move(waiting_->front());
  waiting_->erase(waiting_->begin());
  room.now -= first.payload.size();
  if (waiting_->empty()) waiting_.reset();
  return first;
}

void TcpSide::forget(WaitingBytes& room) {
  if (!waiting_) return;
  for (const Waiting& waiting : *waiting_) room.now -= waiting.payload.size();
  waiting_.reset();
}

}  // namespace ucready::passive
