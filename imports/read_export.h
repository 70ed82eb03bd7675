// From the bytes of one export to what it tells.
#pragma once

#include <optional>

#include "imports/export_walk.h"
#include "imports/told.h"

namespace ucready::imports {

// Nothing: no importer recognises it. Lines are in UTF-8 or UTF-16; the head of the latter is translated for
// recognition.
std::optional<Told> read_export(ExportFile& file);

}  // namespace ucready::imports
