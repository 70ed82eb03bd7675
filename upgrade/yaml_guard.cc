#include "upgrade/yaml_guard.h"

#include <fmt/format.h>
#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <set>
#include <sstream>
#include <vector>

#include "core/printable.h"

namespace ucready::upgrade {
namespace {

constexpr std::size_t kDeepest = 32;
constexpr std::size_t kMostValues = 2'000'000;
constexpr std::size_t kLongestKey = 256;

// Leaves yaml-cpp's parser from inside; caught in guard_yaml.
struct Refusal {
  YAML::Mark mark;
  std::string what;
};

class Guard : public YAML::EventHandler {
 public:
  void OnDocumentStart(const YAML::Mark&) override {}
  void OnDocumentEnd() override {}

  void OnAlias(const YAML::Mark& mark, YAML::anchor_t) override {
    throw Refusal{mark, "aliases (*name) are not taken; write the value out"};
  }
  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    if (at_key()) throw Refusal{mark, "a key is empty; name it before the ':'"};
    value(mark, "", anchor);
  }
  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                const std::string& text) override {
    if (at_key()) check_key(mark, text);
    value(mark, tag, anchor);
  }
  void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                       YAML::EmitterStyle::value) override {
    open(mark, tag, anchor, false);
  }
  void OnSequenceEnd() override { open_.pop_back(); }
  void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                  YAML::EmitterStyle::value) override {
    open(mark, tag, anchor, true);
  }
  void OnMapEnd() override { open_.pop_back(); }

 private:
  struct Collection {
    bool is_map = false;
    bool key_is_next = false;
    std::set<std::string> keys;
  };

  [[nodiscard]] bool at_key() const { return !open_.empty() && open_.back().is_map && open_.back().key_is_next; }

  void check_key(const YAML::Mark& mark, const std::string& text) {
    if (text.size() > kLongestKey) throw Refusal{mark, "a key is longer than 256 bytes; keys are short words"};
    if (!open_.back().keys.insert(text).second) {
      throw Refusal{mark, fmt::format("\"{}\" stands twice here; keep one of the two", text)};
    }
  }

  void value(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor) {
    if (anchor != 0) throw Refusal{mark, "anchors (&name) are not taken; leave the name out"};
    // "?" and "!" are yaml-cpp's own marks for plain and quoted values without a tag.
    if (!tag.empty() && tag != "?" && tag != "!") throw Refusal{mark, "tags (!name) are not taken; leave the tag out"};
    if (++values_ > kMostValues) throw Refusal{mark, "there are more than 2,000,000 values; split the file"};
    if (!open_.empty() && open_.back().is_map) open_.back().key_is_next = !open_.back().key_is_next;
  }

  void open(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor, bool is_map) {
    if (at_key()) throw Refusal{mark, "a list or mapping cannot be a key; keys are short words"};
    if (open_.size() >= kDeepest) throw Refusal{mark, "nested deeper than 32 levels; no file here needs that"};
    value(mark, tag, anchor);
    open_.push_back({is_map, is_map, {}});
  }

  std::vector<Collection> open_;
  std::size_t values_ = 0;
};

// Length of the UTF-8 character (RFC 3629 section 4) at the front of `text`; 0 = it is none.
std::size_t utf8_length(std::string_view text) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned first = byte(0);
  const std::size_t length = first < 0x80 ? 1 : first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
  if (length == 1) return 1;
  if (first < 0xc2 || first > 0xf4 || text.size() < length) return 0;
  for (std::size_t i = 1; i < length; ++i) {
    if ((byte(i) & 0xc0U) != 0x80) return 0;
  }
  const bool overlong = (first == 0xe0 && byte(1) < 0xa0) || (first == 0xf0 && byte(1) < 0x90);
  const bool no_character = (first == 0xed && byte(1) > 0x9f) || (first == 0xf4 && byte(1) > 0x8f);
  return overlong || no_character ? 0 : length;
}

// yaml-cpp takes the byte 04 for the end of the text and guesses at encodings: neither may reach it.
Result<void> check_characters(std::string_view text, const std::string& origin) {
  int line = 0;
  int column = 0;
  while (!text.empty()) {
    const std::size_t length = utf8_length(text);
    const auto first = static_cast<unsigned char>(text.front());
    if (length == 0) {
      return fail(ErrorCode::invalid_input,
                  yaml_message(origin, line, column, "the text is no UTF-8; save it as UTF-8"));
    }
    if ((first < 0x20 && first != '\t' && first != '\n' && first != '\r') || first == 0x7f) {
      return fail(ErrorCode::invalid_input,
                  yaml_message(origin, line, column, fmt::format("control character 0x{:02x}; remove it", first)));
    }
    ++column;
    if (first == '\n') {
      ++line;
      column = 0;
    }
    text.remove_prefix(length);
  }
  return {};
}

}  // namespace

std::string yaml_message(const std::string& origin, int line, int column, std::string_view what) {
  return fmt::format("{}:{}:{}: {}", origin, std::max(line, 0) + 1, std::max(column, 0) + 1, printable(what, 600));
}

Result<void> guard_yaml(std::string_view text, const std::string& origin, std::size_t most_bytes) {
  if (text.size() > most_bytes) {
    return fail(ErrorCode::too_large,
                yaml_message(origin, 0, 0, fmt::format("the file has more than {} bytes; split it", most_bytes)));
  }
  if (auto clean = check_characters(text, origin); !clean) return clean;
  try {
    std::istringstream in{std::string(text)};
    YAML::Parser parser(in);
    Guard guard;
    if (parser.HandleNextDocument(guard) && parser.HandleNextDocument(guard)) {
      return fail(ErrorCode::invalid_input,
                  yaml_message(origin, 0, 0, "the file holds several documents; take out the lines \"---\""));
    }
  } catch (const Refusal& refusal) {
    return fail(ErrorCode::invalid_input, yaml_message(origin, refusal.mark.line, refusal.mark.column, refusal.what));
  } catch (const YAML::Exception& error) {
    return fail(ErrorCode::invalid_input,
                yaml_message(origin, error.mark.line, error.mark.column,
                             "no YAML: " + error.msg + "; mind quotes, brackets and indentation"));
  }
  return {};
}

}  // namespace ucready::upgrade
