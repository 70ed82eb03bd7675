#include "report/rows.h"

#include <algorithm>
#include <stdexcept>

namespace ucready::report {

std::string to_text(const Cell& cell) {
  if (const auto* number = std::get_if<std::int64_t>(&cell)) return std::to_string(*number);
  if (const auto* text = std::get_if<std::string>(&cell)) return *text;
  return {};
}

Rows::Rows(const SQLite::Database& database, const std::string& sql, const std::vector<std::string>& parameters,
           const Redaction* redaction)
    : statement_(database, sql), redaction_(redaction) {
  for (std::size_t i = 0; i < parameters.size(); ++i) statement_.bind(static_cast<int>(i + 1), parameters[i]);
  for (int i = 0; i < statement_.getColumnCount(); ++i) columns_.emplace_back(statement_.getColumnName(i));
  cells_.resize(columns_.size());
}

bool Rows::next() {
  if (!statement_.executeStep()) return false;
  for (int i = 0; i < statement_.getColumnCount(); ++i) {
    const SQLite::Column column = statement_.getColumn(i);
    Cell& cell = cells_[static_cast<std::size_t>(i)];
    if (column.isNull()) {
      cell = std::monostate{};
    } else if (column.isInteger()) {
      cell = column.getInt64();
    } else {
      cell = column.getString();
    }
  }
  if (redaction_) redact();
  return true;
}

std::string Rows::text(std::string_view column) const {
  const auto found = std::find(columns_.begin(), columns_.end(), column);
  if (found == columns_.end()) throw std::logic_error("no column " + std::string(column));
  return to_text(cells_[static_cast<std::size_t>(found - columns_.begin())]);
}

std::optional<std::int64_t> Rows::integer(std::string_view column) const {
  const auto found = std::find(columns_.begin(), columns_.end(), column);
  if (found == columns_.end()) throw std::logic_error("no column " + std::string(column));
  const auto* value = std::get_if<std::int64_t>(&cells_[static_cast<std::size_t>(found - columns_.begin())]);
  return value ? std::optional(*value) : std::nullopt;
}

// The names of a row first: its free text may hold them, and a short name is known for one only there.
void Rows::redact() {
  std::vector<RedactedName> names;
  for (std::size_t i = 0; i < columns_.size(); ++i) {
    auto* value = std::get_if<std::string>(&cells_[i]);
    if (!value || !Redaction::is_name(columns_[i])) continue;
    const std::string label = redaction_->cell(columns_[i], *value, {});
    names.push_back({std::move(*value), label});
    *value = label;
  }
  for (std::size_t i = 0; i < columns_.size(); ++i) {
    auto* value = std::get_if<std::string>(&cells_[i]);
    if (value && !Redaction::is_name(columns_[i])) *value = redaction_->cell(columns_[i], *value, names);
  }
}

}  // namespace ucready::report
