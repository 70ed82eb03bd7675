// Certificates that an import or a site file tells of and that neither the newest scan nor the newest capture of the
// site was shown: kept beside each run that is judged, so that rules need not look for them one by one.
#pragma once

#include <string>

#include "db/database.h"

namespace ucready::db {

// Observed counts before imported, imported before declared. A chain whose leaf the node was seen to present counts as
// far as its other certificates were not seen; one at whose port the node was seen to present another leaf counts no
// more, nor does what the same source says of that chain as a client's. Replaces the run's rows, inside the caller's
// transaction. An empty `site` is that of imports without one: they count at every site, and every site's scans count
// for them. Throws SQLite::Exception.
void keep_told_certificates(SQLite::Database& database, const std::string& run_id, const std::string& site);

}  // namespace ucready::db
