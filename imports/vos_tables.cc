// run sql, and show risdb query phone: tables, of fixed width or with commas.
#include <algorithm>

#include "imports/table_rows.h"
#include "imports/text_parts.h"
#include "imports/vos_command.h"

namespace ucready::imports {
namespace {

// Columns of a fixed width: a line of names, a line of "====" that says where each begins, then the rows.
class FixedTable final : public CommandOutput {
 public:
  explicit FixedTable(Told& told) : told_(told) {}

  bool line(std::string_view text, int number) override {
    if (columns_.empty()) {
      if (!is_rule(text)) {
        names_ = std::string(text);
        return true;
      }
      return begin_columns(text);
    }
    if (const auto rows = after(text, "No. of rows"); rows || text.find("row(s)") != std::string_view::npos)
      return true;
    TableRow row;
    for (std::size_t n = 0; n < columns_.size(); ++n) {
      const std::size_t begin = std::min(columns_[n].at, text.size());
      const std::size_t end = n + 1 < columns_.size() ? std::min(columns_[n + 1].at, text.size()) : text.size();
      const std::string_view value = trimmed(text.substr(begin, end - begin));
      row[columns_[n].name] = value == "NULL" ? "" : std::string(value);
    }
    return take_row(row, number, told_);
  }

 private:
  struct Column {
    std::string name;
    std::size_t at;
  };

  static bool is_rule(std::string_view text) {
    return text.starts_with('=') && text.find_first_not_of("= ") == std::string_view::npos;
  }

  bool begin_columns(std::string_view rule) {
    constexpr std::size_t kMostColumns = 500;
    for (std::size_t at = rule.find('='); at != std::string_view::npos && columns_.size() < kMostColumns;) {
      const std::size_t end = std::min(rule.find(' ', at), rule.size());
      const std::size_t begin = std::min(at, names_.size());
      columns_.push_back({column_name(std::string_view(names_).substr(begin, end - at)), at});
      at = rule.find('=', end);
    }
    return !columns_.empty();
  }

  Told& told_;
  std::string names_;
  std::vector<Column> columns_;
};

class CommaTable final : public CommandOutput {
 public:
  explicit CommaTable(Told& told) : told_(told) {}

  bool line(std::string_view text, int number) override {
    const auto cells = csv_cells(text);
    if (names_.empty()) {
      if (cells.size() < 3 || text.find("DeviceName") == std::string_view::npos) return true;
      for (const std::string& cell : cells) names_.push_back(column_name(cell));
      return true;
    }
    if (cells.size() < 3) return true;  // Counts and rules between and behind.
    TableRow row;
    for (std::size_t n = 0; n < std::min(cells.size(), names_.size()); ++n) row.emplace(names_[n], cells[n]);
    last_ = number;
    return take_row(row, number, told_);
  }

  void end(bool whole) override {
    if (whole || last_ == 0) return;
    told_.trouble("line " + std::to_string(last_) +
                  ": no prompt follows, so the phones may be cut off and be more than counted");
  }

 private:
  Told& told_;
  std::vector<std::string> names_;
  int last_ = 0;  // Row.
};

}  // namespace

std::unique_ptr<CommandOutput> make_sql(std::string_view, int, Told& told) {
  return std::make_unique<FixedTable>(told);
}
std::unique_ptr<CommandOutput> make_risdb(std::string_view, int, Told& told) {
  return std::make_unique<CommaTable>(told);
}

}  // namespace ucready::imports
