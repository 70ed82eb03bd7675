// What the parts of the site file's reader share: the file so far, its faults and warnings, and where things stand in
// it.
#pragma once

#include <yaml-cpp/yaml.h>

#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <unordered_map>

#include "scanner/site_file.h"
#include "upgrade/catalogue.h"
#include "upgrade/yaml_reader.h"

namespace ucready::scanner {

struct SiteReading {
  SiteReading(const std::filesystem::path& file, const upgrade::Catalogue& known, bool look_at_disk);

  const upgrade::Catalogue& catalogue;
  bool on_disk;  // Paths must exist.
  std::string origin;
  std::filesystem::path folder;  // What relative paths are relative to.
  upgrade::YamlFaults faults;
  Site site;
  std::map<std::filesystem::path, std::string> path_faults;  // Each path is looked at once; "" = it is good.

  void warn(const YAML::Mark& at, std::string_view what);
  // Moves the count of warnings that were not kept behind the others.
  void finish_warnings();

  [[nodiscard]] SiteCluster* find_cluster(std::string_view name);
  [[nodiscard]] bool has_node(const SiteCluster& cluster, std::string_view node) const;
  // An empty cluster to be filled; the reference is good until the next one is added.
  SiteCluster& add_cluster(const std::string& name, const YAML::Mark& at);
  void add_node(SiteCluster& cluster, SiteNode node, const YAML::Mark& at);

 private:
  std::unordered_map<std::string, std::size_t> cluster_places_;
  std::unordered_map<std::string, int> node_lines_;  // By "cluster/node".
  std::size_t warnings_left_out_ = 0;
};

// "\"text\"", cut after 80 bytes, for messages.
std::string shown(std::string_view text);
// Fault of a name that hops, order and --set must be able to point at; nothing when it is a good one.
std::optional<std::string> fault_of_name(std::string_view text);
// An IP address in the form of RFC 5952, or a host name as written; nothing when it is neither.
std::optional<std::string> canonical_address(std::string_view text);
bool is_ip_address(std::string_view text);
// RFC 1123 section 2.1, underscores tolerated; a last label of digits alone is no name but a bad address.
bool is_host_name(std::string_view text);

// Checks that both forms of the file share. `release` may be empty.
void check_release(SiteReading& reading, const upgrade::Product& product, std::string_view key,
                   const std::string& release, const YAML::Mark& at);
std::string check_address(SiteReading& reading, const std::string& text, const YAML::Mark& at);
void check_addresses(SiteReading& reading, const std::string& text, const YAML::Mark& at);
// What can only be judged when all clusters are known.
void check_clusters(SiteReading& reading);

}  // namespace ucready::scanner
