#include "upgrade/release.h"

#include <algorithm>
#include <array>
#include <initializer_list>
#include <utility>

namespace ucready::upgrade {
namespace {

constexpr std::size_t kLongestText = 100;

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }
bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_letter(char c) { return lower(c) >= 'a' && lower(c) <= 'z'; }

// Takes a text apart from its front, blind to case. What does not fit is left where it is.
class Cursor {
 public:
  explicit Cursor(std::string_view text) : rest_(text) {}

  bool take(std::string_view word) {
    const bool fits = rest_.size() >= word.size() && std::equal(word.begin(), word.end(), rest_.begin(),
                                                                [](char a, char b) { return lower(a) == lower(b); });
    if (fits) rest_.remove_prefix(word.size());
    return fits;
  }

  std::optional<int> number() {
    constexpr std::size_t kMostDigits = 9;
    const std::size_t digits = count(is_digit);
    if (digits == 0 || digits > kMostDigits) return std::nullopt;
    int value = 0;
    for (const char c : rest_.substr(0, digits)) value = value * 10 + (c - '0');
    rest_.remove_prefix(digits);
    return value;
  }

  // A single letter: a = 1. No letter = 0; a word is left alone.
  int letter() {
    if (count(is_letter) != 1) return 0;
    const int value = lower(rest_.front()) - 'a' + 1;
    rest_.remove_prefix(1);
    return value;
  }

  void skip_letters() { rest_.remove_prefix(count(is_letter)); }
  void skip_spaces() {
    rest_.remove_prefix(count([](char c) { return c == ' ' || c == ','; }));
  }
  // Words that people and systems put in front of the number.
  void skip_words(std::initializer_list<std::string_view> words) {
    do skip_spaces();
    while (std::any_of(words.begin(), words.end(), [this](std::string_view word) { return take(word); }));
  }

  [[nodiscard]] bool done() const { return rest_.empty(); }
  [[nodiscard]] std::string_view rest() const { return rest_; }

 private:
  template <typename Is>
  [[nodiscard]] std::size_t count(Is is) const {
    return static_cast<std::size_t>(std::find_if_not(rest_.begin(), rest_.end(), is) - rest_.begin());
  }

  std::string_view rest_;
};

struct ServiceUpdate {
  int number = 0;
  int letter = 0;
};

// Service update n is build 1[1+n]900: 15.0.1.12900 = 15SU2 and 11.5.1.21900 = 11.5(1)SU11; what lies between is an
// engineering special of the earlier one. Re-releases with a letter have a build of their own and are listed.
// Source: Cisco's CUCM and IM&P 15 compatibility matrix (CMP).
ServiceUpdate service_update_of_build(int major, int build) {
  constexpr std::pair<int, int> kLettered[] = {{15, 11901}, {15, 13901}, {15, 14901}};
  const int number = std::max(0, (build - 10900) / 1000);
  const bool lettered =
      std::find(std::begin(kLettered), std::end(kLettered), std::pair{major, build}) != std::end(kLettered);
  return {number, lettered ? 1 : 0};
}

std::optional<Release> parse_vos(Cursor text) {
  text.skip_words({"release", "version"});
  const auto major = text.number();
  if (!major) return std::nullopt;
  std::optional<int> minor = 0;
  std::optional<int> maintenance = 1;  // 14 is 14.0(1), and 12.5 is 12.5(1).
  int maintenance_letter = 0;
  ServiceUpdate update;
  bool is_build = false;

  if (text.take(".")) minor = text.number();
  if (text.take("(")) {
    maintenance = text.number();
    maintenance_letter = text.letter();
    if (!text.take(")")) return std::nullopt;
  } else if (text.take(".")) {
    maintenance = text.number();
    if (text.take(".")) {
      const auto build = text.number();
      if (!build || *build < 10000 || *build > 99999) return std::nullopt;
      update = service_update_of_build(*major, *build);
      is_build = true;
      if (text.take("-") && !text.number()) return std::nullopt;
      if (text.take("(") && !(text.number() && text.take(")"))) return std::nullopt;
    }
  }
  if (!minor || !maintenance) return std::nullopt;
  text.skip_spaces();
  if (!is_build && text.take("SU")) {
    const auto number = text.number();
    if (!number) return std::nullopt;
    update = {*number, text.letter()};
    text.skip_spaces();
  }
  if (text.take("ES") && !text.number()) return std::nullopt;
  if (!text.done()) return std::nullopt;
  return Release{{*major, *minor, *maintenance, maintenance_letter, update.number, update.letter}};
}

// Numbers between dots, at least one; the rank is filled up with zeros.
template <std::size_t Size>
std::optional<std::array<int, Size>> dotted_numbers(Cursor& text) {
  std::array<int, Size> numbers{};
  for (std::size_t i = 0; i < Size; ++i) {
    if (i > 0 && !text.take(".")) break;
    const auto number = text.number();
    if (!number) return std::nullopt;
    numbers[i] = *number;
  }
  return numbers;
}

std::optional<Release> parse_expressway(Cursor text) {
  text.skip_words({"release", "version"});
  text.take("X");
  const auto numbers = dotted_numbers<4>(text);
  if (!numbers || !text.done()) return std::nullopt;
  return Release{{numbers->begin(), numbers->end()}};
}

std::optional<Release> parse_ios_xe(Cursor text) {
  text.skip_words({"cisco", "ios-xe", "ios", "xe", "software", "release", "version"});
  const auto major = text.number();
  if (!major || !text.take(".")) return std::nullopt;
  const auto minor = text.number();
  if (!minor) return std::nullopt;
  std::optional<int> maintenance = 0;
  std::optional<int> rebuild = 0;
  if (text.take("(")) {  // Classic IOS, 15.7(3)M5: the train's letters do not order.
    maintenance = text.number();
    if (!text.take(")")) return std::nullopt;
    text.skip_letters();
    if (!text.done()) rebuild = text.number();
  } else if (text.take(".")) {
    maintenance = text.number();
  }
  const int letter = text.letter();
  if (!maintenance || !rebuild || !text.done()) return std::nullopt;
  return Release{{*major, *minor, *maintenance, *rebuild, letter}};
}

// The firmware load of a phone: 14-2-1-0101-8, 9-4-2SR3-1S. The groups after the third number are builds.
std::optional<Release> parse_load(Cursor text) {
  std::array<int, 3> numbers{};
  for (std::size_t i = 0; i < numbers.size(); ++i) {
    if (i > 0 && !text.take("-")) return std::nullopt;
    const auto number = text.number();
    if (!number) return std::nullopt;
    numbers[i] = *number;
  }
  int service_release = 0;
  if (text.take("SR")) {
    const auto number = text.number();
    if (!number) return std::nullopt;
    service_release = *number;
  }
  const auto is_build = [](char c) { return is_digit(c) || is_letter(c) || c == '-'; };
  const std::string_view build = text.rest();
  if (!build.empty() && (build.front() != '-' || !std::all_of(build.begin(), build.end(), is_build))) {
    return std::nullopt;
  }
  return Release{{numbers[0], numbers[1], numbers[2], 0, service_release}};
}

std::optional<Release> parse_dotted(std::string_view whole) {
  Cursor text(whole);
  text.skip_words({"release", "version", "phoneos", "roomos", "ce", "webex", "jabber", "-"});
  if (const auto load = parse_load(text)) return load;
  // "sip88xx.14-2-1-0101-8": the family's name stands before the first dot.
  if (const auto dot = text.rest().find('.'); dot != std::string_view::npos && is_letter(text.rest().front())) {
    return parse_load(Cursor(text.rest().substr(dot + 1)));
  }
  auto numbers = dotted_numbers<4>(text);
  if (!numbers) return std::nullopt;
  int service_release = 0;
  if (text.take("(")) {  // 14.2(1) is 14.2.1.
    const auto number = text.number();
    if (!number || !text.take(")") || (*numbers)[2] != 0) return std::nullopt;
    (*numbers)[2] = *number;
  }
  text.skip_spaces();
  if (text.take("SR")) {
    const auto number = text.number();
    if (!number) return std::nullopt;
    service_release = *number;
  }
  if (!text.done()) return std::nullopt;
  return Release{{(*numbers)[0], (*numbers)[1], (*numbers)[2], (*numbers)[3], service_release}};
}

constexpr std::pair<std::string_view, ReleaseRule> kRules[] = {{"vos", ReleaseRule::vos},
                                                               {"expressway", ReleaseRule::expressway},
                                                               {"ios-xe", ReleaseRule::ios_xe},
                                                               {"dotted", ReleaseRule::dotted},
                                                               {"none", ReleaseRule::none}};

}  // namespace

std::optional<ReleaseRule> parse_release_rule(std::string_view text) {
  for (const auto& [name, rule] : kRules) {
    if (name == text) return rule;
  }
  return std::nullopt;
}

std::string_view to_text(ReleaseRule rule) {
  for (const auto& [name, each] : kRules) {
    if (each == rule) return name;
  }
  return {};
}

std::optional<Release> parse_release(ReleaseRule rule, std::string_view text) {
  if (text.size() > kLongestText) return std::nullopt;
  while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
  switch (rule) {
    case ReleaseRule::vos:
      return parse_vos(Cursor(text));
    case ReleaseRule::expressway:
      return parse_expressway(Cursor(text));
    case ReleaseRule::ios_xe:
      return parse_ios_xe(Cursor(text));
    case ReleaseRule::dotted:
      return parse_dotted(text);
    case ReleaseRule::none:
      break;
  }
  return std::nullopt;
}

}  // namespace ucready::upgrade
