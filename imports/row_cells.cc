#include "imports/row_cells.h"

#include <algorithm>

#include "imports/text_parts.h"

namespace ucready::imports {

std::string cell(const TableRow& row, ColumnNames names) {
  for (const std::string_view name : names) {
    if (const auto found = row.find(name); found != row.end() && !trimmed(found->second).empty()) {
      return std::string(trimmed(found->second));
    }
  }
  return {};
}
std::string cell(const TableRow& row, std::initializer_list<std::string_view> names) {
  return cell(row, ColumnNames(names.begin(), names.size()));
}

bool has(const TableRow& row, ColumnNames names) {
  return std::ranges::any_of(names, [&](std::string_view name) { return row.contains(name); });
}
bool has(const TableRow& row, std::initializer_list<std::string_view> names) {
  return has(row, ColumnNames(names.begin(), names.size()));
}

bool is_true(std::string_view text) {
  const std::string word = lower(text);
  return word == "t" || word == "true" || word == "1" || word == "yes" || word == "on";
}

}  // namespace ucready::imports
