// The words of the contract that several rooms use as values.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace ucready {

enum class Confidence { unknown, assumed, declared, imported, observed };  // In rising order.
std::string_view to_text(Confidence confidence);
std::optional<Confidence> parse_confidence(std::string_view text);

enum class Severity { info, low, medium, high, critical };
std::string_view to_text(Severity severity);
std::optional<Severity> parse_severity(std::string_view text);

// The items of a list with commas, as settings and "via" are kept; empty ones are left out.
std::vector<std::string> split_list(std::string_view list);

// Every mark in the text gives way to those words; marks within them stay.
void replace_all(std::string& text, std::string_view mark, std::string_view with);

// One declared, imported or identified fact. Empty strings and zero mean "not so narrow" or "not known".
struct Fact {
  std::string cluster;
  std::string node;
  std::string service;
  int port = 0;
  std::string name;  // "release", "target", "product", "address", "role", "tls_min", ...
  std::string value;
  Confidence confidence = Confidence::unknown;
  std::string source;  // A file's path, "catalogue", or a method of identification.
  int line = 0;

  bool operator==(const Fact&) const = default;
};

}  // namespace ucready
