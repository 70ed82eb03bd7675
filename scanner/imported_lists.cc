#include "scanner/imported_lists.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "trust/digest.h"

namespace ucready::scanner {
namespace {

using imports::Told;
using imports::ToldList;

// The same whether the list was shown as text, which names certificates by SHA-1 and one by one, or is a file, which
// holds them and tells the roles of one together.
std::string content_of(const ToldList& list) {
  std::set<std::string> names;
  for (const db::TrustedCertificate& entry : list.entries) {
    const std::string digest = entry.certificate ? "sha1:" + to_hex(trust::sha1(entry.certificate->der))
                                                 : entry.hash_algorithm + ":" + entry.hash;
    for (const std::string& role : split_list(entry.roles)) names.insert(digest + " " + role);
  }
  return fmt::format("{}\n{}", list.name, fmt::join(names, "\n"));
}

// The one cluster whose nodes these lists name.
std::string cluster_named(const HeldLists& lists, const ImportedSystems& systems) {
  std::set<std::string> clusters;
  for (const auto& [name, list] : lists.by_name) {
    for (const std::string& node : list->nodes) {
      if (const auto* const place = systems.find(node)) clusters.insert(place->cluster);
    }
  }
  return clusters.size() == 1 ? *clusters.begin() : "";
}

std::ptrdiff_t certificates_in(const HeldLists& lists) {
  std::ptrdiff_t count = 0;
  for (const auto& [name, list] : lists.by_name) {
    count += std::ranges::count_if(list->entries, [](const auto& entry) { return entry.certificate != nullptr; });
  }
  return count;
}

}  // namespace

std::vector<db::TrustedCertificate> HeldLists::entries() const {
  std::vector<db::TrustedCertificate> all;
  for (const auto& [name, list] : by_name) all.insert(all.end(), list->entries.begin(), list->entries.end());
  return all;
}

ImportedLists::ImportedLists(const std::vector<Told>& exports, const std::vector<Fact>& known,
                             const ImportedSystems& systems) {
  constexpr std::string_view kMode = "cluster_security_mode";
  for (const Fact& fact : known) {
    if (fact.name == kMode && fact.node.empty()) modes_[fact.cluster] = fact.value;
  }
  for (std::size_t n = 0; n < exports.size(); ++n) {
    const auto* const owner = systems.owner(n);
    if (owner == nullptr) continue;
    for (const imports::ToldFact& fact : exports[n].facts) {
      if (fact.name == kMode && fact.node.empty()) modes_[owner->cluster] = fact.value;
    }
    take(exports[n], owner->cluster);
  }
  for (auto& [cluster, lists] : clusters_) complete(lists, cluster);
  std::map<std::string, std::shared_ptr<HeldLists>> alike;  // One for all phones that hold the same.
  for (auto at = phones_.begin(); at != phones_.end();) {
    HeldLists& lists = *at->second;
    if (is_handed_out(at->first.first, lists)) {
      at = phones_.erase(at);
      continue;
    }
    lists.handed_out_by = cluster_named(lists, systems);
    complete(lists, lists.handed_out_by);
    auto& same = alike[at->first.first + "\n" + lists.content];
    // One that holds the certificates rather than one that names them.
    if (same == nullptr || certificates_in(*same) < certificates_in(lists)) same = at->second;
    ++at;
  }
  for (auto& [device, lists] : phones_) lists = alike[device.first + "\n" + lists->content];
}

void ImportedLists::take(const Told& told, const std::string& cluster) {
  for (const ToldList& list : told.lists) {
    if (told.list_phone.empty()) {
      clusters_[cluster].by_name.try_emplace(list.name, &list);
      handed_out_[cluster].insert(content_of(list));
    } else {
      auto& held = phones_[{cluster, told.list_phone}];
      if (held == nullptr) held = std::make_shared<HeldLists>();
      held->by_name.try_emplace(list.name, &list);
    }
  }
}

void ImportedLists::complete(HeldLists& lists, const std::string& cluster) const {
  for (const auto& [name, list] : lists.by_name) lists.content += content_of(*list) + "\n";
  const auto mode = modes_.find(cluster);
  const bool has_no_other = mode != modes_.end() && mode->second == "non-secure" && lists.by_name.contains("itl");
  lists.are_all = lists.by_name.size() == 2 || has_no_other;
}

bool ImportedLists::is_handed_out(const std::string& cluster, const HeldLists& lists) const {
  const auto known = handed_out_.find(cluster);
  if (known == handed_out_.end()) return false;
  for (const auto& [name, list] : lists.by_name) {
    if (!known->second.contains(content_of(*list))) return false;
  }
  return true;
}

const HeldLists* ImportedLists::of_cluster(const std::string& cluster) const {
  const auto found = clusters_.find(cluster);
  return found == clusters_.end() ? nullptr : &found->second;
}

std::shared_ptr<const HeldLists> ImportedLists::of_phone(const std::string& cluster, const std::string& phone) const {
  const auto found = phones_.find({cluster, phone});
  return found == phones_.end() ? nullptr : found->second;
}

}  // namespace ucready::scanner
