// Finds the few words that identify a system in what it says. Nothing here trusts a byte of it: views into the text, no
// document is built, no entity resolved, no redirection followed.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace ucready::probes {

bool has_text(std::string_view text, std::string_view word);  // Blind to case (of ASCII).
bool begins_with(std::string_view text, std::string_view word);

// What stands between the first `before` and the next `after`; nothing where either is missing.
std::optional<std::string_view> between(std::string_view text, std::string_view before, std::string_view after);

// The content of the first element of that name without attributes, as in "<version>14.0.1</version>".
std::optional<std::string_view> element_text(std::string_view xml, std::string_view name);

// The value of a header field, of HTTP, SIP or mail: "Name: value". Nothing where there is none above the empty line,
// or where its own line has no end: of an answer that broke off there, nobody knows how it went on.
std::optional<std::string_view> header_value(std::string_view message, std::string_view name);

// A release as it may be kept: 1 to 40 characters, a digit among them, only letters, digits and ". ( ) - _" and a space
// inside; else empty.
std::string release_text(std::string_view text);

// The longest beginning of `text` that has the form of a release: "X14.3.7" of "X14.3.7-b2bua-1.0)".
std::string_view leading_release(std::string_view text);

}  // namespace ucready::probes
