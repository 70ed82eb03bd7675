#include "report/site_draft.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <map>
#include <ostream>
#include <tuple>

#include "core/printable.h"
#include "report/plural.h"
#include "report/site_guess.h"
#include "report/site_words.h"

namespace ucready::report {
namespace {

constexpr std::size_t kLineBytes = 120;

// A site's name as it may stand between quotes.
std::string site_name(const SeenEstate& estate) {
  std::string name;
  for (const char c : estate.sites.size() == 1 ? estate.sites.front() : std::string()) {
    const bool good =
        (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
    if (good && name.size() < 64) name += c;
  }
  return name.empty() ? "site" : name;
}

void write_nodes(const GuessedCluster& cluster, std::ostream& out) {
  if (cluster.nodes.empty()) return;
  if (cluster.serves) {
    out << "    nodes:\n";
    for (const GuessedNode& node : cluster.nodes) {
      out << fmt::format("      - {{name: \"{}\", address: \"{}\"}}", node.name, to_text(node.address));
      if (!node.also.empty()) out << "  # " << comment(node.also);
      out << '\n';
    }
    return;
  }
  // Clients may be thousands: as many in a line as it holds.
  std::string line = "    nodes: [";
  for (std::size_t n = 0; n < cluster.nodes.size(); ++n) {
    const GuessedNode& node = cluster.nodes[n];
    const bool last = n + 1 == cluster.nodes.size();
    const std::string item =
        fmt::format("{{name: \"{}\", address: \"{}\"}}{}", node.name, to_text(node.address), last ? "]" : ", ");
    if (line.size() + item.size() > kLineBytes) {
      out << line.substr(0, line.find_last_not_of(' ') + 1) << '\n';
      line = "            ";
    }
    line += item;
  }
  out << line << '\n';
}

void write_interfaces(const GuessedCluster& cluster, std::ostream& out) {
  if (!cluster.serves) {
    // Only endpoints are left alone by a scan of the site; of others the file must say so.
    if (!cluster.endpoint)
      out << "    interfaces: []  # nothing was seen to listen there; delete the line to have it scanned\n";
    return;
  }
  if (!cluster.lists_interfaces) return;
  out << "    interfaces:  # those seen; delete the list where the catalogue's are right\n";
  for (const GuessedInterface& interface : cluster.interfaces) {
    out << fmt::format("      - {{port: {}, protocol: {}", interface.port, interface.protocol);
    if (!interface.server_name.empty()) out << fmt::format(", server_name: \"{}\"", interface.server_name);
    out << "}\n";
  }
}

void write_cluster(const GuessedCluster& cluster, std::ostream& out) {
  out << '\n';
  for (const std::string& reason : cluster.reasons) out << "  # " << comment(reason) << '\n';
  out << fmt::format("  - name: \"{}\"\n    product: {}\n", cluster.name, cluster.product);
  if (!cluster.addresses.empty()) {
    out << fmt::format("    addresses: \"{}\"  # guess: the network around those seen\n    count: {}\n",
                       cluster.addresses, cluster.count);
  }
  write_nodes(cluster, out);
  write_interfaces(cluster, out);
}

struct HopLine {
  SeenTalk talk;
  std::size_t clients = 0;
};
using HopKey = std::tuple<std::size_t, std::size_t, std::uint16_t>;  // Client cluster, server cluster, port.

std::map<HopKey, HopLine> hops_of(const SeenEstate& estate, const SiteGuess& guess) {
  std::map<HopKey, HopLine> hops;
  for (const auto& [ends, talk] : estate.talks) {
    const auto& [client, server] = ends;
    HopLine& hop = hops[{guess.cluster_of.at(client), guess.cluster_of.at(server.address), server.port}];
    ++hop.clients;
    hop.talk.sessions += talk.sessions;
    hop.talk.failures += talk.failures;
    hop.talk.midstream += talk.midstream;
    hop.talk.versions.insert(talk.versions.begin(), talk.versions.end());
    hop.talk.key_types.insert(talk.key_types.begin(), talk.key_types.end());
    hop.talk.refusals.insert(talk.refusals.begin(), talk.refusals.end());
  }
  return hops;
}

std::string evidence(const HopLine& hop) {
  std::vector<std::string> parts;
  const SeenTalk& talk = hop.talk;
  if (talk.sessions > 0) parts.push_back(plural(talk.sessions, "session", "sessions"));
  if (hop.clients > 1) parts.push_back(fmt::format("{} pairs of addresses", hop.clients));
  if (!talk.versions.empty()) parts.push_back(fmt::format("{}", fmt::join(talk.versions, " ")));
  if (!talk.key_types.empty()) parts.push_back(fmt::format("server's key {}", fmt::join(talk.key_types, " or ")));
  if (talk.failures > 0) {
    parts.push_back(fmt::format("{} failed{}", talk.failures,
                                talk.refusals.empty() ? "" : fmt::format(" ({})", fmt::join(talk.refusals, "; "))));
  }
  if (talk.midstream > 0) parts.push_back(fmt::format("{} began before the capture", talk.midstream));
  return fmt::format("{}", fmt::join(parts, ", "));
}

}  // namespace

void write_site_draft(const SeenEstate& estate, const upgrade::Catalogue& catalogue, std::ostream& out) {
  const SiteGuess guess = guess_site(estate, catalogue);
  out << fmt::format(
      "# A first site file, made by ucready from {} of captures: {} servers, {} clients.\n"
      "# What is marked as a guess follows from the evidence beside it and may be wrong. To complete by hand: names,\n"
      "# products that are `other`, release and target of each cluster, trust stores, clusters to be joined or "
      "split.\n",
      estate.runs == 1 ? std::string("one run") : fmt::format("{} runs", estate.runs), estate.servers.size(),
      estate.clients.size());
  if (estate.left_out > 0)
    out << fmt::format("# Not in it: {} kinds of connections beyond what a file of this sort holds.\n",
                       estate.left_out);
  out << fmt::format("\nsite: \"{}\"\n\nclusters:\n", site_name(estate));
  for (const GuessedCluster& cluster : guess.clusters) write_cluster(cluster, out);
  out << "\nhops:  # as seen\n";
  for (const auto& [key, hop] : hops_of(estate, guess)) {
    const auto& [client, server, port] = key;
    out << fmt::format("  # {}\n  - {{from: \"{}\", to: \"{}:{}\"}}\n", comment(evidence(hop)),
                       guess.clusters[client].name, guess.clusters[server].name, port);
  }
}

}  // namespace ucready::report
