// An import as a person reads it: which export told what of whom, what is another than before, what was not understood.
#pragma once

#include <iosfwd>
#include <vector>

#include "db/import_changes.h"
#include "db/rules.h"
#include "scanner/imported_estate.h"

namespace ucready::scanner {

struct ImportSummary {
  const std::vector<imports::Told>& exports;
  const ImportedEstate& estate;
  const std::vector<db::ImportChange>& changes;
  const db::FindingCounts& findings;
};

void write_import_summary(const ImportSummary& summary, std::ostream& out);

}  // namespace ucready::scanner
