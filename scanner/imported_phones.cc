#include "scanner/imported_phones.h"

#include <algorithm>
#include <tuple>
#include <unordered_map>

namespace ucready::scanner {
namespace {

using imports::Told;
using imports::ToldPhone;
using imports::ToldProfile;

bool is_digit(char c) { return c >= '0' && c <= '9'; }

// The database's number of a model whose name is not known: 36307. Names of models that are digits alone have four.
bool is_unnamed(std::string_view model) { return model.size() != 4 && std::ranges::all_of(model, is_digit); }

// "other" of one that nobody names, too: it may be a phone, a room or a program.
std::string product_of(std::string_view model) {
  struct Named {
    std::string_view words;
    std::string_view product;
  };
  constexpr Named kNamed[] = {{"ATA", "ata"},
                              {"Client Services Framework", "jabber"},
                              {"Jabber", "jabber"},
                              {"Dual Mode", "jabber"},
                              {"Room", "roomos"},
                              {"Board", "roomos"},
                              {"TelePresence", "roomos"},
                              {"Codec", "roomos"},
                              {"DX", "roomos"},
                              {"Third-party", "other"},
                              {"Analog Phone", "other"}};
  const auto* const named =
      std::ranges::find_if(kNamed, [&](const Named& one) { return model.find(one.words) != std::string_view::npos; });
  if (named != std::end(kNamed)) return std::string(named->product);
  return is_unnamed(model) ? "other" : "phone";
}

// "11.9.2" of "11.9.2.4-1c38a8e1a45".
std::string first_dotted(std::string_view text) {
  std::size_t end = 0;
  for (int dots = 0; end < text.size(); ++end) {
    if (text[end] == '.' && ++dots == 3) break;
    if (text[end] != '.' && !is_digit(text[end])) break;
  }
  return std::string(text.substr(0, end));
}

// In small letters, with dashes for all that is neither letter nor digit.
std::string slug(std::string_view text) {
  std::string out;
  for (const char c : text) {
    const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    if (letter || is_digit(c)) {
      out += c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
    } else if (!out.empty() && out.back() != '-') {
      out += '-';
    }
  }
  while (out.ends_with('-')) out.pop_back();
  return out;
}

// In the database among the phones, and no device that calls anybody: somebody else's line, or a pattern for new ones.
bool is_virtual(std::string_view model) {
  constexpr std::string_view kVirtual[] = {"CTI Port",
                                           "CTI Route Point",
                                           "CTI Remote Device",
                                           "Remote Destination Profile",
                                           "Carrier-integrated Mobile",
                                           "Universal Device Template",
                                           "Spark Remote Device"};
  return std::ranges::any_of(kVirtual, [&](std::string_view one) { return model.find(one) != std::string_view::npos; });
}

struct Phone {
  std::string cluster;
  const ToldPhone* first = nullptr;
  const std::string* source = nullptr;
  std::string_view model;
  std::string_view protocol;
  std::string_view load;
  std::string_view profile;
  std::string_view pool;
  std::string_view node;
  imports::LocallySignificant certificate = imports::LocallySignificant::not_told;
};

void learn(std::string_view& field, const std::string& value) {
  if (field.empty()) field = value;
}

// Factory profiles that say so in their name and cannot be changed.
bool is_factory_nonsecure(std::string_view profile) {
  return profile.ends_with("Standard SIP Non-Secure Profile") || profile.ends_with("Standard SCCP Non-Secure Profile");
}

using Profiles = std::map<std::pair<std::string, std::string>, const ToldProfile*, std::less<>>;

Profiles profiles_of(const std::vector<Told>& exports, const ImportedSystems& systems) {
  Profiles profiles;
  for (std::size_t n = 0; n < exports.size(); ++n) {
    const auto* const owner = systems.owner(n);
    if (owner == nullptr) continue;
    for (const ToldProfile& profile : exports[n].profiles) profiles[{owner->cluster, profile.name}] = &profile;
  }
  return profiles;
}

using PhonesByName = std::unordered_map<std::string, Phone>;

PhonesByName phones_of(const std::vector<Told>& exports, const ImportedSystems& systems) {
  PhonesByName phones;
  for (std::size_t n = 0; n < exports.size(); ++n) {
    for (const ToldPhone& told : exports[n].phones) {
      const ImportedSystems::Place* place = told.node.empty() ? nullptr : systems.find(told.node);
      if (place == nullptr) place = systems.owner(n);
      if (place == nullptr || is_virtual(told.model)) continue;
      Phone& phone = phones[place->cluster + "/" + told.name];
      if (phone.first == nullptr) {
        phone.cluster = place->cluster;
        phone.first = &told;
        phone.source = &exports[n].path;
      }
      if (is_unnamed(phone.model)) phone.model = told.model;
      learn(phone.protocol, told.protocol);
      learn(phone.profile, told.profile);
      learn(phone.pool, told.pool);
      if (phone.certificate == imports::LocallySignificant::not_told) phone.certificate = told.certificate;
      // Where it is registered, and with which load, the cluster says of those that are; others have it from a file.
      if (told.registered) {
        phone.load = told.load.empty() ? phone.load : std::string_view(told.load);
        if (!told.node.empty()) {
          phone.node = place->node;
        } else if (const auto* const owner = systems.owner(n); owner != nullptr && exports[n].format == "vos-cli") {
          phone.node = owner->node;
        }
      }
      learn(phone.load, told.load);
    }
  }
  return phones;
}

}  // namespace

std::string release_of_load(std::string_view load) {
  if (load.starts_with("ce") && load.size() > 2 && is_digit(load[2])) return first_dotted(load.substr(2));
  // The first run of numbers with dashes between them, three at most: 14-2-1, 9-4-2SR3.
  for (std::size_t at = 0; at < load.size(); ++at) {
    if (!is_digit(load[at]) || (at > 0 && load[at - 1] != '.' && load[at - 1] != '-' && load[at - 1] != '_')) continue;
    std::string release;
    int numbers = 0;
    std::size_t n = at;
    while (n < load.size() && numbers < 3) {
      const std::size_t begin = n;
      while (n < load.size() && is_digit(load[n])) ++n;
      if (n == begin) break;
      release += (numbers == 0 ? "" : ".") + std::string(load.substr(begin, n - begin));
      ++numbers;
      if (n < load.size() && load.substr(n).starts_with("SR")) {
        release += "SR";
        n += 2;
        while (n < load.size() && is_digit(load[n])) release += load[n++];
        break;
      }
      if (n >= load.size() || load[n] != '-') break;
      ++n;
    }
    if (numbers >= 2) return release;
  }
  return std::string(load);
}

std::vector<PhoneClass> classes_of_phones(const std::vector<Told>& exports, const ImportedSystems& systems,
                                          const ImportedLists& lists) {
  const Profiles profiles = profiles_of(exports, systems);
  using Key = std::tuple<std::string, std::string, std::string, std::string, std::string, bool, std::string>;
  std::map<Key, PhoneClass> classes;
  for (const auto& [name, phone] : phones_of(exports, systems)) {
    std::string security;
    bool oauth = false;
    bool encrypts_files = false;
    if (const auto profile = profiles.find(std::pair(phone.cluster, std::string(phone.profile)));
        profile != profiles.end()) {
      security = profile->second->security;
      oauth = profile->second->oauth;
      encrypts_files = profile->second->encrypts_files;
    } else if (is_factory_nonsecure(phone.profile)) {
      security = "nonsecure";
    }
    const std::shared_ptr<const HeldLists> held = lists.of_phone(phone.cluster, phone.first->name);
    const Key key{phone.cluster,
                  std::string(phone.model),
                  std::string(phone.protocol),
                  std::string(phone.load),
                  security,
                  oauth,
                  held == nullptr ? "" : held->content};
    PhoneClass& made = classes[key];
    ++made.count;
    ++made.places[{std::string(phone.pool), std::string(phone.node)}];
    made.encrypting += encrypts_files ? 1 : 0;
    made.enrolling += phone.certificate == imports::LocallySignificant::pending ? 1 : 0;
    made.enrolled += phone.certificate == imports::LocallySignificant::held ? 1 : 0;
    if (held != nullptr) made.lists = held;
    // Of all its phones the one that is told of first, whatever order they are visited in.
    const bool earlier =
        made.count == 1 || std::tie(*phone.source, phone.first->line) < std::tie(made.source, made.line);
    if (!earlier) continue;
    made.cluster = phone.cluster;
    made.product = product_of(phone.model);
    made.model = phone.model;
    made.protocol = phone.protocol;
    made.load = phone.load;
    made.security = security;
    made.oauth = oauth;
    made.source = *phone.source;
    made.line = phone.first->line;
  }
  std::map<std::string, int> alike;
  const auto short_name = [](const PhoneClass& one) {
    std::string name = one.cluster + "-" + slug(one.model) + "-" + slug(one.protocol);
    if (!one.security.empty()) name += "-" + one.security;
    if (one.oauth) name += "-oauth";
    if (one.lists == nullptr) return name;
    return name + (one.lists->handed_out_by.empty() ? "-other-list" : "-list-of-" + one.lists->handed_out_by);
  };
  for (const auto& [key, one] : classes) ++alike[short_name(one)];
  std::vector<PhoneClass> all;
  for (auto& [key, one] : classes) {
    one.name = short_name(one);
    if (alike[one.name] > 1) one.name += "-" + (one.load.empty() ? "no-load" : slug(release_of_load(one.load)));
    all.push_back(std::move(one));
  }
  return all;
}

}  // namespace ucready::scanner
