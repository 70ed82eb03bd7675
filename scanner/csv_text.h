// Comma-separated text (RFC 4180) as rows of cells that know where they stand.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/result.h"

namespace ucready::scanner {

struct CsvCell {
  std::string text;
  int line = 0;    // Both from 0, as YAML marks count.
  int column = 0;  // In bytes.
};

using CsvRow = std::vector<CsvCell>;

// Separators are commas, or semicolons where the first line has no comma (as spreadsheets in some languages write).
// A byte order mark and lines without content are passed over. Refused: an unended quote, text behind a closing quote,
// a quote inside an unquoted cell, what is no UTF-8, control characters (line breaks too), more than 64 cells in a row.
Result<std::vector<CsvRow>> read_csv(std::string_view text, const std::string& origin);

}  // namespace ucready::scanner
