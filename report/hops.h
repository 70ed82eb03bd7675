// What is known of each hop, one sentence each, and where to capture what is not.
#pragma once

#include <cstdint>
#include <iosfwd>
#include <string>
#include <vector>

#include "core/result.h"
#include "db/database.h"

namespace ucready::report {

// What captures saw of one client's connections to one port of one server, all their nodes together, and what somebody
// declared of it.
struct HopAccount {
  std::string client;  // A cluster, or an address where none is known.
  std::string client_service;
  std::string server;
  std::int64_t port = 0;
  std::string protocol;
  std::int64_t sessions = 0;
  std::int64_t established = 0;
  std::int64_t resumed = 0;
  std::int64_t midstream = 0;
  std::int64_t offers = 0;            // Distinct.
  std::string highest_offered;        // Empty where no hello was seen.
  bool offers_ecdsa = false;          // Some hello names an ECDSA signature scheme or suite.
  std::vector<std::string> versions;  // "400 TLSv1.2, 12 TLSv1.3": negotiated.
  std::vector<std::string> leaves;    // "409 with an ECDSA certificate".
  std::vector<std::string> failures;  // "3 refused by the client with unknown_ca after an ECDSA certificate".
  std::vector<std::string> server_nodes;
  std::string declared_by;  // declared, imported, or both; empty: only seen.
  std::string security;
  bool dormant = false;
};

// Of the newest capture of each site, and what is declared in its newest run. Ordered by client, server and port.
Result<std::vector<HopAccount>> hop_accounts(const db::Database& database);

// Those that captures saw: the first of them told, the others counted, in memory that does not grow with them.
struct SeenHops {
  std::vector<HopAccount> first;
  std::size_t total = 0;
};
Result<SeenHops> seen_hops(const db::Database& database, std::size_t most);

std::string sentence(const HopAccount& hop);

// All hops, then the capture plan for those whose hello was not seen.
Result<std::size_t> write_hops(const db::Database& database, std::ostream& out, std::size_t columns);

}  // namespace ucready::report
