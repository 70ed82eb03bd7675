// One importer a format. To add one: write <name>.cc beside this file and add its row to the table in importer.cc; what
// follows from what it tells is nobody's business here.
#pragma once

#include <string_view>

#include "imports/byte_source.h"
#include "imports/told.h"

namespace ucready::imports {

struct Importer {
  std::string_view name;  // As v_import and messages write it: "vos-cli".
  std::string_view what;  // For --help and docs: "platform CLI log of CUCM, ...".
  // By the first bytes of the content (kHeadBytes at most), never by a name.
  bool (*recognises)(std::string_view head);
  // Fills in all but path, archive and format.
  void (*read)(PeekedSource& source, Told& told);
};

std::span<const Importer* const> all_importers();
// The first row that recognises it; nullptr: none does.
const Importer* importer_of(std::string_view head);

// What a whole-document importer reads at most.
inline constexpr std::size_t kMostDocumentBytes = 16U << 20;  // Trees of hostile ones take thirty times as much.

}  // namespace ucready::imports
