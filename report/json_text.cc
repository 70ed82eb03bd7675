#include "report/json_text.h"

#include <nlohmann/json.hpp>

namespace ucready::report {

std::string json_string(std::string_view text) {
  return nlohmann::json(text).dump(-1, ' ', true, nlohmann::json::error_handler_t::replace);
}

std::string json_value(const Cell& cell) {
  if (std::holds_alternative<std::monostate>(cell)) return "null";
  if (const auto* number = std::get_if<std::int64_t>(&cell)) return std::to_string(*number);
  return json_string(std::get<std::string>(cell));
}

std::string script_string(std::string_view text) {
  std::string safe;
  for (const char c : json_string(text)) {
    switch (c) {
      case '<':
        safe += "\\u003c";
        break;
      case '>':
        safe += "\\u003e";
        break;
      case '&':
        safe += "\\u0026";
        break;
      default:
        safe += c;
    }
  }
  return safe;
}

}  // namespace ucready::report
