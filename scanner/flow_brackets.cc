#include "scanner/flow_brackets.h"

#include <fmt/format.h>

#include <vector>

#include "upgrade/yaml_guard.h"
#include "upgrade/yaml_reader.h"

namespace ucready::scanner {
namespace {

bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }
char partner(char opening) { return opening == '{' ? '}' : ']'; }

class Brackets {
 public:
  explicit Brackets(std::string_view text) : text_(text) {}

  std::optional<OpenBracket> innermost_open() {
    while (at_ < text_.size()) {
      const char c = text_[at_];
      if (c == '#' && after_blank()) {
        skip_to("\n");
      } else if ((c == '"' || c == '\'') && begins_value()) {
        skip_quoted(c);
      } else if ((c == '{' || c == '[') && begins_value()) {
        open_.push_back({c, line_, static_cast<int>(at_ - line_began_)});
      } else if ((c == '}' || c == ']') && !open_.empty()) {
        if (c != partner(open_.back().bracket)) return open_.back();
        open_.pop_back();
      }
      step();
    }
    return open_.empty() ? std::nullopt : std::optional(open_.back());
  }

 private:
  void step() {
    if (at_ < text_.size() && text_[at_] == '\n') {
      ++line_;
      line_began_ = at_ + 1;
    }
    if (at_ < text_.size() && !is_blank(text_[at_])) last_ = text_[at_];
    ++at_;
  }

  [[nodiscard]] bool after_blank() const { return at_ == 0 || is_blank(text_[at_ - 1]); }

  // Inside a plain word these characters stand for themselves: it's, a[0].
  [[nodiscard]] bool begins_value() const {
    if (at_ == line_began_ || last_ == '\0') return true;
    const bool first_of_line =
        text_.substr(line_began_, at_ - line_began_).find_first_not_of(" \t") == std::string_view::npos;
    const bool after_mark = last_ == ':' || last_ == '-';
    return first_of_line || (after_mark && after_blank()) || last_ == ',' || last_ == '{' || last_ == '[' ||
           (!open_.empty() && last_ == ':');
  }

  void skip_to(std::string_view end) {
    while (at_ + 1 < text_.size() && end.find(text_[at_ + 1]) == std::string_view::npos) step();
  }

  void skip_quoted(char quote) {
    step();
    while (at_ < text_.size() && text_[at_] != quote) {
      if (quote == '"' && text_[at_] == '\\') step();
      step();
    }
  }

  std::string_view text_;
  std::size_t at_ = 0;
  std::size_t line_began_ = 0;
  int line_ = 0;
  char last_ = '\0';  // The last character that is not blank.
  std::vector<OpenBracket> open_;
};

}  // namespace

std::optional<OpenBracket> open_bracket(std::string_view text) { return Brackets(text).innermost_open(); }

Result<YAML::Node> load_written_yaml(std::string_view text, const std::string& origin, std::size_t most_bytes) {
  auto root = upgrade::load_yaml(text, origin, most_bytes);
  if (root || root.error().code != ErrorCode::invalid_input) return root;
  // The parser refuses other things than structure too; they come first.
  const std::string_view said = root.error().message;
  const bool of_structure =
      said.find("no YAML") != std::string_view::npos || said.find("a key") != std::string_view::npos;
  if (!of_structure) return root;
  const auto open = open_bracket(text);
  if (!open) return root;
  return fail(ErrorCode::invalid_input,
              upgrade::yaml_message(origin, open->line, open->column,
                                    fmt::format("the {} that begins here is not closed; add the missing {}",
                                                open->bracket, partner(open->bracket))));
}

}  // namespace ucready::scanner
