// What is looked at before a YAML text may become a tree: yaml-cpp recurses, keeps a key twice and follows aliases, so
// the text is first run through its event interface, where each of these can be refused without building anything.
#pragma once

#include <string>
#include <string_view>

#include "core/result.h"

namespace ucready::upgrade {

// Nothing found, or "FILE:LINE:COLUMN: what; mend".
Result<void> guard_yaml(std::string_view text, const std::string& origin, std::size_t most_bytes);

// "FILE:LINE:COLUMN: what" with 0-based line and column as yaml-cpp counts; what is made printable.
std::string yaml_message(const std::string& origin, int line, int column, std::string_view what);

}  // namespace ucready::upgrade
