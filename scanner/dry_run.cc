#include "scanner/dry_run.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <ostream>

#include "core/printable.h"
#include "probes/identify/identification.h"
#include "probes/trust_lists.h"

namespace ucready::scanner {
namespace {

// Counted and weighed at servers with both chains at TLSv1.0 to 1.3 (tests/bench): a hello is some 500 bytes, an answer
// with a chain of two some 3,000.
constexpr double kBytesPerConnection = 3500;
constexpr double kBytesPerConnectionInFull = 1900;  // Many end in an alert or a HelloRetryRequest.
constexpr double kSecondsPerConnection = 0.12;      // Three round trips of 40 ms.

double connections_per_interface(const probes::ProbeOptions& options) {
  const double versions = options.legacy ? 5 : 4;
  if (options.depth == probes::Depth::versions) return versions;
  // Measured at such servers with the suites of UC systems (tests/bench/scan_bench.py): every suite, group
  // and scheme once, and what ends each list.
  constexpr double kFullDepth = 105;
  if (options.depth == probes::Depth::full) return kFullDepth;
  return 2 * versions + 2;  // Each version once for each kind of leaf; Ed25519 and RSA-PSS together at 1.2 and 1.3.
}

}  // namespace

ScanCost estimate(const ScanRequest& request) {
  const double each = connections_per_interface(request.options.probe);
  ScanCost cost;
  double busiest_host = 0;
  std::map<std::string, double> by_host;
  for (const TargetGroup& group : request.targets.groups) {
    double connections = 0;
    for (const TargetGroup::Interface& asked : group.interfaces) {
      if (request.options.probe.identify && request.options.probe.depth != probes::Depth::versions) {
        connections += probes::identifying_questions(asked.protocol, group.product);
      }
      if (request.options.probe.trust_lists && probes::serves_trust_lists(asked.protocol, group.product, asked.port)) {
        connections += 2;
      }
      const double by_name = request.options.probe.depth == probes::Depth::full ? 20 : each;  // Its list is asked once.
      connections += asked.server_name.empty() ? each : each + by_name;
    }
    const auto hosts = static_cast<double>(group.hosts.size());
    cost.interfaces += group.hosts.size() * group.interfaces.size();
    cost.connections += static_cast<std::uint64_t>(connections * hosts);
    busiest_host = std::max(busiest_host, by_host[group.hosts.text()] += connections);
  }
  cost.bytes = static_cast<std::uint64_t>(
      static_cast<double>(cost.connections) *
      (request.options.probe.depth == probes::Depth::full ? kBytesPerConnectionInFull : kBytesPerConnection));
  const probes::Limits& limits = request.options.limits;
  const double host_pace = std::min(limits.rate_per_s, limits.per_host / kSecondsPerConnection);
  const double pace = limits.concurrency / kSecondsPerConnection;
  cost.minutes = std::max(busiest_host / host_pace, static_cast<double>(cost.connections) / pace) / 60;
  return cost;
}

void print_dry_run(const ScanRequest& request, std::ostream& out) {
  for (const TargetGroup& group : request.targets.groups) {
    std::string ports;
    for (const TargetGroup::Interface& asked : group.interfaces)
      ports += fmt::format(" {}/{}", asked.port, asked.protocol);
    const std::string owner = group.node.empty() ? group.cluster : fmt::format("{}/{}", group.cluster, group.node);
    const std::string hosts = group.hosts.size() == 1 ? "" : fmt::format(" ({} addresses)", group.hosts.size());
    out << fmt::format("{}{}{}{}:{}\n", printable(owner), owner.empty() ? "" : " ", printable(group.hosts.text()),
                       hosts, ports);
  }
  const ScanCost cost = estimate(request);
  out << fmt::format("\n{} interfaces, about {} connections, {:.1f} MB, {:.1f} minutes. Nothing was sent.\n",
                     cost.interfaces, cost.connections, static_cast<double>(cost.bytes) / 1e6, cost.minutes);
}

}  // namespace ucready::scanner
