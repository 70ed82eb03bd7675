// Text that a server, a capture or a file wrote, made safe to print.
#pragma once

#include <string>
#include <string_view>

namespace ucready {

// Control characters (C0, DEL, C1), bytes that are no UTF-8, and the Unicode marks that reorder or hide text become
// \xNN escapes; a backslash is doubled. What is longer than `limit_bytes` is cut at a character and ends in "...".
std::string printable(std::string_view text, std::size_t limit_bytes = 4096);

// The same for what went through printable() before it was kept where others may have written too: a backslash stays
// one, so that no escape is escaped again.
std::string printable_once_more(std::string_view text, std::size_t limit_bytes = 4096);

}  // namespace ucready
