#include "report/format.h"

#include <SQLiteCpp/Transaction.h>

#include <algorithm>
#include <ostream>

#include "db/sqlite_error.h"

namespace ucready::report {
namespace {

constexpr Format kFormats[] = {
    {"text", "for reading: findings by severity, then where and why", write_text},
    {"csv", "for spreadsheets: one row a finding, or a table's rows (RFC 4180)", write_csv},
    {"json", "for programs: findings with their runs, or a table as an array of objects", write_json},
    {"html", "for the change board: one page that opens from disk, needs no network and prints (with -o)", write_html,
     false},
    {"xlsx", "a workbook: summary, hops, certificates, trust, mends, phones, unknowns, findings (with -o)",
     write_workbook, false},
    {"mop", "the change plan step by step, in Markdown: who, how, what to see, how to go back", write_change_plan,
     false},
    {"prometheus", "figures for a monitoring system (text format 0.0.4)", write_prometheus, false},
};

}  // namespace

std::span<const Format> all_formats() { return kFormats; }

const Format* find_format(std::string_view name) {
  const auto* found = std::ranges::find(kFormats, name, &Format::name);
  return found == std::end(kFormats) ? nullptr : found;
}

Result<Told> write_report(const db::Database& database, const Document& document, const Format& format,
                          const Style& style, std::ostream& out) {
  auto told = db::guarded(database.path(), database.handle().getHandle(), [&] {
    SQLite::Transaction one_state(database.handle());
    format.write(document, style, out);
    out.flush();
    return Told{document.doubts(), document.count_findings()};
  });
  if (told && !out) return fail(ErrorCode::io, "the report cannot be written: is the disk full?");
  return told;
}

}  // namespace ucready::report
