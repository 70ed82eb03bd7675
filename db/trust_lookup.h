// What the database knows of who trusts what, for questions that SQL alone cannot answer.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/result.h"
#include "db/database.h"
#include "db/trust_observation.h"

namespace ucready::db {

struct StorePlace {
  std::string site;
  std::string cluster;
  std::string node;
  std::string store;

  auto operator<=>(const StorePlace&) const = default;
};

// What one or more stores hold. Of certificates only bytes and digest are filled in.
struct HeldSet {
  std::vector<TrustedCertificate> entries;
  std::vector<StorePlace> places;
};
// Each store as the newest run that tells of it has it, one that read or fetched it before one that took it from a site
// file; stores of several sources once for each.
Result<std::vector<HeldSet>> newest_stores(const Database& database);

// DER. The digest may be shortened to eight digits or more, as long as it names one certificate; nothing: unknown.
Result<std::optional<Bytes>> certificate_of(const Database& database, const std::string& sha256);
// DER of the certificates that are authorities and not self-signed: what may stand between a leaf and a root.
Result<std::vector<Bytes>> intermediates_of(const Database& database);

// Where a certificate was seen or is declared to be presented, and at which place of the chain.
struct Showing {
  std::string what;     // "interface", "declared", "session, as server", "session, as client"
  std::string cluster;  // Empty where none is known.
  std::string node;
  std::string service;
  std::string address;
  int port = 0;
  int position = 0;
  std::int64_t count = 1;  // Runs or sessions.
};
Result<std::vector<Showing>> showings_of(const Database& database, const std::string& sha256);

// The site of the newest run that knows a cluster of that name; nothing: none does.
Result<std::optional<std::string>> site_of_cluster(const Database& database, const std::string& cluster);

}  // namespace ucready::db
