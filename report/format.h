// The formats a report is written in. To add one: write <name>.cc beside this file and add its row to the table in
// format.cc; help, usage errors and dispatch read the table.
#pragma once

#include <iosfwd>
#include <span>
#include <string_view>

#include "core/result.h"
#include "report/document.h"

namespace ucready::report {

// Where a person reads; files and pipes have no colour.
struct Style {
  bool colour = false;
  std::size_t columns = 80;
};

struct Format {
  std::string_view name;
  std::string_view description;
  // Streams; throws SQLite::Exception where the database is damaged.
  void (*write)(const Document&, const Style&, std::ostream&);
  bool tables = true;  // Whether it can write a table's rows, and findings of some rules or severities only.
};

std::span<const Format> all_formats();
const Format* find_format(std::string_view name);  // nullptr: no such format.

// What the reader of a written report must know besides it.
struct Told {
  std::vector<std::string> doubts;
  std::array<std::size_t, 5> findings{};  // Of those selected and not waived, by severity from info up.
};

// Writes one consistent state of the database, even while a scan adds to it. Errors: the database cannot be read to its
// end, or the stream takes no more.
Result<Told> write_report(const db::Database& database, const Document& document, const Format& format,
                          const Style& style, std::ostream& out);

void write_text(const Document& document, const Style& style, std::ostream& out);
void write_csv(const Document& document, const Style& style, std::ostream& out);
void write_json(const Document& document, const Style& style, std::ostream& out);
void write_html(const Document& document, const Style& style, std::ostream& out);
void write_workbook(const Document& document, const Style& style, std::ostream& out);
void write_change_plan(const Document& document, const Style& style, std::ostream& out);
void write_prometheus(const Document& document, const Style& style, std::ostream& out);

}  // namespace ucready::report
