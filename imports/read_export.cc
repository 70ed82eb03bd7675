#include "imports/read_export.h"

#include "imports/importer.h"
#include "imports/phone_models.h"
#include "imports/text_lines.h"

namespace ucready::imports {
namespace {

// What a recogniser looks at: as it is, without a mark of UTF-8, or out of UTF-16.
std::string readable(std::string_view head) {
  if (head.starts_with("\xEF\xBB\xBF")) head.remove_prefix(3);
  if (!head.starts_with("\xFF\xFE") && !head.starts_with("\xFE\xFF")) return std::string(head);
  std::string text;
  MemorySource source(head);
  TextLines lines(source);
  for (TextLine line; lines.next(line);) {
    text += line.text;
    text += '\n';
  }
  return text;
}

}  // namespace

std::optional<Told> read_export(ExportFile& file) {
  const Importer* const importer = importer_of(readable(file.source.head()));
  if (importer == nullptr) return std::nullopt;
  Told told;
  told.path = file.path;
  told.archive = file.archive;
  told.format = importer->name;
  importer->read(file.source, told);
  if (!told.lists.empty()) told.list_phone = phone_in_path(told.path);
  return told;
}

}  // namespace ucready::imports
