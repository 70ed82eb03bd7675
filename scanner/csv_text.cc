#include "scanner/csv_text.h"

#include <algorithm>
#include <optional>

#include "core/printable.h"
#include "upgrade/yaml_guard.h"

namespace ucready::scanner {
namespace {

constexpr std::size_t kMostCells = 64;

class CsvReader {
 public:
  CsvReader(std::string_view text, const std::string& origin) : rest_(text), origin_(origin) {
    if (rest_.starts_with("\xef\xbb\xbf")) rest_.remove_prefix(3);
    const std::string_view first_line = rest_.substr(0, rest_.find('\n'));
    const bool has_comma = first_line.find(',') != std::string_view::npos;
    separator_ = !has_comma && first_line.find(';') != std::string_view::npos ? ';' : ',';
  }

  Result<std::vector<CsvRow>> read() {
    std::vector<CsvRow> rows;
    while (!rest_.empty() && !error_) {
      CsvRow row = read_row();
      const bool has_content = std::ranges::any_of(row, [](const CsvCell& cell) { return !cell.text.empty(); });
      if (has_content) rows.push_back(std::move(row));
    }
    if (error_) return tl::unexpected(*error_);
    return rows;
  }

 private:
  CsvRow read_row() {
    CsvRow row;
    while (!error_) {
      row.push_back(read_cell());
      if (row.size() > kMostCells) refuse("the row has more than 64 cells; is a quote or a line break missing?");
      if (rest_.empty() || rest_.front() != separator_) break;
      step();
    }
    if (!rest_.empty() && rest_.front() == '\r') step();
    if (!rest_.empty() && rest_.front() == '\n') step();
    return row;
  }

  CsvCell read_cell() {
    CsvCell cell{{}, line_, column_};
    if (!rest_.empty() && rest_.front() == '"') {
      read_quoted(cell.text);
    } else {
      while (!at_end_of_cell()) cell.text += step();
      if (cell.text.find('"') != std::string::npos)
        refuse_at(cell, "a quote inside a cell; put the whole cell in quotes");
    }
    // Only the escapes of printable() show that something in the cell is no plain text.
    std::string plain = cell.text;
    std::erase(plain, '\\');
    if (printable(plain, plain.size()) != plain) {
      refuse_at(cell, "the cell holds control characters or is no UTF-8; save the file as \"CSV UTF-8\"");
    }
    trim(cell.text);
    return cell;
  }

  void read_quoted(std::string& text) {
    const CsvCell start{{}, line_, column_};
    step();
    while (true) {
      if (rest_.empty()) return refuse_at(start, "the quote that opens this cell is never closed; add one");
      const char c = step();
      if (c != '"') {
        text += c;
      } else if (!rest_.empty() && rest_.front() == '"') {
        text += step();
      } else {
        break;
      }
    }
    if (!at_end_of_cell()) refuse_at(start, "text behind the closing quote; double quotes that belong to the text");
  }

  // A lone CR belongs to the cell, where it is refused as a control character.
  [[nodiscard]] bool at_end_of_cell() const {
    return rest_.empty() || rest_.front() == separator_ || rest_.front() == '\n' || rest_.starts_with("\r\n") ||
           rest_ == "\r";
  }

  static void trim(std::string& text) {
    const std::size_t first = text.find_first_not_of(' ');
    if (first == std::string::npos) {
      text.clear();
      return;
    }
    text = text.substr(first, text.find_last_not_of(' ') - first + 1);
  }

  char step() {
    const char c = rest_.front();
    rest_.remove_prefix(1);
    ++column_;
    if (c == '\n') {
      ++line_;
      column_ = 0;
    }
    return c;
  }

  void refuse_at(const CsvCell& cell, std::string_view what) {
    if (!error_) error_ = Error{ErrorCode::invalid_input, upgrade::yaml_message(origin_, cell.line, cell.column, what)};
  }
  void refuse(std::string_view what) { refuse_at({{}, line_, column_}, what); }

  std::string_view rest_;
  const std::string& origin_;
  char separator_ = ',';
  int line_ = 0;
  int column_ = 0;
  std::optional<Error> error_;
};

}  // namespace

Result<std::vector<CsvRow>> read_csv(std::string_view text, const std::string& origin) {
  return CsvReader(text, origin).read();
}

}  // namespace ucready::scanner
