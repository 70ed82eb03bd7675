// Small questions that every reader of logs asks of a line.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace ucready::imports {

std::string_view trimmed(std::string_view text);
std::string lower(std::string_view text);
std::vector<std::string_view> words_of(std::string_view text);  // Between blanks.
// Without the one pair of double quotes around it.
std::string_view unquoted(std::string_view text);
// What follows the marker, trimmed; nothing where the line does not hold it. Blind to case.
std::optional<std::string_view> after(std::string_view text, std::string_view marker);
bool starts_with_word(std::string_view text, std::string_view words);      // Blind to case; a blank or the end follows.
std::optional<int> number_in(std::string_view text, int least, int most);  // The whole text.
// "TLSv1.2" of "1.2", "v1.2", "TLSv1.2", "TLS 1.2"; empty: it is none.
std::string tls_version(std::string_view text);
// Cells of one line of RFC 4180.
std::vector<std::string> csv_cells(std::string_view line);
// Whether a line may hold what nobody should see: it is not shown then.
bool may_hold_secret(std::string_view line);
// A line of the head that begins with the words, blanks before them aside.
bool has_line_with(std::string_view head, std::string_view words);

}  // namespace ucready::imports
