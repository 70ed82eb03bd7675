// How plans count and cut their lists.
#pragma once

#include <fmt/format.h>

#include <cstddef>
#include <ostream>
#include <string>

#include "core/printable.h"
#include "report/plural.h"
#include "report/rows.h"

namespace ucready::report {

// So much of each list is printed; the rest is counted.
inline constexpr std::size_t kMostParagraphs = 200;

inline std::string text_of(const Rows& rows, const char* column) { return printable(rows.text(column)); }
inline std::size_t count_of(const Rows& rows, const char* column) {
  return static_cast<std::size_t>(rows.integer(column).value_or(0));
}
inline void write_rest(std::size_t left, std::ostream& out) {
  if (left > 0) out << fmt::format("  and {} more; --format csv has them all\n", left);
}

}  // namespace ucready::report
