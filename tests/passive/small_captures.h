// Captures of at most 2 kB that between them have everything: file formats, link layers, tunnels, ways to begin TLS.
#pragma once

#include <ostream>
#include <string>
#include <vector>

#include "core/bytes.h"

namespace ucready::passive {

struct SmallCapture {
  std::string name;  // Letters and digits.
  Bytes file;

  friend std::ostream& operator<<(std::ostream& out, const SmallCapture& capture) { return out << capture.name; }
};

// Each holds one TLS connection with a hello.
std::vector<SmallCapture> small_captures();

}  // namespace ucready::passive
