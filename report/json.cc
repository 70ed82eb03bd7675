#include <nlohmann/json.hpp>
#include <ostream>

#include "report/format.h"

namespace ucready::report {
namespace {

// ASCII only, so that nothing in it moves a cursor; bytes that are no UTF-8 become U+FFFD.
std::string quoted(const std::string& text) {
  return nlohmann::json(text).dump(-1, ' ', true, nlohmann::json::error_handler_t::replace);
}

std::string json_value(const Cell& cell) {
  if (std::holds_alternative<std::monostate>(cell)) return "null";
  if (const auto* number = std::get_if<std::int64_t>(&cell)) return std::to_string(*number);
  return quoted(std::get<std::string>(cell));
}

// One object a line: a reader may take them one by one.
void write_objects(Rows rows, std::ostream& out) {
  out << '[';
  for (bool first = true; rows.next(); first = false) {
    out << (first ? "\n{" : ",\n{");
    for (std::size_t i = 0; i < rows.columns().size(); ++i) {
      out << (i == 0 ? "" : ", ") << quoted(rows.columns()[i]) << ": " << json_value(rows.cells()[i]);
    }
    out << '}';
  }
  out << "\n]";
}

}  // namespace

void write_json(const Document& document, const Style&, std::ostream& out) {
  if (document.is_table()) {
    write_objects(document.table(), out);
  } else {
    out << "{\"runs\": ";
    write_objects(document.runs(), out);
    out << ",\n\"doubts\": "
        << nlohmann::json(document.doubts()).dump(-1, ' ', true, nlohmann::json::error_handler_t::replace)
        << ",\n\"findings\": ";
    write_objects(document.findings(), out);
    out << '}';
  }
  out << '\n';
}

}  // namespace ucready::report
