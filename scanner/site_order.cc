#include "scanner/site_order.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "core/time.h"
#include "scanner/site_settings.h"
#include "upgrade/near_names.h"

namespace ucready::scanner {
namespace {

using upgrade::YamlMapping;

class OrderReader {
 public:
  explicit OrderReader(SiteReading& reading) : reading_(reading) {}

  void read(const YAML::Node& node) {
    SiteStep step;
    step.line = upgrade::line_of(node);
    if (node.IsMap() && !node["set"].IsDefined()) {
      const YamlMapping mapping(node, "step of order", {"date", "do"}, reading_.faults);
      step.date = date_of(mapping);
      if (const auto items = mapping.require("do")) read_items(step, *items);
    } else {
      read_items(step, node);
    }
    reading_.site.order.push_back(std::move(step));
  }

  // A target that no step leads to is more often forgotten than meant.
  void warn_of_forgotten() {
    for (const SiteCluster& cluster : reading_.site.clusters) {
      if (cluster.target.empty() || upgrades_.contains(cluster.name)) continue;
      YAML::Mark at;
      at.line = std::max(cluster.line - 1, 0);
      reading_.warn(at, fmt::format("{} has a target but no place in the order; it stays as it is", cluster.name));
    }
  }

 private:
  std::string date_of(const YamlMapping& mapping) {
    std::string date = mapping.text("date");
    if (date.empty()) return {};
    const YAML::Node at = *mapping.find("date");
    if (date.size() != std::string_view("2027-01-16").size() || !parse_iso8601(date)) {
      reading_.faults.add(at, fmt::format("date {} is no day; write YEAR-MONTH-DAY, such as 2027-01-16", shown(date)));
    } else if (date < last_date_) {
      reading_.faults.add(
          at, fmt::format("date {} is before {} of a step above; put the steps in the order of their dates", date,
                          last_date_));
    } else {
      last_date_ = date;
    }
    return date;
  }

  void read_items(SiteStep& step, const YAML::Node& node) {
    if (!node.IsSequence()) {
      read_item(step, node);
      return;
    }
    if (node.size() == 0)
      reading_.faults.add(node, "a step of the order is empty; name clusters or settings, or remove it");
    for (const auto& item : node) read_item(step, item);
  }

  void read_item(SiteStep& step, const YAML::Node& node) {
    if (node.IsMap()) {
      read_change(step, node);
      return;
    }
    const std::string name = upgrade::yaml_text(node, "order", reading_.faults);
    const SiteCluster* const cluster = find(name, node);
    if (cluster == nullptr) return;
    if (cluster->target.empty()) {
      reading_.faults.add(
          node, fmt::format("{} has no target; add one {}, or take it out of the order", name,
                            cluster->line > 0 ? fmt::format("on line {}", cluster->line) : "in the site file"));
      return;
    }
    const std::size_t most = cluster->via.size() + 1;
    const bool twice_in_step = std::ranges::find(step.upgrade, name) != step.upgrade.end();
    if (twice_in_step || ++upgrades_[name] > most) {
      reading_.faults.add(node,
                          fmt::format("{} is upgraded once more than it has stops and targets; take it out here, or "
                                      "add the stop to its via",
                                      name));
    }
    step.upgrade.push_back(name);
  }

  void read_change(SiteStep& step, const YAML::Node& node) {
    const YamlMapping mapping(node, "change", {"set", "to"}, reading_.faults);
    const auto set = mapping.require("set");
    const auto to = mapping.require("to");
    if (!set || !to) return;
    const std::string text = upgrade::yaml_text(*set, "set", reading_.faults);
    const std::size_t dot = text.rfind('.');
    if (dot == std::string::npos) {
      reading_.faults.add(*set, fmt::format("set {} names no setting; write CLUSTER.SETTING", shown(text)));
      return;
    }
    const SiteCluster* const cluster = find(text.substr(0, dot), *set);
    const upgrade::Product* const product = cluster == nullptr ? nullptr : reading_.catalogue.find(cluster->product);
    if (product == nullptr) return;
    const SiteSetting setting = read_setting(reading_, *product, text.substr(dot + 1), set->Mark(), *to);
    step.changes.push_back({cluster->name, setting.name, setting.value});
  }

  const SiteCluster* find(const std::string& name, const YAML::Node& at) {
    const SiteCluster* const cluster = reading_.find_cluster(name);
    if (cluster != nullptr) return cluster;
    std::vector<std::string_view> names;
    for (const SiteCluster& each : reading_.site.clusters) names.push_back(each.name);
    reading_.faults.add(at, fmt::format("no cluster is named {}{}", shown(name), upgrade::did_you_mean(name, names)));
    return nullptr;
  }

  SiteReading& reading_;
  std::map<std::string, std::size_t> upgrades_;
  std::string last_date_;
};

}  // namespace

void read_order(SiteReading& reading, const std::vector<YAML::Node>& steps) {
  OrderReader reader(reading);
  for (const YAML::Node& step : steps) reader.read(step);
  if (!steps.empty()) reader.warn_of_forgotten();
}

}  // namespace ucready::scanner
