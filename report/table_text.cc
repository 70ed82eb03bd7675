#include "report/table_text.h"

#include <algorithm>
#include <ostream>

#include "core/printable.h"
#include "report/paragraph.h"

namespace ucready::report {
namespace {

constexpr std::size_t kLongestCell = 40;
constexpr std::size_t kLongestField = 2000;

std::vector<std::size_t> widths_of(Rows rows) {
  std::vector<std::size_t> widths;
  for (const std::string& name : rows.columns()) widths.push_back(width(name));
  while (rows.next()) {
    for (std::size_t i = 0; i < widths.size(); ++i) {
      widths[i] = std::max(widths[i], width(printable_once_more(to_text(rows.cells()[i]), kLongestCell)));
    }
  }
  return widths;
}

class Line {
 public:
  Line(const std::vector<std::size_t>& widths, std::ostream& out) : widths_(widths), out_(out) {}

  void cell(std::size_t column, const std::string& text) {
    line_ += text;
    const std::size_t used = width(text);
    if (column + 1 < widths_.size()) line_.append(widths_[column] + 2 - std::min(used, widths_[column]), ' ');
  }

  void end() {
    line_.erase(line_.find_last_not_of(' ') + 1);
    out_ << line_ << '\n';
    line_.clear();
  }

 private:
  const std::vector<std::size_t>& widths_;
  std::ostream& out_;
  std::string line_;
};

void write_columns(Rows rows, const std::vector<std::size_t>& widths, std::ostream& out) {
  Line line(widths, out);
  for (std::size_t i = 0; i < widths.size(); ++i) line.cell(i, rows.columns()[i]);
  line.end();
  while (rows.next()) {
    for (std::size_t i = 0; i < widths.size(); ++i)
      line.cell(i, printable_once_more(to_text(rows.cells()[i]), kLongestCell));
    line.end();
  }
}

void write_records(Rows rows, const Style& style, std::ostream& out) {
  std::size_t longest = 0;
  for (const std::string& name : rows.columns()) longest = std::max(longest, width(name));
  for (bool first = true; rows.next(); first = false) {
    if (!first) out << '\n';
    for (std::size_t i = 0; i < rows.columns().size(); ++i) {
      const std::string value = printable_once_more(to_text(rows.cells()[i]), kLongestField);
      if (value.empty()) continue;
      const std::string& name = rows.columns()[i];
      write_paragraph(out, name + std::string(longest + 2 - width(name), ' '), value, style.columns);
    }
  }
}

}  // namespace

void write_table_text(const Document& document, const Style& style, std::ostream& out) {
  const std::vector<std::size_t> widths = widths_of(document.table());
  std::size_t total = 0;
  for (const std::size_t column : widths) total += column + 2;
  if (total <= style.columns + 2) {
    write_columns(document.table(), widths, out);
  } else {
    write_records(document.table(), style, out);
  }
}

}  // namespace ucready::report
