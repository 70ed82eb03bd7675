// Which connections an interface lets in at all; the others are closed before a byte.
#pragma once

#include <chrono>
#include <deque>
#include <mutex>
#include <string_view>

namespace ucready::lab {

struct GateState {
  std::mutex mutex;
  unsigned seen = 0;
  std::deque<std::chrono::steady_clock::time_point> let_in;
};

struct Gate {
  std::string_view name;
  bool (*lets_in)(GateState& state, std::chrono::steady_clock::time_point now);
};

const Gate* find_gate(std::string_view name);

}  // namespace ucready::lab
