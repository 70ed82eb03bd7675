#include "report/paragraph.h"

#include <algorithm>
#include <ostream>
#include <string>

namespace ucready::report {
namespace {

bool begins_character(char c) { return (static_cast<unsigned char>(c) & 0xc0U) != 0x80U; }

// As many bytes as make `columns` characters.
std::size_t bytes_of(std::string_view text, std::size_t columns) {
  std::size_t bytes = 0;
  for (; bytes < text.size(); ++bytes) {
    if (begins_character(text[bytes]) && columns-- == 0) break;
  }
  return bytes;
}

}  // namespace

std::size_t width(std::string_view text) {
  return static_cast<std::size_t>(std::ranges::count_if(text, begins_character));
}

void write_paragraph(std::ostream& out, std::string_view lead, std::string_view text, std::size_t columns) {
  const std::size_t indent = width(lead);
  const std::size_t room = columns > indent + 20 ? columns - indent : 20;
  std::string margin(lead);
  while (!text.empty()) {
    std::size_t end = bytes_of(text, room);
    if (end < text.size() && text[end] != ' ') {
      if (const std::size_t space = text.rfind(' ', end); space != std::string_view::npos && space > 0) end = space;
    }
    out << margin << text.substr(0, end) << '\n';
    margin.assign(indent, ' ');
    text.remove_prefix(end);
    text.remove_prefix(std::min(text.find_first_not_of(' '), text.size()));
  }
}

}  // namespace ucready::report
