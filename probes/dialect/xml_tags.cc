#include "probes/dialect/xml_tags.h"

#include <array>

namespace ucready::probes {
namespace {

constexpr std::size_t kLongestTag = 8192;
constexpr std::string_view kSpace = " \t\r\n";

// Where the tag ends that `text` begins with: its '>' that stands in no quotes.
std::size_t end_of_tag(std::string_view text) {
  char quote = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (quote != 0) {
      if (text[i] == quote) quote = 0;
    } else if (text[i] == '"' || text[i] == '\'') {
      quote = text[i];
    } else if (text[i] == '>') {
      return i;
    }
  }
  return std::string_view::npos;
}

XmlTag read_tag(std::string_view inside) {
  XmlTag tag;
  if (inside.starts_with('/')) {
    tag.closes = true;
    inside.remove_prefix(1);
  }
  if (inside.ends_with('/')) {
    tag.empty = true;
    inside.remove_suffix(1);
  }
  tag.name = inside.substr(0, inside.find_first_of(kSpace));
  if (const std::size_t colon = tag.name.find(':'); colon != std::string_view::npos) tag.name.remove_prefix(colon + 1);
  return tag;
}

}  // namespace

Result<std::optional<XmlTag>> XmlTags::next() {
  struct Skipped {
    std::string_view opens, ends;
  };
  constexpr std::array kSkipped = {Skipped{"<!--", "-->"}, Skipped{"<?", "?>"}, Skipped{"<!", ">"}};
  for (;;) {
    const std::size_t opens = rest_.find('<');
    if (opens == std::string_view::npos) return std::optional<XmlTag>();
    const std::string_view text = rest_.substr(opens);
    std::string_view ends;
    for (const Skipped& skipped : kSkipped) {
      if (ends.empty() && text.starts_with(skipped.opens)) ends = skipped.ends;
    }
    const std::size_t end = ends.empty() ? end_of_tag(text) : text.find(ends);
    if (end == std::string_view::npos || end > kLongestTag) {
      if (text.size() > kLongestTag) return fail(ErrorCode::malformed, "a tag of more than 8 kB came");
      return std::optional<XmlTag>();
    }
    rest_ = text.substr(end + (ends.empty() ? 1 : ends.size()));
    if (ends.empty()) return read_tag(text.substr(1, end - 1));
  }
}

}  // namespace ucready::probes
