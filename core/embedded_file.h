// A data file (catalogue, rule) that was built into the program.
#pragma once

#include <cstddef>
#include <span>
#include <string_view>

namespace ucready {

struct EmbeddedFile {
  std::string_view name;  // File name without folder, e.g. "cucm.yaml".
  std::string_view text;
};

}  // namespace ucready
