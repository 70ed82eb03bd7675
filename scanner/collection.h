// What a customer gathers for an import: read-only commands and downloads, with what each needs and reveals.
#pragma once

#include <iosfwd>
#include <span>
#include <string_view>

namespace ucready::scanner {

struct CollectedThing {
  std::string_view kind;     // Of system: vos, vos-publisher, expressway, ios.
  std::string_view command;  // As it is typed; for a download its URL with NODE in it.
  bool download = false;
  std::string_view needs;    // Access and rights.
  std::string_view reveals;  // What of it is sensitive.
};
std::span<const CollectedThing> things_to_collect();

struct CollectionFormat {
  std::string_view name;  // text, bash, powershell
  void (*write)(std::ostream& out);
};
std::span<const CollectionFormat> all_collection_formats();

}  // namespace ucready::scanner
