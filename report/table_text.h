// A table for reading: in columns where the page is wide enough for them, else one record after the other.
#pragma once

#include <iosfwd>

#include "report/format.h"

namespace ucready::report {

void write_table_text(const Document& document, const Style& style, std::ostream& out);

}  // namespace ucready::report
