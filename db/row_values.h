// What stands in a column of a row, as values. Of NULL: empty text, no bytes, nothing.
#pragma once

#include <SQLiteCpp/SQLiteCpp.h>

#include <optional>
#include <string>

#include "core/bytes.h"

namespace ucready::db {

inline std::string text_at(SQLite::Statement& row, int column) { return row.getColumn(column).getString(); }
inline Bytes bytes_at(SQLite::Statement& row, int column) {
  const std::string bytes = text_at(row, column);
  const ByteView view = as_bytes(bytes);
  return {view.begin(), view.end()};
}
inline std::optional<int> number_at(SQLite::Statement& row, int column) {
  if (row.isColumnNull(column)) return std::nullopt;
  return row.getColumn(column).getInt();
}
inline std::optional<bool> flag_at(SQLite::Statement& row, int column) {
  const auto number = number_at(row, column);
  return number ? std::optional(*number != 0) : std::nullopt;
}

}  // namespace ucready::db
