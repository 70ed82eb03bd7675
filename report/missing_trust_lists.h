// Interfaces that a scan with --trust-lists may have asked for trust lists and that gave none, each with the reason.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/result.h"
#include "db/database.h"

namespace ucready::report {

struct MissingTrustList {
  std::string place;  // "cluster/node address", or what there is of it.
  std::string protocol;
  std::string product;  // As the site or the catalogue has it; empty where unknown.
  std::uint16_t port = 0;
  std::string reason;
};

// `place` is as it was given; `reason` was escaped before it was kept.
Result<std::vector<MissingTrustList>> missing_trust_lists(const db::Database& database, const std::string& run_id);

}  // namespace ucready::report
