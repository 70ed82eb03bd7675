#include <nlohmann/json.hpp>
#include <ostream>

#include "report/format.h"
#include "report/json_text.h"

namespace ucready::report {
void write_json_objects(Rows rows, std::ostream& out) {
  out << '[';
  for (bool first = true; rows.next(); first = false) {
    out << (first ? "\n{" : ",\n{");
    for (std::size_t i = 0; i < rows.columns().size(); ++i) {
      out << (i == 0 ? "" : ", ") << json_string(rows.columns()[i]) << ": " << json_value(rows.cells()[i]);
    }
    out << '}';
  }
  out << "\n]";
}

void write_json(const Document& document, const Style&, std::ostream& out) {
  if (document.is_table()) {
    write_json_objects(document.table(), out);
  } else {
    out << "{\"runs\": ";
    write_json_objects(document.runs(), out);
    out << ",\n\"doubts\": "
        << nlohmann::json(document.doubts()).dump(-1, ' ', true, nlohmann::json::error_handler_t::replace)
        << ",\n\"findings\": ";
    write_json_objects(document.findings_and_waivers(), out);
    out << '}';
  }
  out << '\n';
}

}  // namespace ucready::report
