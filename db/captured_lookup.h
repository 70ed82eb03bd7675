// What the newest capture saw of ends themselves: the chains they presented, and who asked for a client certificate.
#pragma once

#include <string>
#include <vector>

#include "db/database.h"

namespace ucready::db {

struct CapturedClient {
  std::string cluster;
  std::string node;
  std::string service;
  std::string chain_id;
};

struct CapturedServer {
  std::string cluster;
  std::string node;
  int port = 0;
  std::vector<std::string> chain_ids;  // Each once.
  bool requested = false;              // A client certificate, in some session.
  bool never_requested = false;        // In all of which that can be told, and there are some.
  bool worked_without = false;         // It asked, got none and went on.
};

struct CapturedEnds {
  std::vector<CapturedClient> clients;
  std::vector<CapturedServer> servers;
};

// Of the site. Throws SQLite::Exception.
CapturedEnds captured_ends(SQLite::Database& database, const std::string& site);

}  // namespace ucready::db
