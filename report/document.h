// What is told: the findings, or the rows of one view, of the newest run of each kind of every site.
#pragma once

#include <array>
#include <cstddef>
#include <map>
#include <string>
#include <vector>

#include "core/result.h"
#include "core/words.h"
#include "db/database.h"
#include "report/redaction.h"
#include "report/rows.h"

namespace ucready::report {

struct Selection {
  std::string table;               // A view of the contract, with or without its v_; empty: the findings.
  std::vector<std::string> rules;  // Only findings of these; empty: of all.
  Severity at_least = Severity::info;
  bool redact = false;
};

class Document {
 public:
  // An error names the table or rule that is not there, and those that are. The database must outlive the document.
  static Result<Document> open(const db::Database& database, const Selection& selection);

  [[nodiscard]] bool is_table() const { return !view_.empty(); }
  [[nodiscard]] bool narrowed() const { return !selection_.rules.empty() || selection_.at_least != Severity::info; }

  // Throw SQLite::Exception where the file is damaged.
  [[nodiscard]] Rows table() const;
  [[nodiscard]] Rows findings() const;  // The contract's columns; gravest first, then by rule, then by place.
  [[nodiscard]] Rows findings_and_waivers() const;  // The same, and waived_until, run_id.
  [[nodiscard]] Rows runs() const;
  // Any other question about them: in the SQL, {newest} stands for the ids of these runs, in brackets.
  [[nodiscard]] Rows ask(std::string sql, const std::vector<std::string>& parameters = {}) const;
  [[nodiscard]] Rows ask_unredacted(std::string sql) const;  // For what is only asked with, never told.
  [[nodiscard]] RowSource rows() const;
  [[nodiscard]] const db::Database& database() const { return *database_; }
  [[nodiscard]] std::map<std::string, std::int64_t> interface_states() const;
  // Why the findings may look better than things are: no run, a run that was cut short, nothing that answered with TLS.
  [[nodiscard]] std::vector<std::string> doubts() const;
  [[nodiscard]] std::array<std::size_t, 5> count_findings()
      const;  // By severity, from info up; those waived are left out.

 private:
  Document(const db::Database& database, Selection selection, std::string view);
  void know_names();
  [[nodiscard]] Rows query(const std::string& sql, const std::vector<std::string>& parameters = {}) const;
  [[nodiscard]] std::string finding_filter() const;

  const db::Database* database_;
  Selection selection_;
  std::string view_;
  Redaction redaction_;
};

}  // namespace ucready::report
