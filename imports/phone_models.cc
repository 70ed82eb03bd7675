#include "imports/phone_models.h"

#include <algorithm>

#include "imports/text_parts.h"

namespace ucready::imports {
namespace {

// typemodel of the database; from field memory (docs/import.md). A number that is not here stays a number.
struct NumberedModel {
  std::string_view number;
  std::string_view model;
};
constexpr NumberedModel kModels[] = {
    {"72", "CTI Port"},
    {"336", "Third-party SIP Device (Basic)"},
    {"374", "Third-party SIP Device (Advanced)"},
    {"503", "Client Services Framework"},
    {"562", "Dual Mode for iPhone"},
    {"575", "Dual Mode for Android"},
    {"652", "Jabber for Tablet"},
    {"30027", "Analog Phone"},
    {"115", "7941"},
    {"307", "7911"},
    {"308", "7961G-GE"},
    {"309", "7941G-GE"},
    {"365", "7921"},
    {"369", "7906"},
    {"404", "7962"},
    {"431", "7937"},
    {"434", "7942"},
    {"435", "7945"},
    {"436", "7965"},
    {"437", "7975"},
    {"484", "7925"},
    {"495", "6921"},
    {"496", "6941"},
    {"497", "6961"},
    {"537", "9951"},
    {"540", "8961"},
    {"493", "9971"},
    {"621", "7821"},
    {"622", "7841"},
    {"623", "7861"},
    {"659", "8831"},
    {"683", "8841"},
    {"684", "8851"},
    {"685", "8861"},
    {"30006", "7970"},
    {"30018", "7961"},
    {"36213", "7811"},
    {"36216", "8821"},
    {"36217", "8811"},
    {"36224", "8845"},
    {"36225", "8865"},
    {"36247", "7832"},
    {"36250", "8832"},
};

bool is_hex(char c) { return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'F'); }

// SEP or ATA and the twelve digits of the MAC address, and no letter or digit behind them.
bool begins_with_device(std::string_view part) {
  constexpr std::size_t kLength = 15;
  if (part.size() < kLength || (!part.starts_with("SEP") && !part.starts_with("ATA"))) return false;
  if (!std::ranges::all_of(part.substr(3, kLength - 3), is_hex)) return false;
  return part.size() == kLength || std::string_view("._- ").find(part[kLength]) != std::string_view::npos;
}

}  // namespace

std::string phone_in_path(std::string_view path) {
  constexpr std::size_t kLength = 15;
  std::string capitals(path);
  std::ranges::transform(capitals, capitals.begin(),
                         [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c; });
  std::string_view rest = capitals;
  while (!rest.empty()) {
    const std::size_t slash = rest.rfind('/');
    const std::string_view part = slash == std::string_view::npos ? rest : rest.substr(slash + 1);
    if (begins_with_device(part)) return std::string(part.substr(0, kLength));
    rest = slash == std::string_view::npos ? std::string_view() : rest.substr(0, slash);
  }
  return {};
}

std::string phone_model(std::string_view text) {
  text = trimmed(text);
  if (const auto known = std::ranges::find(kModels, text, &NumberedModel::number); known != std::end(kModels)) {
    return std::string(known->model);
  }
  for (const std::string_view maker : {"Cisco IP Phone", "Cisco"}) {
    if (!starts_with_word(text, maker)) continue;
    const std::string_view model = trimmed(text.substr(maker.size()));
    return std::string(model.empty() ? text : model);
  }
  return std::string(text);
}

}  // namespace ucready::imports
