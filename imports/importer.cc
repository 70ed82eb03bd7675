#include "imports/importer.h"

#include <algorithm>

namespace ucready::imports {

extern const Importer kTrustListFile;
extern const Importer kVosSnapshot;
extern const Importer kConfigXml;
extern const Importer kExpressway;
extern const Importer kVosCli;
extern const Importer kTrustListText;
extern const Importer kIos;
extern const Importer kConfigCsv;
extern const Importer kConfigTable;
extern const Importer kPemFile;

namespace {

// The surest signs first: a PEM block, the last, stands in logs too.
constexpr const Importer* kImporters[] = {&kTrustListFile, &kVosSnapshot, &kConfigXml, &kExpressway,  &kVosCli,
                                          &kTrustListText, &kIos,         &kConfigCsv, &kConfigTable, &kPemFile};

}  // namespace

std::span<const Importer* const> all_importers() { return kImporters; }

const Importer* importer_of(std::string_view head) {
  const auto found = std::ranges::find_if(kImporters, [&](const Importer* one) { return one->recognises(head); });
  return found == std::end(kImporters) ? nullptr : *found;
}

}  // namespace ucready::imports
