// The one page for a terminal.
#pragma once

#include <iosfwd>

#include "report/one_page.h"

namespace ucready::report {

void write_one_page(const OnePage& page, std::size_t columns, std::ostream& out);

}  // namespace ucready::report
