#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <fstream>
#include <iterator>
#include <map>
#include <optional>
#include <span>
#include <stdexcept>

#include "core/embedded_file.h"
#include "core/printable.h"
#include "db/rules.h"

namespace ucready::db {

namespace rule_files {
std::span<const EmbeddedFile> embedded_files();
}

namespace {

namespace fs = std::filesystem;

constexpr std::size_t kLongestRule = 262'144;
constexpr std::size_t kLongestId = 64;
constexpr std::size_t kLongestTitle = 200;
constexpr std::array<std::string_view, 4> kKeys = {"id", "severity", "title", "remedy"};

tl::unexpected<Error> refuse(const std::string& origin, int line, std::string_view why) {
  return fail(ErrorCode::invalid_input, printable(fmt::format("{}:{}: {}", origin, line, why)));
}

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t' || text.back() == '\r')) text.remove_suffix(1);
  return text;
}

// Takes the text up to the next line's beginning.
std::string_view next_line(std::string_view& rest) {
  const std::size_t end = rest.find('\n');
  const std::string_view line = rest.substr(0, end);
  rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
  return line;
}

struct HeadLine {
  std::string_view key;
  std::string_view value;
};

// "-- key: value". Nothing for any other line: prose of more than one word before its colon is a comment.
std::optional<HeadLine> read_head_line(std::string_view line) {
  if (!line.starts_with("-- ")) return std::nullopt;
  line.remove_prefix(3);
  const std::size_t colon = line.find(':');
  if (colon == std::string_view::npos || colon == 0) return std::nullopt;
  const std::string_view key = line.substr(0, colon);
  const bool one_word = std::ranges::all_of(key, [](char c) { return (c >= 'a' && c <= 'z') || c == '-' || c == '_'; });
  if (!one_word) return std::nullopt;
  return HeadLine{key, trimmed(line.substr(colon + 1))};
}

bool is_rule_id(std::string_view id) {
  if (id.empty() || id.size() > kLongestId || id.front() == '-' || id.back() == '-') return false;
  return std::ranges::all_of(id, [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-'; });
}

struct HeadValue {
  std::string text;
  int line = 0;
};
using Head = std::map<std::string, HeadValue, std::less<>>;

Result<void> check_head(const Head& head, const std::string& origin) {
  for (const std::string_view key : kKeys) {
    const auto found = head.find(key);
    if (found == head.end()) return refuse(origin, 1, fmt::format("the head has no '-- {}:' line; add one", key));
    if (found->second.text.empty())
      return refuse(origin, found->second.line, fmt::format("{} has no value; write one", key));
  }
  const HeadValue& id = head.find("id")->second;
  if (!is_rule_id(id.text)) {
    return refuse(
        origin, id.line,
        fmt::format("id '{}' is no id; use up to {} lower-case letters, digits and hyphens", id.text, kLongestId));
  }
  const HeadValue& severity = head.find("severity")->second;
  if (!parse_severity(severity.text)) {
    return refuse(origin, severity.line,
                  fmt::format("severity '{}' is unknown; use info, low, medium, high or critical", severity.text));
  }
  const HeadValue& title = head.find("title")->second;
  if (title.text.size() > kLongestTitle) {
    return refuse(origin, title.line, fmt::format("the title is longer than {} bytes; shorten it", kLongestTitle));
  }
  return {};
}

Result<std::string> read_file(const fs::path& file) {
  std::ifstream in(file, std::ios::binary);
  std::string text(kLongestRule + 1, '\0');
  in.read(text.data(), static_cast<std::streamsize>(text.size()));
  text.resize(static_cast<std::size_t>(in.gcount()));
  if (!in && !in.eof()) return fail(ErrorCode::io, printable(file.string()) + ": cannot be read");
  return text;
}

Result<std::vector<fs::path>> rule_files_in(const fs::path& folder) {
  std::vector<fs::path> files;
  std::error_code trouble;
  for (fs::directory_iterator entry(folder, trouble), end; !trouble && entry != end; entry.increment(trouble)) {
    if (entry->path().extension() == ".sql") files.push_back(entry->path());
  }
  if (trouble) return fail(ErrorCode::io, fmt::format("{}: {}", printable(folder.string()), trouble.message()));
  if (files.empty()) {
    return fail(ErrorCode::not_found, printable(folder.string()) + ": holds no *.sql files; name a folder of rules");
  }
  std::ranges::sort(files);
  return files;
}

std::vector<Rule> in_order(std::map<std::string, Rule> by_id) {
  std::vector<Rule> rules;
  rules.reserve(by_id.size());
  for (auto& [id, rule] : by_id) rules.push_back(std::move(rule));
  return rules;
}

}  // namespace

Result<Rule> read_rule(std::string_view text, const std::string& origin) {
  if (text.size() > kLongestRule)
    return refuse(origin, 1, fmt::format("is longer than {} bytes; split it", kLongestRule));
  if (text.find('\0') != std::string_view::npos) return refuse(origin, 1, "holds a zero byte; save it as plain text");

  Head head;
  HeadValue* open = nullptr;
  std::string_view rest = text;
  int line_number = 1;
  while (!rest.empty()) {
    std::string_view after = rest;
    const std::string_view line = next_line(after);
    if (const auto entry = read_head_line(line)) {
      if (std::ranges::find(kKeys, entry->key) == kKeys.end()) {
        return refuse(origin, line_number,
                      fmt::format("'{}' is no key of a rule's head; use id, severity, title, remedy", entry->key));
      }
      const auto [at, fresh] = head.emplace(entry->key, HeadValue{std::string(entry->value), line_number});
      if (!fresh)
        return refuse(origin, line_number, fmt::format("{} stands here a second time; remove one", entry->key));
      open = &at->second;
    } else if (open != nullptr && line.starts_with("--   ")) {
      open->text += ' ';
      open->text += trimmed(line.substr(2));
    } else {
      break;
    }
    rest = after;
    ++line_number;
  }
  if (auto whole = check_head(head, origin); !whole) return tl::unexpected<Error>(whole.error());
  if (trimmed(rest).empty()) return refuse(origin, line_number, "no SELECT follows the head; add the rule's query");

  return Rule{head["id"].text,    *parse_severity(head["severity"].text),
              head["title"].text, head["remedy"].text,
              std::string(rest),  line_number,
              std::string(text),  origin};
}

std::vector<Rule> built_in_rules() {
  std::map<std::string, Rule> by_id;
  for (const EmbeddedFile& file : rule_files::embedded_files()) {
    auto rule = read_rule(file.text, std::string(file.name));
    if (!rule) throw std::logic_error(rule.error().message);
    rule->origin = "built in";
    by_id.insert_or_assign(rule->id, std::move(*rule));
  }
  return in_order(std::move(by_id));
}

Result<std::vector<Rule>> rules_with(const fs::path& folder) {
  std::map<std::string, Rule> by_id;
  for (Rule& rule : built_in_rules()) by_id.emplace(rule.id, std::move(rule));
  const auto files = rule_files_in(folder);
  if (!files) return tl::unexpected<Error>(files.error());
  std::map<std::string, std::string> origin_of;
  for (const fs::path& file : *files) {
    const auto text = read_file(file);
    if (!text) return tl::unexpected<Error>(text.error());
    auto rule = read_rule(*text, file.string());
    if (!rule) return tl::unexpected<Error>(rule.error());
    if (const auto [first, fresh] = origin_of.emplace(rule->id, rule->origin); !fresh) {
      return refuse(rule->origin, 1, fmt::format("id '{}' is that of {} too; change one", rule->id, first->second));
    }
    if (auto sound = check_rule(*rule); !sound) return tl::unexpected<Error>(sound.error());
    by_id.insert_or_assign(rule->id, std::move(*rule));
  }
  return in_order(std::move(by_id));
}

}  // namespace ucready::db
