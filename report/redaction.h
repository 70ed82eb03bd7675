// Takes a customer's names and addresses out of what leaves the house. The same value gets the same label throughout
// one report, and labels of two reports cannot be compared: the key is drawn anew each time and kept nowhere.
#pragma once

#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace ucready::report {

struct RedactedName {
  std::string name;
  std::string label;
};

class Redaction {
 public:
  Redaction();  // With a random key.
  explicit Redaction(std::string key) : key_(std::move(key)) {}

  // From now on this name of a thing in that column (site, cluster, node) is found in free text of every row, not only
  // beside it.
  void know(std::string_view column, const std::string& name);

  // Whether a column holds one name or address of the customer's and nothing else.
  static bool is_name(std::string_view column);

  // What to show for a value of that column. `names` are those of the same row, which free text may repeat.
  [[nodiscard]] std::string cell(std::string_view column, std::string_view value,
                                 const std::vector<RedactedName>& names) const;

 private:
  [[nodiscard]] std::string label(std::string_view kind, std::string_view value) const;
  [[nodiscard]] std::string free_text(std::string_view text, const std::vector<RedactedName>& names) const;
  [[nodiscard]] std::string without_attributes(std::string_view text) const;
  [[nodiscard]] std::string word(std::string_view token, const std::vector<RedactedName>& names) const;

  std::string key_;
  std::unordered_map<std::string, std::string> known_;  // Name to label.
};

}  // namespace ucready::report
