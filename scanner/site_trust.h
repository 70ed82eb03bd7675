// What the site file's `trust` and `certificates` name, read and spread over nodes, stores, services and interfaces.
#pragma once

#include <string>
#include <vector>

#include "core/result.h"
#include "db/trust_observation.h"
#include "scanner/site_file.h"
#include "trust/store.h"
#include "upgrade/catalogue.h"

namespace ucready::scanner {

struct SiteTrustFacts {
  std::vector<db::TrustObservation> stores;
  std::vector<db::DeclaredChain> chains;
  std::vector<std::string> notes;  // What of the files was passed over; one line each.
};

// A node's entry replaces its cluster's for that store. The short form means every store that the catalogue knows of
// the product and every one that the cluster names, or, where there are none, the store ''. A cluster without nodes has
// the node ''. A file under `certificates` is one chain, its first certificate that is no authority the leaf. Errors as
// trust/trust_folder.h gives them, behind the site file's line.
Result<SiteTrustFacts> read_site_trust(const Site& site, const upgrade::Catalogue& catalogue);

// A store's content as the database keeps it.
std::vector<db::TrustedCertificate> entries_of(const trust::TrustStore& store);

}  // namespace ucready::scanner
