// The report as one page for a browser: what it shows is written into it as JSON, row by row, and its scripts draw it.
// Its parts are in page/: a skeleton, a style sheet and scripts, which are joined in the order of their names.
#pragma once

#include <cstddef>
#include <iosfwd>
#include <string_view>
#include <vector>

#include "report/document.h"
#include "report/one_page.h"

namespace ucready::report {

// The page's data blocks, each a script element that no browser runs.
void write_page_data(const Document& document, std::ostream& out);
// {"columns": [...], "rows": [[...], ...]}; `true` stands for the text that the row above has in that column.
void write_compact_rows(Rows rows, std::ostream& out);
void write_one_pages(const std::vector<OnePage>& pages, std::ostream& out);

}  // namespace ucready::report
