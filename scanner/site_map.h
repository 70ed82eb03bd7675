// Who is behind an address: the site file's clusters and nodes.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "core/ip_address.h"
#include "db/run_writer.h"
#include "scanner/site_file.h"
#include "upgrade/catalogue.h"

namespace ucready::scanner {

class SiteMap {
 public:
  // Site and catalogue must outlive it. Nodes whose address is a name are not found: nothing is resolved.
  SiteMap(const Site& site, const upgrade::Catalogue& catalogue);

  // The ends of a connection as clusters, nodes and client service; an address where none is known. The protocol is
  // that of the server's interface, as the site file or the catalogue has it, else what the connection itself showed.
  [[nodiscard]] db::HopEnds name(const db::SessionObservation& session) const;

  // What is known of the system behind a session's server; empty fields where nothing is.
  struct Identity {
    std::string cluster;
    std::string node;
    std::string protocol;
    std::string product;
    std::string release;
  };
  [[nodiscard]] Identity identity(const db::SessionObservation& session) const;

  // Hops as the site file declares them, one for each node of the server.
  [[nodiscard]] std::vector<db::DeclaredHop> declared_hops() const;

 private:
  struct Party {
    const SiteCluster* cluster = nullptr;
    const SiteNode* node = nullptr;  // nullptr: one of a group's addresses.
  };
  struct Range {
    IpAddress first;
    IpAddress last;
    Party party;
  };

  // Two systems may share an address: the one that listens on the session's port is meant.
  struct Server {
    std::optional<Party> party;
    std::string protocol;
  };
  [[nodiscard]] Server server_of(const db::SessionObservation& session) const;
  [[nodiscard]] std::vector<Party> parties_at(const IpAddress& address) const;
  // Empty: neither the site file nor the catalogue has this port there.
  [[nodiscard]] std::string protocol_at(const Party& party, std::uint16_t port) const;
  [[nodiscard]] std::string default_service(const SiteCluster& cluster, const std::string& protocol) const;
  [[nodiscard]] const SiteCluster* cluster_named(const std::string& name) const;

  const Site& site_;
  const upgrade::Catalogue& catalogue_;
  std::map<IpAddress, std::vector<Party>> nodes_;
  std::vector<Range> ranges_;
};

}  // namespace ucready::scanner
