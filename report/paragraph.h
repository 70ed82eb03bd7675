// Text set within a page's width.
#pragma once

#include <cstddef>
#include <iosfwd>
#include <string_view>

namespace ucready::report {

// How many columns it takes: its characters, for text that core/printable.h has passed.
std::size_t width(std::string_view text);

// Breaks at spaces, and inside a word only where that is longer than a line. The first line begins with `lead`, the
// others with as many spaces.
void write_paragraph(std::ostream& out, std::string_view lead, std::string_view text, std::size_t columns);

}  // namespace ucready::report
