// Who spoke with whom in captures, by address: what a first site file is guessed from.
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "core/ip_address.h"
#include "core/result.h"
#include "db/database.h"

namespace ucready::report {

struct SeenPort {
  std::string protocol;  // As the connections showed it; `tls` where nothing did.
  std::int64_t sessions = 0;
};

struct SeenServer {
  std::map<std::uint16_t, SeenPort> ports;
  std::set<std::string> asked_names;        // SNI.
  std::set<std::string> certificate_names;  // Subject and DNS names of its leaves.
  std::set<std::string> leaves;             // SHA-256.
};

struct SeenClient {
  std::map<std::string, std::int64_t> offers;  // Sessions by offer.
};

struct SeenTalk {
  std::int64_t sessions = 0;
  std::int64_t failures = 0;
  std::int64_t midstream = 0;
  std::set<std::string> versions;
  std::set<std::string> key_types;
  std::set<std::string> refusals;  // "client: unknown_ca"
};

struct SeenOffer {
  std::string highest;
  std::string ja4;
  bool ecdsa = false;
};

struct SeenEstate {
  std::vector<std::string> sites;  // The names that the captures were given.
  std::int64_t runs = 0;
  std::map<IpAddress, SeenServer> servers;
  std::map<IpAddress, SeenClient> clients;
  std::map<std::pair<IpAddress, Endpoint>, SeenTalk> talks;  // Client and the server's end.
  std::map<std::string, SeenOffer> offers;
  std::int64_t left_out = 0;  // Kinds of connections over the bound, or of clients whose address was not kept.
};

// Of all captures in the database. At most 10,000 servers, 100,000 clients, 500,000 pairs, and 20 names a server.
Result<SeenEstate> seen_estate(const db::Database& database);

}  // namespace ucready::report
