// What servers answered to clients' own offers, the newest of each: what a forecast need not work out.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/result.h"
#include "db/database.h"

namespace ucready::db {

struct SeenAnswer {
  std::string run_id;
  std::string client;
  std::string client_node;
  std::string client_service;
  std::string client_release;  // As it was known then; empty: not.
  std::string server;
  std::string server_node;
  std::string server_release;
  int port = 0;
  std::string offer_id;
  std::string server_name;  // That was sent; empty: none.
  std::string outcome;      // docs/replay.md
  std::string version;
  std::string cipher;
  std::string group;
  std::optional<int> dh_bits;
  std::string scheme;
  std::optional<bool> secure_renegotiation;
  std::string chain_id;  // Empty: no certificate was read.
  std::optional<bool> certificate_requested;
  std::string alert;
};

// Of the site, oldest run first: of the same client service, server, offer and name the last one counts.
std::vector<SeenAnswer> seen_answers(SQLite::Database& database, const std::string& site);

}  // namespace ucready::db
