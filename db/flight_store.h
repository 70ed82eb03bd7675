// Gathers the answers of one interface into one row of bytes; equal answers are kept once.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "core/bytes.h"

namespace ucready::db {

class FlightStore {
 public:
  struct Place {
    std::int64_t offset = 0;
    std::int64_t length = 0;

    bool operator==(const Place&) const = default;
  };

  // Nothing for an empty answer, and for one with which an interface would have sent more than half a megabyte.
  std::optional<Place> keep(ByteView flight);
  void clear();
  [[nodiscard]] const Bytes& bytes() const { return bytes_; }

 private:
  Bytes bytes_;
  std::vector<Place> places_;
};

}  // namespace ucready::db
