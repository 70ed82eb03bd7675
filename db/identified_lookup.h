// What a scan's interfaces said of themselves, and which facts the run has observed already.
#pragma once

#include <string>
#include <vector>

#include "core/result.h"
#include "core/words.h"
#include "db/database.h"

namespace ucready::db {

struct IdentifiedInterface {
  std::string cluster;  // Never empty, nor is the node.
  std::string node;
  std::string address;
  int port = 0;
  std::string product;  // As declared; so is the release. Empty where it is not.
  std::string release;
  std::string identified_product;  // Contract, v_interface; never empty.
  std::string identified_release;
  std::string identified_by;
};

// Of nodes of clusters, in the order of cluster, node and port. What a RunWriter holds back must have been flushed.
Result<std::vector<IdentifiedInterface>> identified_interfaces(const Database& database, const std::string& run_id);

Result<std::vector<Fact>> observed_facts(const Database& database, const std::string& run_id);

// The source of facts that are concluded from how a listener answers.
inline constexpr const char* kFingerprint = "fingerprint";
// What of them a run's listeners let conclude, and which of these the run has as facts already.
struct Fingerprints {
  std::vector<Fact> concluded;
  std::vector<Fact> kept;
};
Result<Fingerprints> fingerprints(const Database& database, const std::string& run_id);

}  // namespace ucready::db
