#include "report/csv.h"

#include <algorithm>
#include <limits>
#include <ostream>

#include "core/printable.h"
#include "report/format.h"

namespace ucready::report {
namespace {

// Like printable(), but a backslash stays one: what programs read back must be what was there.
std::string without_controls(std::string_view text) {
  constexpr std::string_view kKept = "\\\t\r\n";
  std::string out;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find_first_of(kKept), text.size());
    out += printable(text.substr(0, end), std::numeric_limits<std::size_t>::max());
    if (end < text.size()) out += text[end];
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return out;
}

template <typename Cells, typename ToText>
void write_row(std::ostream& out, const Cells& cells, ToText to_cell) {
  bool first = true;
  for (const auto& cell : cells) {
    if (!first) out << ',';
    first = false;
    out << csv_cell(to_cell(cell));
  }
  out << "\r\n";
}

}  // namespace

std::string csv_cell(std::string_view text) {
  std::string cell = without_controls(text);
  if (!cell.empty() && std::string_view("=+-@\t\r").find(cell.front()) != std::string_view::npos)
    cell.insert(0, 1, '\'');
  if (cell.find_first_of(",\"\r\n") == std::string::npos) return cell;
  std::string quoted = "\"";
  for (const char c : cell) {
    if (c == '"') quoted += '"';
    quoted += c;
  }
  return quoted += '"';
}

void write_csv_table(Rows rows, std::ostream& out) {
  write_row(out, rows.columns(), [](const std::string& name) { return name; });
  while (rows.next()) write_row(out, rows.cells(), to_text);
}

void write_csv(const Document& document, const Style&, std::ostream& out) {
  write_csv_table(document.is_table() ? document.table() : document.findings(), out);
}

}  // namespace ucready::report
