#include <fmt/format.h>

#include <algorithm>

#include "scanner/site_file.h"

namespace ucready::scanner {
namespace {

class FactWriter {
 public:
  explicit FactWriter(const Site& site) : source_(site.file.string()) {}

  // What narrows the facts that follow.
  Fact subject;

  void add(std::string_view name, const std::string& value, int line) {
    if (value.empty()) return;
    Fact fact = subject;
    fact.name = name;
    fact.value = value;
    fact.confidence = Confidence::declared;
    fact.source = source_;
    fact.line = line;
    facts_.push_back(std::move(fact));
  }

  void add(const std::vector<SiteSetting>& settings) {
    for (const SiteSetting& setting : settings) add(setting.name, setting.value, setting.line);
  }

  std::vector<Fact> take() { return std::move(facts_); }

 private:
  std::string source_;
  std::vector<Fact> facts_;
};

int line_of(const SiteLines& lines, std::string_view key, int fallback) {
  const auto found = lines.find(key);
  return found == lines.end() ? fallback : found->second;
}

void add_interfaces(FactWriter& facts, const std::optional<std::vector<SiteInterface>>& interfaces) {
  if (!interfaces) return;
  for (const SiteInterface& interface : *interfaces) {
    facts.subject.port = interface.port;
    facts.add("interface", interface.protocol, interface.line);
    facts.add("server_name", interface.server_name, interface.line);
    facts.add("domain", interface.domain, interface.line);
    facts.add(interface.settings);
  }
  facts.subject.port = 0;
}

void add_services(FactWriter& facts, const std::vector<SiteService>& services) {
  for (const SiteService& service : services) {
    facts.subject.service = service.service;
    facts.add(service.settings);
  }
  facts.subject.service.clear();
}

void add_node(FactWriter& facts, const SiteNode& node) {
  const auto line = [&](std::string_view key) { return line_of(node.lines, key, node.line); };
  facts.subject.node = node.name;
  facts.add("address", node.address, line("address"));
  facts.add("role", node.role, line("role"));
  facts.add("release", node.release, line("release"));
  facts.add(node.settings);
  add_services(facts, node.services);
  add_interfaces(facts, node.interfaces);
  facts.subject.node.clear();
}

void add_cluster(FactWriter& facts, const SiteCluster& cluster) {
  const auto line = [&](std::string_view key) { return line_of(cluster.lines, key, cluster.line); };
  facts.subject.cluster = cluster.name;
  facts.add("product", cluster.product, line("product"));
  facts.add("model", cluster.model, line("model"));
  facts.add("release", cluster.release, line("release"));
  facts.add("target", cluster.target, line("target"));
  facts.add("via", fmt::format("{}", fmt::join(cluster.via, ",")), line("via"));
  facts.add("count", cluster.count ? std::to_string(*cluster.count) : "", line("count"));
  facts.add("addresses", cluster.addresses, line("addresses"));
  facts.add(cluster.settings);
  add_services(facts, cluster.services);
  add_interfaces(facts, cluster.interfaces);
  for (const SiteNode& node : cluster.nodes) add_node(facts, node);
}

}  // namespace

std::vector<Fact> facts_of(const Site& site) {
  FactWriter facts(site);
  for (const SiteCluster& cluster : site.clusters) add_cluster(facts, cluster);
  return facts.take();
}

}  // namespace ucready::scanner
