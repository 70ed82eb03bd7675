// CSV (RFC 4180) of which a spreadsheet takes every cell for text, whatever a server wrote into it.
#pragma once

#include <iosfwd>
#include <string>
#include <string_view>

#include "report/rows.h"

namespace ucready::report {

// Quoted where it must be; prefixed with ' where a spreadsheet would calculate. Tabs and line ends stay as they are
// (inside quotes), every other control character and what is no UTF-8 becomes \xNN.
std::string csv_cell(std::string_view text);

// A header row, then the others.
void write_csv_table(Rows rows, std::ostream& out);

}  // namespace ucready::report
