#include "site_writer.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <fstream>

#include "core/time.h"

namespace ucready::lab {
namespace {

class SiteWriter {
 public:
  SiteWriter(const Estate& estate, Pki& pki, int port_offset, std::filesystem::path folder)
      : estate_(estate), pki_(pki), port_offset_(port_offset), folder_(std::move(folder)) {}

  YAML::Node site() {
    YAML::Node root;
    root["site"] = estate_.site;
    for (const auto& cluster : estate_.clusters) root["clusters"].push_back(this->cluster(cluster));
    for (const auto& declared : estate_.hops) root["hops"].push_back(hop(declared));
    for (const auto& declared : estate_.order) root["order"].push_back(step(declared));
    return root;
  }

 private:
  YAML::Node cluster(const ClusterSpec& spec) {
    YAML::Node out;
    for (const char* key :
         {"name", "product", "model", "release", "target", "via", "count", "addresses", "settings", "services"}) {
      if (spec.source[key]) out[key] = spec.source[key];
    }
    if (spec.source["trust"]) out["trust"] = trust(spec.source["trust"]);
    const bool per_node = differs_by_node(spec);
    for (const auto& node : spec.nodes) {
      YAML::Node entry;
      entry["name"] = node.name;
      entry["address"] = node.address;
      if (!node.role.empty()) entry["role"] = node.role;
      if (!node.release.empty()) entry["release"] = node.release;
      if (node.trust.IsDefined() && !node.trust.IsNull()) entry["trust"] = trust(node.trust);
      if (per_node) entry["interfaces"] = interfaces(node);
      out["nodes"].push_back(entry);
    }
    if (!per_node && !spec.nodes.empty()) out["interfaces"] = interfaces(spec.nodes.front());
    return out;
  }

  static bool differs_by_node(const ClusterSpec& spec) {
    const auto lines_of = [](const NodeSpec& node) {
      std::vector<int> lines;
      for (const auto& interface : node.interfaces) lines.push_back(interface.line);
      return lines;
    };
    return std::any_of(spec.nodes.begin(), spec.nodes.end(), [&](const NodeSpec& node) {
      return lines_of(node) != lines_of(spec.nodes.front()) ||
             std::any_of(node.interfaces.begin(), node.interfaces.end(), [](const InterfaceSpec& interface) {
               return interface.server_name.find('{') != std::string::npos;
             });
    });
  }

  [[nodiscard]] YAML::Node interfaces(const NodeSpec& node) const {
    YAML::Node list(YAML::NodeType::Sequence);
    for (const auto& spec : node.interfaces) {
      if (!spec.listed) continue;
      YAML::Node entry;
      entry["port"] = spec.port + port_offset_;
      entry["protocol"] = spec.protocol;
      if (!spec.server_name.empty()) entry["server_name"] = node.fill_in(spec.server_name);
      if (!spec.domain.empty()) entry["domain"] = spec.domain;
      entry.SetStyle(YAML::EmitterStyle::Flow);
      list.push_back(entry);
    }
    return list;
  }

  // Names of authorities and certificates become files.
  YAML::Node trust(const YAML::Node& declared) {
    YAML::Node out(YAML::NodeType::Sequence);
    for (const auto& entry : declared) {
      if (entry.IsScalar()) {
        out.push_back(file_of(entry.as<std::string>()));
        continue;
      }
      YAML::Node store;
      store["store"] = entry["store"];
      for (const auto& name : entry["files"]) store["files"].push_back(file_of(name.as<std::string>()));
      store.SetStyle(YAML::EmitterStyle::Flow);
      out.push_back(store);
    }
    return out;
  }

  std::string file_of(const std::string& name) {
    return std::filesystem::relative(pki_.named(name).file, folder_).string();
  }

  [[nodiscard]] YAML::Node hop(const YAML::Node& declared) const {
    YAML::Node out = YAML::Clone(declared);
    const auto to = declared["to"].as<std::string>();
    if (const auto colon = to.rfind(':'); colon != std::string::npos) {
      out["to"] = fmt::format("{}:{}", to.substr(0, colon), std::stoi(to.substr(colon + 1)) + port_offset_);
    }
    out.SetStyle(YAML::EmitterStyle::Flow);
    return out;
  }

  // Dates may be days from today.
  static YAML::Node step(const YAML::Node& declared) {
    YAML::Node out = YAML::Clone(declared);
    if (out.IsMap() && out["date"]) {
      const auto moment = std::chrono::system_clock::from_time_t(day(out["date"].as<std::string>()));
      out["date"] = to_iso8601(std::chrono::floor<std::chrono::seconds>(moment)).substr(0, 10);
    }
    out.SetStyle(YAML::EmitterStyle::Flow);
    return out;
  }

  const Estate& estate_;
  Pki& pki_;
  int port_offset_;
  std::filesystem::path folder_;
};

}  // namespace

void write_site_file(const Estate& estate, Pki& pki, int port_offset, const std::filesystem::path& file) {
  YAML::Emitter emitter;
  emitter << SiteWriter(estate, pki, port_offset, file.parent_path()).site();
  std::ofstream out(file);
  out << emitter.c_str() << '\n';
  if (!out.flush()) throw Trouble(fmt::format("{} cannot be written", file.string()));
}

}  // namespace ucready::lab
