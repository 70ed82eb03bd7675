#include "scanner/imported_systems.h"

#include <algorithm>
#include <filesystem>

#include "core/ip_address.h"
#include "report/seen_names.h"

namespace ucready::scanner {
namespace {

using imports::Told;
using imports::ToldFact;

std::string small(std::string_view text) {
  std::string out(text);
  std::ranges::transform(out, out.begin(), [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
  return out;
}

std::string canonical(std::string_view name) {
  if (const auto address = parse_ip_address(name)) return to_text(*address);
  std::string out = small(name);
  while (out.ends_with('.')) out.pop_back();
  return out;
}

// Fit for a site file: letters, digits, dots, dashes and underscores.
std::string clean(std::string_view name) {
  constexpr std::size_t kLongest = 100;
  std::string out;
  for (const char c : name.substr(0, kLongest)) {
    const bool good =
        (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_' || c == '.';
    out += good ? c : '-';
  }
  return out;
}

// Routers stand alone; of the other products several nodes make a cluster with a name of its own.
bool stands_alone(std::string_view product) { return product == "cube" || product == "ios-gateway"; }

}  // namespace

ImportedSystems::ImportedSystems(const std::vector<Told>& exports, const std::vector<Fact>& known,
                                 std::string_view otherwise) {
  take_known(known);
  take_names(exports);
  find_owners(exports, otherwise);
  join_clusters(exports);
  name_clusters();
  place_exports(exports);
}

std::size_t ImportedSystems::add(const std::string& host) {
  const std::string name = canonical(host);
  if (const std::size_t found = look_up(name); found < kSeveral) return found;
  systems_.push_back({.host = name});
  groups_.push_back(groups_.size());
  call(systems_.size() - 1, name);
  return systems_.size() - 1;
}

void ImportedSystems::call(std::size_t system, const std::string& name) {
  const std::string key = canonical(name);
  if (key.empty()) return;
  const auto [at, is_new] = names_.try_emplace(key, system);
  if (!is_new && at->second != system) at->second = kSeveral;
}

// A full name also finds the host of its first label, as long as nobody has that full name.
std::size_t ImportedSystems::look_up(std::string_view name) const {
  const std::string key = canonical(name);
  if (const auto found = names_.find(key); found != names_.end()) return found->second;
  const std::size_t dot = key.find('.');
  if (dot == std::string::npos || parse_ip_address(key)) return kNone;
  const auto host = names_.find(key.substr(0, dot));
  return host == names_.end() ? kNone : host->second;
}

void ImportedSystems::take_known(const std::vector<Fact>& known) {
  for (const Fact& fact : known) {
    if (fact.cluster.empty()) continue;
    known_clusters_.insert(fact.cluster);
    taken_.insert(fact.cluster);
    if (fact.node.empty() && fact.service.empty() && fact.port == 0 && fact.name == "product") {
      products_[fact.cluster] = fact.value;
    }
  }
  std::map<std::pair<std::string, std::string>, std::size_t> systems;
  for (const Fact& fact : known) {
    if (fact.node.empty()) continue;
    with_nodes_.insert(fact.cluster);
    const auto [at, is_new] = systems.try_emplace({fact.cluster, fact.node}, systems_.size());
    if (is_new) {
      systems_.push_back({.host = fact.node, .place = {fact.cluster, fact.node}, .known = true});
      groups_.push_back(groups_.size());
      call(at->second, fact.node);
    }
    if (fact.name == "address" || fact.name == "server_name") call(at->second, fact.value);
  }
  for (System& system : systems_) system.product = products_[system.place.cluster];
}

// Names first, so that an export that knows a system by its address alone finds it.
void ImportedSystems::take_names(const std::vector<Told>& exports) {
  owners_.assign(exports.size(), kNone);
  for (std::size_t n = 0; n < exports.size(); ++n) {
    const Told& told = exports[n];
    if (!told.owner.empty()) owners_[n] = add(told.owner);
    for (const ToldFact& fact : told.facts) {
      const std::size_t system = fact.node.empty()             ? owners_[n]
                                 : parse_ip_address(fact.node) ? look_up(fact.node)
                                                               : add(fact.node);
      if (system >= kSeveral) continue;
      if (fact.name == "address" || fact.name == "fqdn" || fact.name == "alias") call(system, fact.value);
    }
  }
}

// In the path's own words, the innermost first: "exports/hq-cucm-pub/show.log", "hq-cucm-pub_cli.txt".
std::size_t ImportedSystems::by_path(const std::string& path) const {
  std::vector<std::string> parts;
  for (const auto& part : std::filesystem::path(path)) parts.push_back(small(part.string()));
  for (auto part = parts.rbegin(); part != parts.rend(); ++part) {
    for (std::size_t length = part->size(); length > 0; --length) {
      if (length < part->size() && std::string_view("._-").find((*part)[length]) == std::string_view::npos) continue;
      const auto found = names_.find(part->substr(0, length));
      if (found != names_.end() && found->second < kSeveral) return found->second;
    }
  }
  return kNone;
}

namespace {

// "a.tar.gz/b.zip", then "a.tar.gz": an archive and the folders and archives around it.
std::string around(const std::string& archive) {
  const std::size_t slash = archive.rfind('/');
  return archive.substr(0, slash == std::string::npos ? 0 : slash);
}

}  // namespace

// The one system that files of the same archive name, or of the archive around it.
std::size_t ImportedSystems::of_archive(std::string archive) const {
  for (; !archive.empty(); archive = around(archive)) {
    if (const auto found = archives_.find(archive); found != archives_.end()) return found->second;
  }
  return kNone;
}

void ImportedSystems::find_owners(const std::vector<Told>& exports, std::string_view otherwise) {
  for (std::size_t n = 0; n < exports.size(); ++n) {
    if (exports[n].owner.empty()) continue;
    for (std::string archive = exports[n].archive; !archive.empty(); archive = around(archive)) {
      const auto [at, is_new] = archives_.try_emplace(archive, owners_[n]);
      if (!is_new && at->second != owners_[n]) at->second = kSeveral;
    }
  }
  for (std::size_t n = 0; n < exports.size(); ++n) {
    if (owners_[n] != kNone) continue;
    owners_[n] = of_archive(exports[n].archive);
    if (owners_[n] == kSeveral) owners_[n] = kNone;
    if (owners_[n] == kNone) owners_[n] = by_path(exports[n].path);
    if (owners_[n] == kNone && !otherwise.empty()) owners_[n] = add(std::string(otherwise));
    if (owners_[n] == kSeveral) owners_[n] = kNone;
  }
}

std::size_t ImportedSystems::group_of(std::size_t system) {
  while (groups_[system] != system) system = groups_[system] = groups_[groups_[system]];
  return system;
}

void ImportedSystems::join(std::size_t one, std::size_t other) {
  if (one < kSeveral && other < kSeveral) groups_[group_of(one)] = group_of(other);
}

void ImportedSystems::join_clusters(const std::vector<Told>& exports) {
  std::map<std::string, std::size_t> by_cluster_name;
  for (std::size_t n = 0; n < exports.size(); ++n) {
    std::size_t first = owners_[n];
    for (const ToldFact& fact : exports[n].facts) {
      const std::size_t system = fact.node.empty() ? owners_[n] : add(fact.node);
      if (system >= kSeveral) continue;
      if (first == kNone) first = system;
      join(first, system);
      System& said = systems_[system];
      if (fact.name == "product" && !said.known) said.product = fact.value;
      if (fact.name == "peer_address") join(system, look_up(fact.value));
      if (fact.name == "cluster_name") {
        const auto [at, is_new] = by_cluster_name.try_emplace(fact.value, system);
        if (!is_new) join(system, at->second);
      }
    }
    join_by_phones(exports[n], first);
  }
}

// Phones of one cluster register with its nodes, and a group of call control is of its nodes.
void ImportedSystems::join_by_phones(const Told& told, std::size_t first) {
  std::set<std::string_view> nodes;
  for (const imports::ToldGroupMember& member : told.members) nodes.insert(member.node);
  for (const imports::ToldPhone& phone : told.phones) {
    if (!phone.node.empty()) nodes.insert(phone.node);
  }
  for (const std::string_view node : nodes) {
    const std::size_t system = look_up(node);
    if (system >= kSeveral) continue;
    if (first == kNone) first = system;
    join(first, system);
    if (!systems_[system].known && systems_[system].product.empty()) systems_[system].product = "cucm";
  }
}

std::string ImportedSystems::claim(const std::string& wish) {
  const std::string name = clean(wish);
  std::string free = name;
  int& next = numbers_.try_emplace(name, 2).first->second;
  while (!taken_.insert(free).second) free = name + "-" + std::to_string(next++);
  return free;
}

std::string ImportedSystems::claim_again(const std::string& wish, const std::string& product) {
  const std::string name = clean(wish);
  int& next = again_.try_emplace(name, 1).first->second;
  for (;; ++next) {
    const std::string known = next == 1 ? name : name + "-" + std::to_string(next);
    if (!known_clusters_.contains(known)) return claim(wish);
    if (products_[known] != product || with_nodes_.contains(known)) continue;  // Something else has that name.
    ++next;
    return known;
  }
}

ImportedSystems::Place ImportedSystems::introduce(const std::string& host, const std::string& wish,
                                                  const std::string& product) {
  const std::string name = claim(wish);
  systems_.push_back({.host = canonical(host), .product = product, .place = {name, name}});
  groups_.push_back(groups_.size());
  call(systems_.size() - 1, host);
  products_[name] = product;
  return systems_.back().place;
}

void ImportedSystems::name_cluster(const std::vector<std::size_t>& members) {
  std::string cluster;
  for (const std::size_t member : members) {
    if (systems_[member].known) cluster = systems_[member].place.cluster;
  }
  const System& first = systems_[members.front()];
  if (cluster.empty()) {
    std::string wish = first.host;
    if (!stands_alone(first.product) && !first.product.empty() && !parse_ip_address(first.host)) {
      const std::string stem = report::stem_of(report::first_label(first.host));
      if (!stem.empty() && !taken_.contains(stem)) wish = stem;
    }
    cluster = claim(wish);
    if (!first.product.empty()) products_[cluster] = first.product;
  }
  for (const std::size_t member : members) {
    System& system = systems_[member];
    if (!system.known) system.place = {cluster, clean(system.host)};
  }
}

void ImportedSystems::name_clusters() {
  std::map<std::pair<std::size_t, std::string>, std::vector<std::size_t>> clusters;
  std::map<std::string, std::size_t> alone;  // Systems that would have the same stem, counted.
  for (std::size_t n = 0; n < systems_.size(); ++n) {
    // Of routers each is a cluster.
    const std::size_t group = stands_alone(systems_[n].product) ? n : group_of(n);
    clusters[{group, systems_[n].product}].push_back(n);
  }
  // In the order of their hosts, so that names do not hang on the order of files.
  std::vector<std::vector<std::size_t>> ordered;
  for (auto& [key, members] : clusters) {
    std::ranges::sort(members, {}, [&](std::size_t n) { return systems_[n].host; });
    ordered.push_back(std::move(members));
  }
  std::ranges::sort(ordered, {}, [&](const auto& members) { return systems_[members.front()].host; });
  for (const auto& members : ordered) name_cluster(members);
}

void ImportedSystems::place_exports(const std::vector<Told>& exports) {
  places_.resize(exports.size());
  for (std::size_t n = 0; n < exports.size(); ++n) {
    if (owners_[n] != kNone) {
      places_[n] = systems_[owners_[n]].place;
      continue;
    }
    // What tells of nodes of one cluster alone is of that cluster.
    std::set<std::string> clusters;
    const auto see = [&](const std::string& name) {
      const Place* const place = name.empty() ? nullptr : find(name);
      if (place != nullptr) clusters.insert(place->cluster);
    };
    for (const ToldFact& fact : exports[n].facts) {
      // Of a cluster of voice systems its IM and Presence is another; the export is the former's.
      const std::size_t system = fact.node.empty() ? kNone : look_up(fact.node);
      if (system < kSeveral && systems_[system].product != "imp") see(fact.node);
    }
    for (const imports::ToldPhone& phone : exports[n].phones) see(phone.node);
    for (const imports::ToldList& list : exports[n].lists) std::ranges::for_each(list.nodes, see);
    if (clusters.empty()) {
      for (const auto& part : std::filesystem::path(exports[n].path)) {
        const std::string name = part.stem().string();
        if (taken_.contains(name) || known_clusters_.contains(name)) clusters.insert(name);
      }
    }
    if (clusters.size() == 1) places_[n] = {*clusters.begin(), ""};
  }
  place_lists_of_phones(exports);
}

// What a phone holds is its cluster's affair, whoever signed it: the list of another cluster names that one's nodes.
void ImportedSystems::place_lists_of_phones(const std::vector<Told>& exports) {
  std::map<std::string, std::set<std::string>> clusters;
  for (const Told& told : exports) {
    if (!told.list_phone.empty()) clusters[told.list_phone];
  }
  if (clusters.empty()) return;
  for (std::size_t n = 0; n < exports.size(); ++n) {
    for (const imports::ToldPhone& phone : exports[n].phones) {
      const auto asked = clusters.find(phone.name);
      if (asked == clusters.end()) continue;
      const Place* const place = phone.node.empty() ? nullptr : find(phone.node);
      const std::string& cluster = place != nullptr ? place->cluster : places_[n].cluster;
      if (!cluster.empty()) asked->second.insert(cluster);
    }
  }
  for (std::size_t n = 0; n < exports.size(); ++n) {
    if (exports[n].list_phone.empty()) continue;
    const std::set<std::string>& all = clusters[exports[n].list_phone];
    places_[n] = all.size() == 1 ? Place{*all.begin(), ""} : Place{};
  }
}

const ImportedSystems::Place* ImportedSystems::owner(std::size_t at) const {
  return places_[at].cluster.empty() ? nullptr : &places_[at];
}

const ImportedSystems::Place* ImportedSystems::find(std::string_view name) const {
  const std::size_t system = look_up(name);
  return system >= kSeveral || systems_[system].place.cluster.empty() ? nullptr : &systems_[system].place;
}

const std::string& ImportedSystems::product(const std::string& cluster) const {
  static const std::string kNotTold;
  const auto found = products_.find(cluster);
  return found == products_.end() ? kNotTold : found->second;
}

}  // namespace ucready::scanner
