// Values as JSON, in ASCII only, so that nothing in them moves a cursor; bytes that are no UTF-8 become U+FFFD.
#pragma once

#include <iosfwd>
#include <string>
#include <string_view>

#include "report/rows.h"

namespace ucready::report {

std::string json_string(std::string_view text);  // With its quotes.
std::string json_value(const Cell& cell);
// An array, one object a line: a reader may take them one by one.
void write_json_objects(Rows rows, std::ostream& out);
// The same for inside a script element: no mark in it, so neither an end of the element nor a comment can begin there.
std::string script_string(std::string_view text);

}  // namespace ucready::report
