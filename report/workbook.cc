// The workbook: what people sort and hand around. Every text is written as text, so that a spreadsheet calculates
// nothing; rows go to a file of their own while they are read, so that its length takes no memory.
#include <fmt/format.h>
#include <xlsxwriter.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <memory>
#include <ostream>

#include "core/printable.h"
#include "report/format.h"
#include "report/one_page.h"

namespace ucready::report {
namespace {

constexpr std::size_t kMostRows = 1'048'575;      // Of a sheet, below its heading.
constexpr std::size_t kLongestCell = 32'767 / 4;  // A sheet's limit counts characters; four bytes make one at most.

struct Sheet {
  const char* name;  // At most 31 characters.
  const char* sql;   // {newest}: the ids of the runs that are told.
};

constexpr Sheet kSheets[] = {
    {"Hops",
     "SELECT r.site, l.client, l.client_service, l.server, l.port, l.protocol, l.pairs, l.first_wave, l.last_wave,"
     " l.outcome, l.grade, l.reason, l.version, l.cipher, l.certificate_key_type, l.confidence, l.explanation FROM"
     " v_forecast_link AS l JOIN v_run AS r ON r.run_id = l.run_id WHERE l.run_id IN {newest} ORDER BY r.site, "
     "l.client,"
     " l.client_service, l.server, l.port, l.protocol, l.kind, l.first_wave"},
    {"Certificates",
     "SELECT DISTINCT site, cluster, node, address, port, protocol, key_type, position, subject, issuer, not_before,"
     " not_after, key_bits, curve, signature_hash, san, eku, self_signed, sha256 FROM v_interface_certificate WHERE"
     " run_id IN {newest}"},
    {"Trust matrix",
     "SELECT s.site, s.cluster, s.node, s.store, e.kind, coalesce(c.subject, e.subject) AS subject, c.not_after, "
     "e.sha256,"
     " count(*) OVER (PARTITION BY s.site, s.cluster, s.store, e.sha256) AS nodes_that_hold_it FROM newest_store AS s"
     " JOIN trust_set AS e ON e.set_id = s.set_id LEFT JOIN certificate AS c ON c.sha256 = e.sha256"
     " ORDER BY s.site, s.cluster, s.store, s.node, subject"},
    {"Mends",
     "SELECT r.site, m.chosen, m.before_wave, m.what, m.target, m.saves, m.breaks, m.impact, m.restarts, "
     "m.precondition,"
     " m.path, m.verify, m.undo, m.undo_breaks, m.source FROM v_mend AS m JOIN v_run AS r ON r.run_id = m.run_id WHERE"
     " m.run_id IN {newest} ORDER BY r.site, m.chosen DESC, m.before_wave, m.saves DESC, m.breaks, m.impact, "
     "m.mend_id"},
    {"Phones by class",
     "SELECT site, cluster, product, model, release, target, count FROM (SELECT d.*, row_number() OVER (PARTITION BY"
     " d.site, d.cluster ORDER BY d.product IS NULL, r.kind = 'import', d.run_id DESC) AS age FROM v_cluster AS d JOIN"
     " v_run AS r ON r.run_id = d.run_id WHERE d.run_id IN {newest}) WHERE age = 1 AND product IN ('phone', 'ata',"
     " 'roomos', 'jabber') ORDER BY site, product, model, cluster"},
    {"Unknowns",
     "SELECT r.site, e.cluster, e.node, e.fact, e.missing, e.path, e.minutes, e.hops FROM v_evidence AS e JOIN v_run "
     "AS r"
     " ON r.run_id = e.run_id WHERE e.run_id IN {newest} ORDER BY e.hops DESC, e.cluster, e.node, e.fact"},
};

struct CloseBook {
  void operator()(lxw_workbook* book) const { workbook_close(book); }
};
using Book = std::unique_ptr<lxw_workbook, CloseBook>;

// A folder that only its owner may enter, gone when the report is written.
class TemporaryFolder {
 public:
  TemporaryFolder() {
    std::string pattern = (std::filesystem::temp_directory_path() / "ucready-XXXXXX").string();
    if (mkdtemp(pattern.data()) != nullptr) path_ = pattern;
  }
  ~TemporaryFolder() {
    std::error_code ignored;
    if (!path_.empty()) std::filesystem::remove_all(path_, ignored);
  }
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;
  [[nodiscard]] const std::filesystem::path& path() const { return path_; }  // Empty: it could not be made.

 private:
  std::filesystem::path path_;
};

class SheetWriter {
 public:
  SheetWriter(lxw_workbook* book, const char* name)
      : sheet_(workbook_add_worksheet(book, name)), bold_(workbook_add_format(book)) {
    format_set_bold(bold_);
  }

  void text(const std::string& value, bool bold = false) {
    worksheet_write_string(sheet_, row_, column_++, printable(value, kLongestCell).c_str(), bold ? bold_ : nullptr);
  }
  void number(std::int64_t value) {
    worksheet_write_number(sheet_, row_, column_++, static_cast<double>(value), nullptr);
  }
  void cell(const Cell& value) {
    if (const auto* whole = std::get_if<std::int64_t>(&value)) return number(*whole);
    if (const auto* words = std::get_if<std::string>(&value)) return text(*words);
    ++column_;
  }
  void end_row() {
    ++row_;
    column_ = 0;
  }

  void rows(Rows rows) {
    constexpr double kWidth = 22;  // In characters.
    worksheet_set_column(sheet_, 0, static_cast<lxw_col_t>(rows.columns().size() - 1), kWidth, nullptr);
    worksheet_freeze_panes(sheet_, 1, 0);
    for (const std::string& name : rows.columns()) text(name, true);
    end_row();
    std::size_t written = 0;
    for (; rows.next(); ++written) {
      if (written == kMostRows - 1) {
        text("A sheet holds no more rows; ucready report --format csv has all.", true);
        break;
      }
      for (const Cell& value : rows.cells()) cell(value);
      end_row();
    }
    if (written > 0) worksheet_autofilter(sheet_, 0, 0, row_ - 1, static_cast<lxw_col_t>(rows.columns().size() - 1));
  }

  void widths(double first, double others) {
    worksheet_set_column(sheet_, 0, 0, first, nullptr);
    worksheet_set_column(sheet_, 1, 8, others, nullptr);
  }

 private:
  lxw_worksheet* sheet_;
  lxw_format* bold_;
  lxw_row_t row_ = 0;
  lxw_col_t column_ = 0;
};

void write_summary(const OnePage& page, SheetWriter& sheet) {
  const auto pair = [&](const char* name, const std::string& value) {
    sheet.text(name, true);
    sheet.text(value);
    sheet.end_row();
  };
  const auto figure = [&](const char* name, std::int64_t value) {
    sheet.text(name, true);
    sheet.number(value);
    sheet.end_row();
  };
  pair("Site", page.site);
  pair("Verdict", page.verdict);
  figure("Hops without TLS", page.without_tls);
  figure("Hops with TLS", page.waves.empty() ? 0 : page.waves.front().hops.all());
  figure("Break later, not today", static_cast<std::int64_t>(page.figures.break_at_some_wave));
  figure("Changes before wave 1", page.mends_first);
  figure("of them without an outage", page.mends_first_no_outage);
  figure("Minutes to find out what is unknown", page.question_minutes);
  figure("Leaves that end within 200 days", page.renewals_in_all);
  pair("Highest minimum version", page.minimum);
  sheet.end_row();
  for (const char* name :
       {"After", "Date", "Proven", "Robust", "Derived", "Breaks", "Unknown", "Sum", "Break meanwhile"})
    sheet.text(name, true);
  sheet.end_row();
  for (const WaveFigures& wave : page.waves) {
    sheet.text(wave.wave == 0 ? "today" : fmt::format("wave {}", wave.wave));
    sheet.text(wave.date);
    for (const std::int64_t count : {wave.hops.proven, wave.hops.robust, wave.hops.derived, wave.hops.breaks,
                                     wave.hops.unknown, wave.hops.all(), wave.mixed_breaks})
      sheet.number(count);
    sheet.end_row();
  }
  sheet.end_row();
  for (const std::string& gap : page.not_covered) pair("Not covered", gap);
  sheet.end_row();
}

bool write_book(const Document& document, const std::filesystem::path& file, const std::filesystem::path& folder) {
  std::string temporary = folder.string();
  lxw_workbook_options options{};
  options.constant_memory = LXW_TRUE;
  options.tmpdir = temporary.data();
  options.use_zip64 = LXW_TRUE;
  Book book(workbook_new_opt(file.c_str(), &options));
  if (!book) return false;
  SheetWriter summary(book.get(), "Summary");
  summary.widths(36, 14);
  for (const OnePage& page : one_pages(document)) write_summary(page, summary);
  for (const Sheet& sheet : kSheets) SheetWriter(book.get(), sheet.name).rows(document.ask(sheet.sql));
  SheetWriter(book.get(), "Findings").rows(document.findings_and_waivers());
  return workbook_close(book.release()) == LXW_NO_ERROR;
}

}  // namespace

void write_workbook(const Document& document, const Style&, std::ostream& out) {
  const TemporaryFolder folder;
  const std::filesystem::path file = folder.path() / "report.xlsx";
  if (folder.path().empty() || !write_book(document, file, folder.path())) {
    out.setstate(std::ios::badbit);  // Told as a report that cannot be written.
    return;
  }
  std::ifstream written(file, std::ios::binary);
  out << written.rdbuf();
}

}  // namespace ucready::report
