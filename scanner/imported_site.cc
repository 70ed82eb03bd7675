#include "scanner/imported_site.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <map>
#include <set>
#include <tuple>

#include "core/digest.h"
#include "db/estate_lookup.h"
#include "db/trust_lookup.h"
#include "report/output_file.h"
#include "report/site_words.h"
#include "scanner/identity_places.h"
#include "scanner/site_settings.h"
#include "trust/pem_text.h"

namespace ucready::scanner {
namespace {

using report::comment;
using report::yaml_scalar;

std::string place_of(const std::string& source, int line) {
  if (source.empty()) return {};
  return "  # " + comment(line > 0 ? fmt::format("{}:{}", source, line) : source);
}

class Writer {
 public:
  Writer(const db::EstateRows& rows, const std::vector<db::HeldSet>& sets, const upgrade::Catalogue& catalogue,
         std::filesystem::path folder, std::ostream& out)
      : rows_(rows), catalogue_(catalogue), folder_(std::move(folder)), out_(out) {
    for (const Fact& fact : rows_.facts) {
      if (!fact.cluster.empty()) facts_[{fact.cluster, fact.node}].push_back(&fact);
    }
    for (const db::HeldSet& set : sets) {
      for (const db::StorePlace& place : set.places) {
        if (place.site == rows.site || place.site.empty())
          stores_[{place.cluster, place.node}].push_back({place.store, &set});
      }
    }
    for (const db::SeenChain& chain : rows.declared_chains) chains_[{chain.cluster, chain.node}].push_back(&chain);
    for (const db::DeclaredHop& hop : rows.hops) {
      if (hop.security != "nonsecure") served_[{hop.server, hop.server_node}].insert({hop.port, hop.protocol});
    }
  }

  Result<void> write() {
    out_ << fmt::format(
        "# What exports tell, written by 'ucready import'. Behind each fact stands the export and its line.\n"
        "# To add by hand: the target of each cluster, and what no export tells.\n\nsite: {}\n\nclusters:\n",
        yaml_scalar(rows_.site.empty() ? "imported" : rows_.site));
    std::set<std::string> clusters;
    for (const auto& [place, facts] : facts_) clusters.insert(place.first);
    for (const std::string& cluster : clusters) write_cluster(cluster);
    write_hops(clusters);
    write_order();
    return std::move(failure_);
  }

 private:
  using Place = std::pair<std::string, std::string>;  // Cluster, node.

  const std::vector<const Fact*>& facts_of(const Place& place) const {
    static const std::vector<const Fact*> kNone;
    const auto found = facts_.find(place);
    return found == facts_.end() ? kNone : found->second;
  }
  const Fact* fact(const Place& place, std::string_view name) const {
    const auto& all = facts_of(place);
    const auto found = std::ranges::find_if(
        all, [&](const Fact* one) { return one->name == name && one->service.empty() && one->port == 0; });
    return found == all.end() ? nullptr : *found;
  }

  void write_fact(const Place& place, std::string_view name, const char* indent) {
    if (const Fact* const known = fact(place, name)) {
      out_ << fmt::format("{}{}: {}{}\n", indent, name, yaml_scalar(known->value),
                          place_of(known->source, known->line));
    }
  }

  void write_cluster(const std::string& cluster) {
    const Place place{cluster, ""};
    const Fact* const told = fact(place, "product");
    product_ = told == nullptr ? nullptr : catalogue_.find(told->value);
    out_ << fmt::format("\n  - name: {}\n", yaml_scalar(cluster));
    if (product_ == nullptr) out_ << "    product: other  # no export tells which\n";
    if (product_ != nullptr) write_fact(place, "product", "    ");
    if (product_ == nullptr) product_ = catalogue_.find("other");
    for (const char* const name : {"model", "release", "target", "count", "addresses"}) write_fact(place, name, "    ");
    if (const Fact* const via = fact(place, "via")) out_ << fmt::format("    via: [{}]\n", via->value);
    write_place(place, "    ");
    std::set<std::string> nodes;
    for (auto at = facts_.lower_bound({cluster, ""}); at != facts_.end() && at->first.first == cluster; ++at) {
      if (!at->first.second.empty()) nodes.insert(at->first.second);
    }
    if (nodes.empty()) return;
    out_ << "    nodes:\n";
    for (const std::string& node : nodes) write_node({cluster, node});
  }

  void write_node(const Place& place) {
    out_ << fmt::format("      - name: {}\n", yaml_scalar(place.second));
    if (fact(place, "address") != nullptr) {
      write_fact(place, "address", "        ");
    } else {
      out_ << fmt::format("        address: {}  # no export tells it\n", yaml_scalar(place.second));
    }
    write_fact(place, "role", "        ");
    write_fact(place, "release", "        ");
    write_place(place, "        ");
  }

  // What cluster and node have alike.
  void write_place(const Place& place, const std::string& indent) {
    write_settings(place, indent);
    write_services(place, indent);
    write_interfaces(place, indent);
    write_trust(place, indent);
    write_certificates(place, indent);
  }

  bool is_setting(const Fact& one) const {
    return product_ != nullptr && upgrade::find_setting(*product_, one.name) != nullptr &&
           one.confidence > Confidence::assumed;
  }
  static bool is_narrow(const Fact& one) {
    return std::ranges::find(narrow_settings(), one.name) != narrow_settings().end();
  }

  // Lists are kept joined by commas, as the file takes them between brackets.
  std::string value_of(const Fact& one) const {
    const upgrade::CatalogueSetting* const setting = upgrade::find_setting(*product_, one.name);
    if (setting == nullptr || setting->kind != "list") return yaml_scalar(one.value);
    std::vector<std::string> items;
    for (const std::string& item : split_list(one.value)) items.push_back(yaml_scalar(item));
    return fmt::format("[{}]", fmt::join(items, ", "));
  }

  void write_settings(const Place& place, const std::string& indent) {
    bool any = false;
    for (const Fact* const one : facts_of(place)) {
      if (!one->service.empty() || one->port != 0 || !is_setting(*one)) continue;
      if (!any) out_ << indent << "settings:\n";
      any = true;
      out_ << fmt::format("{}  {}: {}{}\n", indent, one->name, value_of(*one), place_of(one->source, one->line));
    }
  }

  void write_services(const Place& place, const std::string& indent) {
    std::map<std::string, std::vector<const Fact*>> services;
    for (const Fact* const one : facts_of(place)) {
      if (!one->service.empty() && is_setting(*one) && is_narrow(*one)) services[one->service].push_back(one);
    }
    if (!services.empty()) out_ << indent << "services:\n";
    for (const auto& [service, facts] : services) {
      out_ << fmt::format("{}  - service: {}\n", indent, service);
      for (const Fact* const one : facts) {
        out_ << fmt::format("{}    {}: {}{}\n", indent, one->name, value_of(*one), place_of(one->source, one->line));
      }
    }
  }

  // Listed only where something is told of a port, or where hops reach one that the catalogue does not have; then the
  // catalogue's have to be listed with them, for a list replaces those.
  void write_interfaces(const Place& place, const std::string& indent) {
    std::map<int, std::vector<const Fact*>> ports;
    std::map<int, std::string> protocols;
    for (const Fact* const one : facts_of(place)) {
      if (one->port == 0) continue;
      if (one->name == "interface") {
        protocols[one->port] = one->value;
        ports[one->port];
      } else if (one->name == "server_name" || one->name == "domain" || (is_setting(*one) && is_narrow(*one))) {
        ports[one->port].push_back(one);
      }
    }
    if (const auto served = served_.find(place); served != served_.end()) {
      for (const auto& [port, protocol] : served->second) {
        if (has_port(port)) continue;
        protocols[port] = protocol;
        ports[port];
      }
    }
    if (ports.empty()) return;
    for (const upgrade::CatalogueInterface& known : interfaces_to_probe(*product_)) {
      ports[known.port];
      protocols.try_emplace(known.port, known.protocol);
    }
    out_ << indent << "interfaces:\n";
    for (const auto& [port, facts] : ports) {
      const std::string protocol =
          protocols.contains(port) ? protocols[port] : catalogue_.protocol_of_port(static_cast<std::uint16_t>(port));
      out_ << fmt::format("{}  - port: {}\n{}    protocol: {}\n", indent, port, indent, protocol);
      for (const Fact* const one : facts) {
        const bool name = one->name == "server_name" || one->name == "domain";
        out_ << fmt::format("{}    {}: {}{}\n", indent, one->name, name ? yaml_scalar(one->value) : value_of(*one),
                            place_of(one->source, one->line));
      }
    }
  }

  bool has_port(int port) const {
    return std::ranges::any_of(product_->interfaces, [&](const upgrade::CatalogueInterface& known) {
      return port >= known.port && port <= std::max(known.port, known.last_port);
    });
  }

  void write_trust(const Place& place, const std::string& indent) {
    const auto found = stores_.find(place);
    if (found == stores_.end()) return;
    std::map<std::string, std::vector<const db::TrustedCertificate*>> stores;
    for (const auto& [store, set] : found->second) {
      for (const db::TrustedCertificate& entry : set->entries) stores[store].push_back(&entry);
      stores[store];
    }
    out_ << indent << "trust:\n";
    for (const auto& [store, entries] : stores) {
      std::set<std::string> sources;
      std::vector<const db::TrustedCertificate*> authorities;
      std::vector<const db::TrustedCertificate*> pins;
      for (const db::TrustedCertificate* const entry : entries) {
        sources.insert(entry->source.substr(0, entry->source.find('#')));
        (entry->pinned ? pins : authorities).push_back(entry);
      }
      const std::string from = fmt::format("{}", fmt::join(sources, ", "));
      if (store.empty() && pins.empty()) {
        for (const std::string& file : files_of(authorities))
          out_ << fmt::format("{}  - {}{}\n", indent, yaml_scalar(file), place_of(from, 0));
        continue;
      }
      out_ << fmt::format("{}  - store: {}{}\n", indent, yaml_scalar(store), place_of(from, 0));
      if (!pins.empty()) {
        out_ << indent << "    pins:\n";
        for (const db::TrustedCertificate* const pin : pins) write_pin(*pin, indent);
      }
      if (!authorities.empty() || pins.empty()) {
        std::vector<std::string> files;
        for (const std::string& file : files_of(authorities)) files.push_back(yaml_scalar(file));
        out_ << fmt::format("{}    files: [{}]\n", indent, fmt::join(files, ",\n" + indent + "            "));
      }
    }
  }

  void write_pin(const db::TrustedCertificate& pin, const std::string& indent) {
    const std::string digest =
        pin.certificate ? "sha256:" + pin.certificate->sha256 : pin.hash_algorithm + ":" + pin.hash;
    if (pin.certificate == nullptr && pin.hash.empty()) return;
    const std::string roles = pin.roles.empty() ? "" : " " + pin.roles;
    out_ << fmt::format("{}      - {}  # {}\n", indent, yaml_scalar(digest + roles), comment(pin.subject));
  }

  std::vector<std::string> files_of(const std::vector<const db::TrustedCertificate*>& entries) {
    std::vector<std::string> files;
    for (const db::TrustedCertificate* const entry : entries) {
      if (entry->certificate) files.push_back(file_with({entry->certificate->der}));
    }
    return files;
  }

  // By the certificate's name on the system, where the catalogue knows one that is presented at just these places.
  void write_certificates(const Place& place, const std::string& indent) {
    const auto found = chains_.find(place);
    if (found == chains_.end()) return;
    std::map<std::string, std::set<IdentityPlace>> shown;
    std::vector<std::string> order;
    for (const db::SeenChain* const chain : found->second) {
      auto& places = shown[chain->chain_id];
      if (places.empty()) order.push_back(chain->chain_id);
      places.insert({chain->service, static_cast<std::uint16_t>(chain->port)});
    }
    out_ << indent << "certificates:\n";
    for (const std::string& id : order) {
      const auto ders = rows_.chains.find(id);
      if (ders == rows_.chains.end()) continue;
      const std::string file = yaml_scalar(file_with(ders->second));
      if (shown[id] == std::set{IdentityPlace{}}) {
        out_ << fmt::format("{}  - {}\n", indent, file);
        continue;
      }
      for (const std::string& identity : take_identities(shown[id])) {
        out_ << fmt::format("{}  - {{identity: {}, files: [{}]}}\n", indent, identity, file);
      }
      for (const IdentityPlace& rest : shown[id]) {
        out_ << fmt::format("{}  # {} too, to be written there: {}\n", indent, file,
                            rest.port != 0 ? fmt::format("port {}", rest.port) : comment(rest.service));
      }
    }
  }

  // Takes the places that they stand for out of those given.
  std::vector<std::string> take_identities(std::set<IdentityPlace>& places) const {
    std::vector<std::string> names;
    auto known = identities_of(*product_);
    if (product_->id.starts_with("expressway")) known.insert("client");
    // The widest first, so that one that stands for all its places is not named in pieces.
    std::vector<std::pair<std::string, std::set<IdentityPlace>>> all;
    for (const std::string& identity : known) {
      const auto at = places_of(*product_, identity);
      all.emplace_back(identity, std::set(at.begin(), at.end()));
    }
    std::ranges::stable_sort(all, std::greater(), [](const auto& one) { return one.second.size(); });
    for (const auto& [identity, at] : all) {
      if (at.empty() || !std::ranges::includes(places, at)) continue;
      names.push_back(identity);
      for (const IdentityPlace& place : at) places.erase(place);
    }
    return names;
  }

  // A file of certificates, named by their digest, written once.
  std::string file_with(const std::vector<Bytes>& ders) {
    std::string pem;
    for (const Bytes& der : ders) pem += trust::pem_of(der);
    constexpr std::size_t kDigits = 16;
    const std::string name = sha256_hex(as_bytes(pem)).substr(0, kDigits) + ".pem";
    if (written_.insert(name).second && failure_) {
      std::error_code error;
      std::filesystem::create_directories(folder_, error);
      auto file = report::OutputFile::create(folder_ / name);
      if (file) file->stream() << pem;
      auto done = file ? file->commit() : Result<void>(tl::unexpected<Error>(file.error()));
      if (!done) failure_ = done;
    }
    return folder_.filename().string() + "/" + name;
  }

  void write_hops(const std::set<std::string>& clusters) {
    out_ << "\nhops:" << (rows_.hops.empty() ? " []" : "") << '\n';
    for (const db::DeclaredHop& hop : rows_.hops) {
      const std::string from = hop.client_node.empty() ? hop.client : hop.client + "/" + hop.client_node;
      const std::string server = hop.server_node.empty() ? hop.server : hop.server + "/" + hop.server_node;
      if (!clusters.contains(hop.client) || !clusters.contains(hop.server)) {
        out_ << "  # not between systems that are known: "
             << comment(fmt::format("{} -> {}:{}", from, server, hop.port)) << '\n';
        continue;
      }
      std::string line = fmt::format("  - {{from: {}", yaml_scalar(from));
      if (!hop.client_service.empty()) line += ", as: " + hop.client_service;
      line += fmt::format(", to: {}", yaml_scalar(fmt::format("{}:{}", server, hop.port)));
      const Fact* const address = fact({hop.server, hop.server_node}, "address");
      if (!hop.address.empty() && !hop.server_node.empty() && (address == nullptr || address->value != hop.address)) {
        line += ", address: " + yaml_scalar(hop.address);
      }
      if (hop.security != "encrypted" && !hop.security.empty()) line += ", security: " + hop.security;
      if (hop.dormant) line += ", dormant: true";
      std::string why = hop.source;
      if (!hop.origin.empty())
        why = fmt::format("{}:{}{}", hop.origin, hop.line, hop.name.empty() ? "" : " " + hop.name);
      out_ << line << "}  # " << comment(why) << '\n';
    }
  }

  // As it was declared before: an import has none.
  void write_order() {
    if (rows_.order.empty()) return;
    out_ << "\norder:\n";
    for (auto step = rows_.order.begin(); step != rows_.order.end();) {
      std::vector<std::string> items;
      const auto first = step;
      for (; step != rows_.order.end() && step->wave == first->wave; ++step) {
        items.push_back(step->kind == "set"
                            ? fmt::format("{{set: {}, to: {}}}", yaml_scalar(step->cluster + "." + step->setting),
                                          yaml_scalar(step->value))
                            : yaml_scalar(step->cluster));
      }
      const std::string date = first->date.empty() ? "" : "date: " + first->date + ", ";
      out_ << (date.empty() ? fmt::format("  - [{}]\n", fmt::join(items, ", "))
                            : fmt::format("  - {{{}do: [{}]}}\n", date, fmt::join(items, ", ")));
    }
  }

  const db::EstateRows& rows_;
  const upgrade::Catalogue& catalogue_;
  std::filesystem::path folder_;
  std::ostream& out_;
  const upgrade::Product* product_ = nullptr;  // Of the cluster in hand.
  std::map<Place, std::vector<const Fact*>> facts_;
  std::map<Place, std::vector<std::pair<std::string, const db::HeldSet*>>> stores_;
  std::map<Place, std::vector<const db::SeenChain*>> chains_;
  std::map<Place, std::set<std::pair<int, std::string>>> served_;
  std::set<std::string> written_;
  Result<void> failure_;
};

}  // namespace

Result<void> write_imported_site(const db::Database& database, const std::string& run_id,
                                 const upgrade::Catalogue& catalogue, const std::filesystem::path& file) {
  const auto base = db::newest_run_with_facts(database);
  if (!base) return tl::unexpected<Error>(base.error());
  const auto rows = db::estate_rows(database, base->value_or(run_id));
  if (!rows) return tl::unexpected<Error>(rows.error());
  const auto stores = db::newest_stores(database);
  if (!stores) return tl::unexpected<Error>(stores.error());
  auto out = report::OutputFile::create(file);
  if (!out) return tl::unexpected<Error>(out.error());
  std::filesystem::path folder = file;
  folder.replace_extension(".certificates");
  if (auto written = Writer(*rows, *stores, catalogue, folder, out->stream()).write(); !written) return written;
  return out->commit();
}

}  // namespace ucready::scanner
