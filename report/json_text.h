// Values as JSON, in ASCII only, so that nothing in them moves a cursor; bytes that are no UTF-8 become U+FFFD.
#pragma once

#include <string>
#include <string_view>

#include "report/rows.h"

namespace ucready::report {

std::string json_string(std::string_view text);  // With its quotes.
std::string json_value(const Cell& cell);
// The same for inside a script element: no mark in it, so neither an end of the element nor a comment can begin there.
std::string script_string(std::string_view text);

}  // namespace ucready::report
