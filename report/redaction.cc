#include "report/redaction.h"

#include <algorithm>
#include <cctype>
#include <random>

#include "core/digest.h"

namespace ucready::report {
namespace {

enum class Treatment {
  name,   // A label of the column's kind.
  whole,  // The same for text that is sensitive as a whole; it is not looked for elsewhere in the row.
  cut,    // Looked up by anybody when whole, and no more than an aid to tell things apart when cut.
};

struct ColumnRule {
  std::string_view column;
  Treatment treatment;
  std::string_view kind;
};

// Any other column is free text: names and addresses in it are found by their shape.
constexpr ColumnRule kColumns[] = {
    {"site", Treatment::name, "site"},
    {"cluster", Treatment::name, "cluster"},
    {"node", Treatment::name, "node"},
    {"address", Treatment::name, "address"},
    {"server_name", Treatment::name, "host"},
    {"hop_client", Treatment::name, "cluster"},
    {"hop_server", Treatment::name, "cluster"},
    {"client", Treatment::name, "cluster"},
    {"server", Treatment::name, "cluster"},
    {"client_node", Treatment::name, "node"},
    {"server_node", Treatment::name, "node"},
    {"client_address", Treatment::name, "address"},
    {"server_address", Treatment::name, "address"},
    {"subject", Treatment::whole, "subject"},
    {"issuer", Treatment::whole, "subject"},
    {"san", Treatment::whole, "names"},
    {"authorities", Treatment::whole, "authorities"},
    {"source", Treatment::whole, "file"},
    {"label", Treatment::whole, "label"},
    {"arguments", Treatment::whole, "arguments"},
    {"finding_id", Treatment::whole, "finding"},
    {"sha256", Treatment::cut, {}},
    {"serial", Treatment::cut, {}},
};

constexpr std::size_t kCut = 8;
constexpr std::size_t kDigestInText = 16;

const ColumnRule* rule_of(std::string_view column) {
  const auto* found = std::ranges::find(kColumns, column, &ColumnRule::column);
  return found == std::end(kColumns) ? nullptr : found;
}

bool is_digit(char c) { return std::isdigit(static_cast<unsigned char>(c)) != 0; }
bool is_letter(char c) { return std::isalpha(static_cast<unsigned char>(c)) != 0; }
bool is_hex(char c) { return std::isxdigit(static_cast<unsigned char>(c)) != 0; }

bool is_ip_address(std::string_view token) {
  if (std::ranges::count(token, ':') >= 2) {
    return std::ranges::all_of(token, [](char c) { return is_hex(c) || c == ':' || c == '.'; });
  }
  return std::ranges::count(token, '.') == 3 && is_digit(token.front()) && is_digit(token.back()) &&
         std::ranges::all_of(token, [](char c) { return is_digit(c) || c == '.'; });
}

// A name with a dot whose last label is a word: "TLSv1.2" and "X15.2" are none.
bool is_host_name(std::string_view token) {
  const std::size_t dot = token.rfind('.');
  if (dot == std::string_view::npos || token.size() - dot < 3) return false;
  return std::ranges::all_of(token.substr(dot + 1), is_letter);
}

bool separates_words(char c) { return std::string_view(" \t\r\n,;()[]\"'<>/\\=").find(c) != std::string_view::npos; }

std::string random_key() {
  std::random_device device;
  std::string key;
  for (int i = 0; i < 8; ++i) key += std::to_string(device()) + ".";
  return key;
}

}  // namespace

Redaction::Redaction() : key_(random_key()) {}

void Redaction::know(std::string_view column, const std::string& name) {
  const ColumnRule* rule = rule_of(column);
  if (rule && !name.empty()) known_.emplace(name, label(rule->kind, name));
}

bool Redaction::is_name(std::string_view column) {
  const ColumnRule* rule = rule_of(column);
  return rule && rule->treatment == Treatment::name;
}

std::string Redaction::cell(std::string_view column, std::string_view value,
                            const std::vector<RedactedName>& names) const {
  if (value.empty()) return {};
  const ColumnRule* rule = rule_of(column);
  if (!rule) return free_text(value, names);
  if (rule->treatment == Treatment::cut) return std::string(value.substr(0, kCut));
  return label(rule->kind, value);
}

std::string Redaction::label(std::string_view kind, std::string_view value) const {
  Sha256 digest;
  digest.field(key_);
  digest.field(kind);
  digest.field(value);
  return std::string(kind) + "-" + to_hex(digest.finish()).substr(0, kCut);
}

std::string Redaction::free_text(std::string_view text, const std::vector<RedactedName>& names) const {
  const std::string plain = without_attributes(text);
  std::string out;
  std::string_view rest = plain;
  while (!rest.empty()) {
    const auto end = static_cast<std::size_t>(std::ranges::find_if(rest, separates_words) - rest.begin());
    if (end > 0) {
      out += word(rest.substr(0, end), names);
      rest.remove_prefix(end);
    } else {
      out += rest.front();
      rest.remove_prefix(1);
    }
  }
  return out;
}

// "CN=cucm.example.com,O=Nordwind" tells nothing but which attributes there are: their values become labels.
std::string Redaction::without_attributes(std::string_view text) const {
  std::string out;
  while (!text.empty()) {
    const std::size_t equals = text.find('=');
    if (equals == std::string_view::npos) break;
    const bool attribute =
        equals > 0 && std::isalnum(static_cast<unsigned char>(text[equals - 1])) && text.substr(equals, 2) != "==";
    out += text.substr(0, equals + 1);
    text.remove_prefix(equals + 1);
    if (!attribute) continue;
    std::size_t end = 0;
    while (end < text.size() && std::string_view(",+;").find(text[end]) == std::string_view::npos) {
      end += text[end] == '\\' ? 2 : 1;
    }
    end = std::min(end, text.size());
    if (end > 0) out += label("name", text.substr(0, end));
    text.remove_prefix(end);
  }
  return out += text;
}

std::string Redaction::word(std::string_view token, const std::vector<RedactedName>& names) const {
  const auto known = std::ranges::find(names, token, &RedactedName::name);
  if (known != names.end()) return known->label;
  if (const auto everywhere = known_.find(std::string(token)); everywhere != known_.end()) return everywhere->second;
  const std::size_t size = token.find_last_not_of(".:");
  if (size == std::string_view::npos) return std::string(token);
  if (size + 1 < token.size()) return word(token.substr(0, size + 1), names) + std::string(token.substr(size + 1));
  if (token.size() >= kDigestInText && std::ranges::all_of(token, is_hex)) return std::string(token.substr(0, kCut));
  if (is_ip_address(token)) return label("address", token);
  if (const std::size_t colon = token.find(':'); colon != std::string_view::npos) {
    return word(token.substr(0, colon), names) + ":" + word(token.substr(colon + 1), names);
  }
  if (is_host_name(token)) return label("host", token);
  return std::string(token);
}

}  // namespace ucready::report
