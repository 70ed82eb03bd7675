// The rows of one query, one at a time: a report of a million rows takes no more memory than one of ten.
#pragma once

#include <SQLiteCpp/SQLiteCpp.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "report/redaction.h"

namespace ucready::report {

using Cell = std::variant<std::monostate, std::int64_t, std::string>;

std::string to_text(const Cell& cell);  // Nothing is "".

class Rows {
 public:
  // `redaction` may be null; else it must outlive the rows. Throws SQLite::Exception, as next() does.
  Rows(const SQLite::Database& database, const std::string& sql, const std::vector<std::string>& parameters = {},
       const Redaction* redaction = nullptr);

  [[nodiscard]] const std::vector<std::string>& columns() const { return columns_; }
  bool next();  // False behind the last row.
  [[nodiscard]] const std::vector<Cell>& cells() const { return cells_; }
  [[nodiscard]] std::string text(std::string_view column) const;
  [[nodiscard]] std::optional<std::int64_t> integer(std::string_view column) const;  // Nothing: NULL, or text.

 private:
  void redact();

  SQLite::Statement statement_;
  const Redaction* redaction_;
  std::vector<std::string> columns_;
  std::vector<Cell> cells_;
};

// Where rows come from, and what replaces the names in them.
struct RowSource {
  const SQLite::Database& handle;
  const Redaction* redaction = nullptr;  // May be null: names stay.

  [[nodiscard]] Rows operator()(const std::string& sql, const std::vector<std::string>& parameters = {}) const {
    return Rows(handle, sql, parameters, redaction);
  }
};

}  // namespace ucready::report
