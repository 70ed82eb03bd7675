// Tables that stand alone: CSV files of CUCM's Bulk Administration (phone.csv and others, 400 columns and more, known
// by their header), and a saved table of run sql without its prompt.
#include <algorithm>

#include "imports/importer.h"
#include "imports/table_rows.h"
#include "imports/text_lines.h"
#include "imports/text_parts.h"
#include "imports/vos_command.h"

namespace ucready::imports {

extern const Importer kConfigCsv;
extern const Importer kConfigTable;

namespace {

void read_csv(PeekedSource& source, Told& told) {
  TextLines lines(source);
  std::vector<std::string> names;
  std::vector<std::size_t> wanted;  // Places of the columns that anybody looks at.
  for (TextLine line; lines.next(line);) {
    ++told.lines;
    if (trimmed(line.text).empty()) continue;
    if (!line.has_end) {
      told.may_be_cut(line.text, line.number);
      break;
    }
    const auto cells = csv_cells(line.text);
    if (names.empty()) {
      for (const std::string& cell : cells) {
        names.push_back(column_name(cell));
        if (is_looked_at(names.back())) wanted.push_back(names.size() - 1);
      }
      continue;
    }
    TableRow row;
    for (const std::size_t n : wanted) {
      if (n < cells.size() && !cells[n].empty()) row.emplace(names[n], cells[n]);
    }
    if (!take_row(row, line.number, told)) told.not_understood("a row whose columns are not known", line.number);
  }
  if (!source.fault().empty()) told.trouble(source.fault());
}

bool is_csv(std::string_view head) {
  const std::string first = lower(head.substr(0, head.find_first_of("\r\n")));
  if (std::ranges::count(first, ',') < 2) return false;
  constexpr std::string_view kNames[] = {
      "device name", "devicename", "security profile", "securityprofile",  "security mode", "securitymode",
      "trunk name",  "nodeusage",  "paramname",        "device pool name", "srst"};
  return std::ranges::any_of(kNames, [&](std::string_view name) { return first.find(name) != std::string::npos; });
}

void read_table(PeekedSource& source, Told& told) {
  TextLines lines(source);
  const auto table = make_sql("", 1, told);
  for (TextLine line; lines.next(line);) {
    ++told.lines;
    if (trimmed(line.text).empty()) continue;
    if (!line.has_end) {
      told.may_be_cut(line.text, line.number);
    } else if (!table->line(line.text, line.number)) {
      told.not_understood(line.text, line.number);
    }
  }
  if (!source.fault().empty()) told.trouble(source.fault());
}

// The second line is a rule of equals signs.
bool is_table(std::string_view head) {
  const std::size_t first = head.find('\n');
  if (first == std::string_view::npos) return false;
  const std::string_view rule = trimmed(head.substr(first + 1, head.find('\n', first + 1) - first - 1));
  return rule.starts_with("==") && rule.find_first_not_of("= ") == std::string_view::npos &&
         rule.find(' ') != std::string_view::npos;
}

}  // namespace

const Importer kConfigCsv = {"cucm-csv", "CSV of CUCM's Bulk Administration", is_csv, read_csv};
const Importer kConfigTable = {"cucm-table", "saved table of run sql", is_table, read_table};

}  // namespace ucready::imports
