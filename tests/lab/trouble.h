// What ends the lab. It is test equipment: there is nothing to carry on with when a key cannot be made or a port cannot
// be had, so the first trouble is thrown and only main catches it, to say it in one line.
#pragma once

#include <stdexcept>

namespace ucready::lab {

struct Trouble : std::runtime_error {
  using std::runtime_error::runtime_error;
};

}  // namespace ucready::lab
