#include "scanner/held_lists.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "trust/digest.h"

namespace ucready::scanner {
namespace {

using imports::Told;

// The same whether the list was shown as text, which names certificates by SHA-1 and one by one, or is a file, which
// holds them and tells the roles of one together.
std::string content_of(const std::vector<db::TrustedCertificate>& entries) {
  std::set<std::string> names;
  for (const db::TrustedCertificate& entry : entries) {
    const std::string digest = entry.certificate ? "sha1:" + to_hex(trust::sha1(entry.certificate->der))
                                                 : entry.hash_algorithm + ":" + entry.hash;
    for (const std::string& role : split_list(entry.roles)) names.insert(digest + " " + role);
  }
  return fmt::format("{}", fmt::join(names, "\n"));
}

}  // namespace

HeldLists::HeldLists(const std::vector<Told>& exports, const ImportedSystems& systems) {
  std::map<std::string, std::set<std::string>> handed_out;  // Contents, by cluster.
  std::map<std::pair<std::string, std::string>, std::set<std::string>> named;
  for (std::size_t n = 0; n < exports.size(); ++n) {
    const Told& told = exports[n];
    const auto* const owner = systems.owner(n);
    if (told.trust_list_name.empty() || owner == nullptr) continue;
    if (told.list_phone.empty()) {
      handed_out[owner->cluster].insert(content_of(told.trust_list));
      continue;
    }
    const std::pair key{owner->cluster, told.list_phone};
    auto& held = held_[key];
    if (held == nullptr) held = std::make_shared<HeldList>();
    held->entries.insert(held->entries.end(), told.trust_list.begin(), told.trust_list.end());
    for (const std::string& node : told.list_nodes) {
      if (const auto* const place = systems.find(node)) named[key].insert(place->cluster);
    }
  }
  std::map<std::string, std::shared_ptr<HeldList>> alike;  // One for all phones that hold the same.
  for (auto at = held_.begin(); at != held_.end();) {
    const auto& [cluster, phone] = at->first;
    at->second->content = content_of(at->second->entries);
    if (handed_out[cluster].contains(at->second->content)) {
      at = held_.erase(at);
      continue;
    }
    const std::set<std::string>& others = named[at->first];
    if (others.size() == 1 && *others.begin() != cluster) at->second->handed_out_by = *others.begin();
    at->second = alike.try_emplace(cluster + "\n" + at->second->content, at->second).first->second;
    ++at;
  }
}

std::shared_ptr<const HeldList> HeldLists::of_phone(const std::string& cluster, const std::string& phone) const {
  const auto found = held_.find({cluster, phone});
  return found == held_.end() ? nullptr : found->second;
}

}  // namespace ucready::scanner
