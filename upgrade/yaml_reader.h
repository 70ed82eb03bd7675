// Reading YAML that a person wrote, or an attacker: bounded, strict, with errors that say where and what to do.
//
//   auto root = load_yaml(text, "site.yaml", 64 << 20);
//   if (!root) return tl::unexpected(root.error());
//   YamlFaults faults("site.yaml");
//   const YamlMapping file(*root, "site file", {"site", "clusters"}, faults);
//   site.name = file.text("site");
//   for (const YAML::Node& item : file.list("clusters")) {
//     const YamlMapping cluster(item, "cluster", kClusterKeys, faults);
//     ...
//   }
//   if (!faults.empty()) return faults.first();
//
// Readers never fail half-way: a field that is wrong is noted in the faults and reads as its fallback, so a parser asks
// once, at its end. Every message is "FILE:LINE:COLUMN: what is wrong; the mend", counted from 1, on one line.
#pragma once

#include <yaml-cpp/yaml.h>

#include <cstdint>
#include <initializer_list>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.h"

namespace ucready::upgrade {

// The whole text as a tree. Refused: more than `most_bytes`, what is no UTF-8 or holds control characters, more than
// 2,000,000 values, nesting deeper than 32, anchors, aliases, tags, keys that are no plain words, a key twice in one
// mapping, several documents. An empty text is a null node.
Result<YAML::Node> load_yaml(std::string_view text, const std::string& origin, std::size_t most_bytes);

class YamlFaults {
 public:
  explicit YamlFaults(std::string origin) : origin_(std::move(origin)) {}

  // `what` may quote the file's own text as it is: it is made printable here.
  void add(const YAML::Node& at, std::string_view what);
  void add(const YAML::Mark& at, std::string_view what);

  [[nodiscard]] bool empty() const { return !error_; }
  [[nodiscard]] tl::unexpected<Error> first() const { return tl::unexpected<Error>(error_.value_or(Error{})); }
  [[nodiscard]] std::string place(const YAML::Node& at) const;  // "FILE:LINE:COLUMN"

 private:
  std::string origin_;
  std::optional<Error> error_;
};

int line_of(const YAML::Node& node);  // From 1; 0 for a node that stands in no file.

// One value. Each notes a fault and gives the fallback where the node is of another kind. `name` is the key, for
// messages.
std::string yaml_text(const YAML::Node& node, std::string_view name, YamlFaults& faults);
std::int64_t yaml_number(const YAML::Node& node, std::string_view name, std::int64_t least, std::int64_t most,
                         YamlFaults& faults);
bool yaml_flag(const YAML::Node& node, std::string_view name, YamlFaults& faults);  // true/false, yes/no, on/off

// A mapping whose keys are known. What is no mapping, or has another key, is a fault at once. `kind` names it in
// messages: "cluster", "interface". A key with an empty value (`key:`, `~`, `null`, `""`) counts as omitted.
// Copy a YAML::Node, never assign one: its operator= changes the tree.
class YamlMapping {
 public:
  YamlMapping(const YAML::Node& node, std::string kind, std::span<const std::string_view> keys, YamlFaults& faults);
  YamlMapping(const YAML::Node& node, std::string kind, std::initializer_list<std::string_view> keys,
              YamlFaults& faults);

  [[nodiscard]] bool has(std::string_view key) const { return find(key).has_value(); }
  [[nodiscard]] std::optional<YAML::Node> find(std::string_view key) const;     // Nothing when omitted.
  [[nodiscard]] std::optional<YAML::Node> require(std::string_view key) const;  // The same, and a fault when omitted.

  [[nodiscard]] std::string text(std::string_view key, std::string fallback = {}) const;
  [[nodiscard]] std::string required_text(std::string_view key) const;
  [[nodiscard]] std::optional<std::int64_t> number(std::string_view key, std::int64_t least, std::int64_t most) const;
  [[nodiscard]] std::optional<bool> flag(std::string_view key) const;
  // A word out of `words`; "" when omitted or wrong.
  [[nodiscard]] std::string one_of(std::string_view key, std::span<const std::string_view> words) const;
  [[nodiscard]] std::string required_one_of(std::string_view key, std::span<const std::string_view> words) const;
  // The items of a list. With one value in the place of a list, that value; nothing when omitted.
  [[nodiscard]] std::vector<std::string> texts(std::string_view key) const;
  // The items of a list, which must be one.
  [[nodiscard]] std::vector<YAML::Node> list(std::string_view key) const;

  [[nodiscard]] const YAML::Node& node() const { return node_; }
  [[nodiscard]] int line() const { return line_of(node_); }

 private:
  YAML::Node node_;
  std::string kind_;
  YamlFaults* faults_;
  std::vector<std::pair<std::string, YAML::Node>> fields_;
};

}  // namespace ucready::upgrade
