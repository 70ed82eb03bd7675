// The offers of a client that captures hold, or that were brought from another database.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "core/bytes.h"
#include "core/result.h"
#include "db/database.h"

namespace ucready::db {

// An offer as it was met: who made it, to whom, and by which name.
struct MetOffer {
  std::string client;
  std::string client_node;
  std::string client_service;  // Empty where it is not known.
  std::string server;
  std::string server_node;
  std::string server_address;  // Empty in what was brought from elsewhere.
  int port = 0;
  std::string protocol;
  std::string server_name;  // Empty: the hello had none.
  std::string offer_id;
  std::int64_t sessions = 0;
};

// Who is meant: a cluster, one node of it, or an address as captures have it.
struct ClientName {
  std::string cluster;
  std::string node;     // Empty: all.
  std::string address;  // Not empty: that alone counts.
};
// "hq-expc", "hq-expc/expc1", "10.1.2.3", "2001:db8::1".
ClientName read_client_name(const std::string& text);

struct RecordedOffers {
  std::string run_id;                   // Empty: none holds any.
  std::string kind;                     // Of that run: capture, profile.
  std::vector<MetOffer> offers;         // Those made most often first.
  std::map<std::string, Bytes> hellos;  // As client_offer.hello, by offer id.
};

// Of the newest run of the site (empty: of any) that holds offers of this client; an empty name means anybody's. What
// was brought from elsewhere belongs to every site.
Result<RecordedOffers> recorded_offers(const Database& database, const std::string& site, const ClientName& client);

}  // namespace ucready::db
