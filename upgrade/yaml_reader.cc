#include "upgrade/yaml_reader.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "core/printable.h"
#include "upgrade/near_names.h"
#include "upgrade/yaml_guard.h"

namespace ucready::upgrade {
namespace {

constexpr std::size_t kLongestQuote = 80;

std::string quoted(std::string_view text) {
  return text.size() <= kLongestQuote ? fmt::format("\"{}\"", text)
                                      : fmt::format("\"{}...\"", text.substr(0, kLongestQuote));
}

// An article for messages: "an interface", "a cluster".
std::string_view article(std::string_view noun) {
  return !noun.empty() && std::string_view("aeiou").find(noun.front()) != std::string_view::npos ? "an" : "a";
}

bool is_omitted(const YAML::Node& node) {
  return !node.IsDefined() || node.IsNull() || (node.IsScalar() && node.Scalar().empty());
}

}  // namespace

Result<YAML::Node> load_yaml(std::string_view text, const std::string& origin, std::size_t most_bytes) {
  if (auto guarded = guard_yaml(text, origin, most_bytes); !guarded) return tl::unexpected(guarded.error());
  try {
    return YAML::Load(std::string(text));
  } catch (const YAML::Exception& error) {
    return fail(ErrorCode::invalid_input,
                yaml_message(origin, error.mark.line, error.mark.column, "no YAML: " + error.msg));
  }
}

void YamlFaults::add(const YAML::Node& at, std::string_view what) { add(at.Mark(), what); }

void YamlFaults::add(const YAML::Mark& at, std::string_view what) {
  if (!error_) error_ = Error{ErrorCode::invalid_input, yaml_message(origin_, at.line, at.column, what)};
}

std::string YamlFaults::place(const YAML::Node& at) const {
  return fmt::format("{}:{}:{}", origin_, std::max(at.Mark().line, 0) + 1, std::max(at.Mark().column, 0) + 1);
}

int line_of(const YAML::Node& node) { return node.Mark().line + 1; }

std::string yaml_text(const YAML::Node& node, std::string_view name, YamlFaults& faults) {
  if (is_omitted(node)) return {};
  if (node.IsScalar()) return node.Scalar();
  faults.add(node, fmt::format("{} must be one value; it is a {}", name, node.IsMap() ? "mapping" : "list"));
  return {};
}

std::int64_t yaml_number(const YAML::Node& node, std::string_view name, std::int64_t least, std::int64_t most,
                         YamlFaults& faults) {
  const std::string text = yaml_text(node, name, faults);
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (end != text.data() + text.size() || error == std::errc::invalid_argument) {
    faults.add(node, fmt::format("{} {} is no number; write {} to {}", name, quoted(text), least, most));
    return least;
  }
  if (error == std::errc::result_out_of_range || value < least || value > most) {
    faults.add(node, fmt::format("{} {} is out of range; write {} to {}", name, text.substr(0, 20), least, most));
    return least;
  }
  return value;
}

bool yaml_flag(const YAML::Node& node, std::string_view name, YamlFaults& faults) {
  const std::string text = yaml_text(node, name, faults);
  if (text == "true" || text == "yes" || text == "on") return true;
  if (text != "false" && text != "no" && text != "off") {
    faults.add(node, fmt::format("{} {} is neither true nor false; write one of the two", name, quoted(text)));
  }
  return false;
}

YamlMapping::YamlMapping(const YAML::Node& node, std::string kind, std::initializer_list<std::string_view> keys,
                         YamlFaults& faults)
    : YamlMapping(node, std::move(kind), std::span(keys.begin(), keys.size()), faults) {}

YamlMapping::YamlMapping(const YAML::Node& node, std::string kind, std::span<const std::string_view> keys,
                         YamlFaults& faults)
    : node_(node), kind_(std::move(kind)), faults_(&faults) {
  if (!node_.IsMap()) {
    faults_->add(node_, fmt::format("{} {} must be a mapping; write \"key: value\" lines with some of: {}",
                                    article(kind_), kind_, fmt::join(keys, ", ")));
    return;
  }
  for (const auto& field : node_) {
    const std::string& key = field.first.Scalar();
    if (std::find(keys.begin(), keys.end(), key) == keys.end()) {
      faults_->add(field.first, fmt::format("unknown key {} in {} {}{}", quoted(key), article(kind_), kind_,
                                            did_you_mean(key, keys)));
    }
    if (!is_omitted(field.second)) fields_.emplace_back(key, field.second);
  }
}

std::optional<YAML::Node> YamlMapping::find(std::string_view key) const {
  const auto field = std::find_if(fields_.begin(), fields_.end(), [&](const auto& each) { return each.first == key; });
  return field == fields_.end() ? std::nullopt : std::optional(field->second);
}

std::optional<YAML::Node> YamlMapping::require(std::string_view key) const {
  auto field = find(key);
  if (!field) faults_->add(node_, fmt::format("{} {} needs \"{}\"; add it", article(kind_), kind_, key));
  return field;
}

std::string YamlMapping::text(std::string_view key, std::string fallback) const {
  const auto field = find(key);
  return field ? yaml_text(*field, key, *faults_) : std::move(fallback);
}

std::string YamlMapping::required_text(std::string_view key) const {
  const auto field = require(key);
  return field ? yaml_text(*field, key, *faults_) : std::string{};
}

std::optional<std::int64_t> YamlMapping::number(std::string_view key, std::int64_t least, std::int64_t most) const {
  const auto field = find(key);
  return field ? std::optional(yaml_number(*field, key, least, most, *faults_)) : std::nullopt;
}

std::optional<bool> YamlMapping::flag(std::string_view key) const {
  const auto field = find(key);
  return field ? std::optional(yaml_flag(*field, key, *faults_)) : std::nullopt;
}

std::string YamlMapping::one_of(std::string_view key, std::span<const std::string_view> words) const {
  const auto field = find(key);
  if (!field) return {};
  std::string word = yaml_text(*field, key, *faults_);
  if (std::find(words.begin(), words.end(), word) != words.end()) return word;
  faults_->add(*field, fmt::format("unknown {} {}{}", key, quoted(word), did_you_mean(word, words)));
  return {};
}

std::string YamlMapping::required_one_of(std::string_view key, std::span<const std::string_view> words) const {
  return require(key) ? one_of(key, words) : std::string{};
}

std::vector<std::string> YamlMapping::texts(std::string_view key) const {
  const auto field = find(key);
  if (!field) return {};
  if (!field->IsSequence()) return {yaml_text(*field, key, *faults_)};
  std::vector<std::string> texts;
  for (const auto& item : *field) texts.push_back(yaml_text(item, key, *faults_));
  return texts;
}

std::vector<YAML::Node> YamlMapping::list(std::string_view key) const {
  const auto field = find(key);
  if (!field) return {};
  if (!field->IsSequence()) {
    faults_->add(*field, fmt::format("{} must be a list; begin each item with \"- \"", key));
    return {};
  }
  return {field->begin(), field->end()};
}

}  // namespace ucready::upgrade
