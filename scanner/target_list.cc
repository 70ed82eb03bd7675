#include "scanner/target_list.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <optional>

#include "core/ip_address.h"
#include "probes/dialect.h"

namespace ucready::scanner {
namespace {

using Interface = TargetGroup::Interface;

std::vector<Interface> asked_by_catalogue(const std::vector<upgrade::CatalogueInterface>& listed) {
  std::vector<Interface> interfaces;
  for (const upgrade::CatalogueInterface& one : listed) interfaces.push_back({one.port, one.protocol, "", "", false});
  return interfaces;
}

std::vector<Interface> interfaces_of(const std::vector<SiteInterface>& declared) {
  std::vector<Interface> interfaces;
  for (const SiteInterface& listed : declared) {
    interfaces.push_back({listed.port, listed.protocol, listed.server_name, listed.domain, true});
  }
  return interfaces;
}

std::string protocol_at(std::uint16_t port, const upgrade::Product* product, const upgrade::Catalogue& catalogue) {
  if (product == nullptr) return catalogue.protocol_of_port(port);
  const auto known = std::ranges::find(product->interfaces, port, &upgrade::CatalogueInterface::port);
  return known == product->interfaces.end() || known->protocol.empty() ? "tls" : known->protocol;
}

// The name by which a host is given is what clients ask for, unless its interfaces are said to have another one: what
// is shown by that name is asked for too. RFC 6066 section 3: no addresses, no trailing dot.
void ask_by_the_name_of_the_host(TargetGroup& group) {
  std::string name = group.hosts.text();
  if (group.hosts.size() != 1 || name != group.hosts.at(0) || parse_ip_address(name)) return;
  if (name.ends_with('.')) name.pop_back();
  for (Interface& asked : group.interfaces) {
    if (asked.server_name.empty()) asked.server_name = name;
  }
}

void leave_out_what_cannot_be_asked(TargetGroup& group, std::vector<std::string>& left_out) {
  std::erase_if(group.interfaces, [&](const Interface& listed) {
    if (probes::find_dialect(listed.protocol) != nullptr) return false;
    left_out.push_back(fmt::format("{} {}:{} {}: this protocol cannot be started from here yet", group.cluster,
                                   group.hosts.text(), listed.port, listed.protocol));
    return true;
  });
}

Result<std::uint16_t> read_port(std::string_view word, std::string_view digits) {
  int port = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), port);
  const bool number = !digits.empty() && end == digits.data() + digits.size() && error != std::errc::invalid_argument;
  if (!number)
    return fail(ErrorCode::invalid_input,
                fmt::format("{}: '{}' is no port; write HOST:PORT, such as cucm:8443", word, digits));
  if (error != std::errc{} || port < 1 || port > 65535) {
    return fail(ErrorCode::invalid_input,
                fmt::format("{}: port {} is out of range; ports are 1 to 65535", word, digits));
  }
  return static_cast<std::uint16_t>(port);
}

struct HostAndPort {
  std::string_view host;
  std::optional<std::string_view> port;
};

// host, host:port, [v6]:port, v6
HostAndPort split_port(std::string_view text) {
  if (text.starts_with('[')) {
    const std::size_t close = text.find(']');
    if (close == std::string_view::npos) return {text, std::nullopt};
    const std::string_view after = text.substr(close + 1);
    const std::string_view host = text.substr(1, close - 1);
    if (after.empty()) return {host, std::nullopt};
    return {host, after.starts_with(':') ? after.substr(1) : after};
  }
  const std::size_t colon = text.find(':');
  if (colon == std::string_view::npos || text.find(':', colon + 1) != std::string_view::npos)
    return {text, std::nullopt};
  return {text.substr(0, colon), text.substr(colon + 1)};
}

// A letter or digit first; then letters, digits, dots, hyphens and underscores (RFC 1123 section 2.1, and what is
// used).
bool is_host_name(std::string_view host) {
  constexpr std::string_view kAllowed = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-_";
  return !host.empty() && host.size() <= 253 && host.find_first_not_of(kAllowed) == std::string_view::npos &&
         host[0] != '-' && host[0] != '.';
}

}  // namespace

std::uint64_t TargetList::size() const {
  std::uint64_t count = 0;
  for (const TargetGroup& group : groups) count += group.hosts.size() * group.interfaces.size();
  return count;
}

probes::TargetSource TargetList::source() const {
  std::size_t rounds = 0;
  for (const TargetGroup& group : groups) rounds = std::max(rounds, group.interfaces.size());
  return [this, rounds, round = std::size_t{0}, group = std::size_t{0},
          host = std::uint64_t{0}]() mutable -> std::optional<probes::Target> {
    for (; round < rounds; ++round, group = 0) {
      for (; group < groups.size(); ++group, host = 0) {
        const TargetGroup& from = groups[group];
        if (round >= from.interfaces.size() || host >= from.hosts.size()) continue;
        const Interface& asked = from.interfaces[round];
        return probes::Target{from.site,         from.cluster,   from.node,     from.hosts.at(host++),
                              asked.port,        asked.protocol, from.product,  from.release,
                              asked.server_name, asked.domain,   asked.declared};
      }
    }
    return std::nullopt;
  };
}

TargetList targets_of(const Site& site, const upgrade::Catalogue& catalogue) {
  TargetList list;
  for (const SiteCluster& cluster : site.clusters) {
    const upgrade::Product* const product = catalogue.find(cluster.product);
    const bool left_alone = product == nullptr || product->endpoint;
    for (const SiteNode& node : cluster.nodes) {
      const auto& declared = node.interfaces ? node.interfaces : cluster.interfaces;
      if (node.address.empty() || (!declared && left_alone)) continue;
      TargetGroup group{site.name, cluster.name, node.name, cluster.product};
      group.release = node.release.empty() ? cluster.release : node.release;
      group.hosts = AddressRange::single(node.address);
      group.interfaces =
          declared ? interfaces_of(*declared) : asked_by_catalogue(upgrade::interfaces_to_probe(*product));
      ask_by_the_name_of_the_host(group);
      leave_out_what_cannot_be_asked(group, list.left_out);
      if (!group.interfaces.empty()) list.groups.push_back(std::move(group));
    }
    if (cluster.interfaces && !cluster.addresses.empty()) {
      TargetGroup group{site.name, cluster.name, "", cluster.product, cluster.release};
      group.hosts = AddressRange::network(cluster.addresses).value_or(AddressRange::single(cluster.addresses));
      group.interfaces = interfaces_of(*cluster.interfaces);
      ask_by_the_name_of_the_host(group);
      leave_out_what_cannot_be_asked(group, list.left_out);
      if (!group.interfaces.empty()) list.groups.push_back(std::move(group));
    }
  }
  return list;
}

Result<TargetGroup> read_target(std::string_view word, const upgrade::Product* product,
                                const upgrade::Catalogue& catalogue) {
  TargetGroup group;
  if (product != nullptr) group.product = product->id;
  std::string_view rest = word;
  std::string protocol;
  if (const std::size_t mark = word.find("://"); mark != std::string_view::npos) {
    protocol = word.substr(0, mark);
    rest = word.substr(mark + 3);
    if (std::ranges::count(upgrade::known_protocols(), protocol) == 0) {
      return fail(ErrorCode::invalid_input, fmt::format("{}: '{}' is no protocol; use one of {}", word, protocol,
                                                        fmt::join(upgrade::known_protocols(), " ")));
    }
    if (probes::find_dialect(protocol) == nullptr) {
      return fail(ErrorCode::invalid_input, fmt::format("{}: {} cannot be started from here yet", word, protocol));
    }
  }
  if (rest.find('/') != std::string_view::npos) {
    auto network = AddressRange::network(rest);
    if (!network) return tl::unexpected<Error>(network.error());
    if (product == nullptr) {
      return fail(
          ErrorCode::invalid_input,
          fmt::format("{}: a network needs --product, which says the ports to ask, such as --product phone", word));
    }
    group.hosts = *network;
    group.interfaces = asked_by_catalogue(upgrade::interfaces_to_probe(*product));
  } else {
    const HostAndPort parts = split_port(rest);
    const std::string host(parts.host);
    if (!parse_ip_address(host).has_value() && !is_host_name(host)) {
      return fail(
          ErrorCode::invalid_input,
          fmt::format("{}: '{}' is no host; write HOST, HOST:PORT, PROTOCOL://HOST:PORT or ADDRESS/BITS", word, host));
    }
    group.hosts = AddressRange::single(host);
    if (parts.port) {
      const auto port = read_port(word, *parts.port);
      if (!port) return tl::unexpected<Error>(port.error());
      group.interfaces = {{*port, protocol.empty() ? protocol_at(*port, product, catalogue) : protocol, "", "", true}};
    } else {
      group.interfaces = product != nullptr ? asked_by_catalogue(upgrade::interfaces_to_probe(*product))
                                            : asked_by_catalogue(catalogue.interfaces_of_any_product());
    }
    ask_by_the_name_of_the_host(group);
  }
  if (!protocol.empty()) {
    std::erase_if(group.interfaces, [&](const Interface& asked) { return asked.protocol != protocol; });
    if (group.interfaces.empty()) {
      return fail(ErrorCode::invalid_input,
                  fmt::format("{}: no known port for {}; write the port too", word, protocol));
    }
  }
  std::vector<std::string> left_out;
  leave_out_what_cannot_be_asked(group, left_out);
  if (group.interfaces.empty())
    return fail(
        ErrorCode::invalid_input,
        fmt::format("{}: {}", word,
                    left_out.empty() ? "its product has no interface to ask; write HOST:PORT" : left_out.front()));
  return group;
}

}  // namespace ucready::scanner
