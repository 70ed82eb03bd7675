// The trust lists that a scan fetched, as bytes.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/bytes.h"
#include "core/result.h"
#include "db/database.h"

namespace ucready::db {

struct FetchedTrustList {
  std::string cluster;  // Both empty for a bare target.
  std::string node;
  std::string name;    // CTLFile.tlv, ITLFile.tlv
  std::string source;  // "https://10.0.0.11:6972/ITLFile.tlv"
  Bytes bytes;
};

// In the order of cluster, node and name. What a RunWriter holds back must have been flushed.
Result<std::vector<FetchedTrustList>> fetched_trust_lists(const Database& database, const std::string& run_id);

// The newest run that fetched any; nothing where none did.
Result<std::optional<std::string>> newest_run_with_trust_lists(const Database& database);

// Clusters that are declared to connect to this one, and of which the run was told no content of that store.
Result<std::vector<std::string>> clients_without_store(const Database& database, const std::string& run_id,
                                                       const std::string& server, const std::string& store);

}  // namespace ucready::db
