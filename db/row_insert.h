// One prepared statement that writes rows, used again and again: run() takes the values in the order of its parameters.
#pragma once

#include <SQLiteCpp/Statement.h>

#include <concepts>
#include <cstdint>
#include <optional>
#include <string>

#include "core/bytes.h"

namespace ucready::db {

// Text of which the empty one means "not known" and is kept as NULL.
struct OrNull {
  const std::string& text;
};

class RowInsert {
 public:
  RowInsert(SQLite::Database& database, const char* sql) : statement_(database, sql) {}

  // The number of rows written: 0 where INSERT OR IGNORE found one of the same key. Throws SQLite::Exception.
  template <typename... Values>
  int run(const Values&... values) {
    int index = 0;
    (bind(++index, values), ...);
    return execute();
  }

  // The same for a statement of many rows: `bind_row(bind)` is called for each of `rows` and hands its values to
  // bind().
  template <typename Rows, typename BindRow>
  int run_rows(const Rows& rows, BindRow&& bind_row) {
    int index = 0;
    for (const auto& row : rows) bind_row(row, [&](const auto&... values) { (bind(++index, values), ...); });
    return execute();
  }

 private:
  int execute() {
    const int rows = statement_.exec();
    statement_.reset();
    return rows;
  }
  // Nothing is copied: the values outlive run(), which ends with the statement reset.
  void bind(int index, const std::string& text) { statement_.bindNoCopy(index, text); }
  void bind(int index, OrNull value) { value.text.empty() ? statement_.bind(index) : bind(index, value.text); }
  void bind(int index, std::integral auto number) { statement_.bind(index, static_cast<std::int64_t>(number)); }
  void bind(int index, const Bytes& bytes) { bind(index, ByteView(bytes)); }
  void bind(int index, ByteView bytes) {
    const void* const first = bytes.empty() ? static_cast<const void*>("") : bytes.data();
    statement_.bindNoCopy(index, first, static_cast<int>(bytes.size()));
  }
  template <typename Value>
  void bind(int index, const std::optional<Value>& value) {
    value ? bind(index, *value) : statement_.bind(index);
  }

  SQLite::Statement statement_;
};

}  // namespace ucready::db
