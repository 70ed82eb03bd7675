// Who is who in a heap of exports: which system each is of, which systems are one cluster, and by which names and
// addresses others call them. What was declared before (a site file, the database) gives the names of clusters.
#pragma once

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "core/words.h"
#include "imports/told.h"

namespace ucready::scanner {

class ImportedSystems {
 public:
  struct Place {
    std::string cluster;
    std::string node;  // Empty: the cluster as a whole.

    bool operator==(const Place&) const = default;
  };

  // `known`: facts that name clusters and nodes. `otherwise`: whose exports are that neither say it themselves nor lie
  // under its name; may be empty.
  ImportedSystems(const std::vector<imports::Told>& exports, const std::vector<Fact>& known,
                  std::string_view otherwise);

  // By the place of the export in that vector; nullptr: nobody can tell.
  [[nodiscard]] const Place* owner(std::size_t at) const;
  // By host name, full name or address; nullptr: no such system, or several.
  [[nodiscard]] const Place* find(std::string_view name) const;
  // Empty: not told.
  [[nodiscard]] const std::string& product(const std::string& cluster) const;
  [[nodiscard]] bool is_known(const std::string& cluster) const { return known_clusters_.contains(cluster); }
  // A name for a new cluster that nobody has yet.
  std::string claim(const std::string& wish);
  // The same for what has no nodes and is known by its name alone, as a class of phones: a known cluster of that name
  // and product is it, once.
  std::string claim_again(const std::string& wish, const std::string& product);
  // A system of which only the name is known by which others call it, and its product: a cluster of its own, found
  // under that name from then on.
  Place introduce(const std::string& host, const std::string& wish, const std::string& product);

 private:
  struct System {
    std::string host;
    std::string product;
    Place place;
    bool known = false;
  };
  static constexpr std::size_t kNone = static_cast<std::size_t>(-1);
  static constexpr std::size_t kSeveral = static_cast<std::size_t>(-2);

  void take_known(const std::vector<Fact>& known);
  void take_names(const std::vector<imports::Told>& exports);
  void find_owners(const std::vector<imports::Told>& exports, std::string_view otherwise);
  void join_clusters(const std::vector<imports::Told>& exports);
  void join_by_phones(const imports::Told& told, std::size_t first);
  void name_clusters();
  void place_exports(const std::vector<imports::Told>& exports);
  void place_lists_of_phones(const std::vector<imports::Told>& exports);

  std::size_t add(const std::string& host);
  void call(std::size_t system, const std::string& name);
  [[nodiscard]] std::size_t look_up(std::string_view name) const;
  [[nodiscard]] std::size_t by_path(const std::string& path) const;
  [[nodiscard]] std::size_t of_archive(std::string archive) const;
  std::size_t group_of(std::size_t system);
  void join(std::size_t one, std::size_t other);
  void name_cluster(const std::vector<std::size_t>& members);

  std::vector<System> systems_;
  std::map<std::string, std::size_t, std::less<>> names_;
  std::vector<std::size_t> owners_;              // Of each export.
  std::map<std::string, std::size_t> archives_;  // Whose they are.
  std::vector<std::size_t> groups_;
  std::map<std::string, std::string, std::less<>> products_;  // Of clusters.
  std::set<std::string> known_clusters_;
  std::set<std::string> with_nodes_;  // Of those.
  std::set<std::string> taken_;
  std::map<std::string, int> numbers_;  // What the next of that name is numbered.
  std::map<std::string, int> again_;
  std::vector<Place> places_;  // Of each export; cluster empty: nobody can tell.
};

}  // namespace ucready::scanner
