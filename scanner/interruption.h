// Ctrl-C, or a polite kill: asks long work to end in order. The second one ends the program at once.
#pragma once

namespace ucready::scanner {

// While one lives, SIGINT and SIGTERM are taken; at most one at a time.
class Interruption {
 public:
  Interruption();
  ~Interruption();
  Interruption(const Interruption&) = delete;
  Interruption& operator=(const Interruption&) = delete;

  [[nodiscard]] bool requested() const;
};

}  // namespace ucready::scanner
