// Why a YAML text with { } or [ ] cannot be read: the parser tells where it stumbled, often lines later; a person wants
// to know which bracket lacks its partner.
#pragma once

#include <yaml-cpp/yaml.h>

#include <optional>
#include <string_view>

#include "core/result.h"

namespace ucready::scanner {

struct OpenBracket {
  char bracket = '{';
  int line = 0;  // From 0, as the parser counts.
  int column = 0;
};

// The innermost bracket that is open where the text, or another kind of bracket, ends. YAML 1.2 section 7.4, as far as
// brackets, quotes and comments go: of use once the text is known to be no YAML.
std::optional<OpenBracket> open_bracket(std::string_view text);

// upgrade::load_yaml with that told first.
Result<YAML::Node> load_written_yaml(std::string_view text, const std::string& origin, std::size_t most_bytes);

}  // namespace ucready::scanner
