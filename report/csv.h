// One cell of CSV (RFC 4180) that a spreadsheet takes for text whatever a server wrote into it.
#pragma once

#include <string>
#include <string_view>

namespace ucready::report {

// Quoted where it must be; prefixed with ' where a spreadsheet would calculate. Tabs and line ends stay as they are
// (inside quotes), every other control character and what is no UTF-8 becomes \xNN.
std::string csv_cell(std::string_view text);

}  // namespace ucready::report
