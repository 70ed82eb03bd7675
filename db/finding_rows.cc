#include "db/finding_rows.h"

#include <SQLiteCpp/SQLiteCpp.h>
#include <fmt/format.h>

#include <iterator>

namespace ucready::db {
namespace {

constexpr std::size_t kBatchFindings = 1024;
constexpr std::size_t kBatchBytes = 4'000'000;

// Rows stand in the order they came: only the index, which the cache holds, is written here and there.
SQLite::Database& with_table(SQLite::Database& database) {
  database.exec(
      "CREATE TEMP TABLE IF NOT EXISTS fresh_finding (finding_id TEXT NOT NULL UNIQUE, severity TEXT, site TEXT,"
      " cluster TEXT, node TEXT, address TEXT, port INTEGER, protocol TEXT, hop_client TEXT, hop_server TEXT,"
      " wave INTEGER, title TEXT, evidence TEXT, remedy TEXT, confidence TEXT, told INTEGER) STRICT;"
      "DELETE FROM fresh_finding");
  return database;
}

}  // namespace

FindingRows::FindingRows(SQLite::Database& database, const std::string& run_id, const Rule& rule,
                         const std::string& site, const RuleLimits& limits)
    : database_(with_table(database)),
      run_id_(run_id),
      rule_(rule),
      limits_(limits),
      batch_(rule, site),
      find_(database, "SELECT severity, wave, coalesce(evidence, '') FROM fresh_finding WHERE finding_id = ?"),
      update_(database, "UPDATE fresh_finding SET severity = ?, wave = ?, evidence = ? WHERE finding_id = ?"),
      insert_(database, "INSERT INTO fresh_finding VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)") {}

bool FindingRows::take(RuleRow row) {
  if (++rows_ > limits_.rows) return false;
  batch_.add(std::move(row));
  const bool full = kept_ + batch_.all().size() >= limits_.findings;
  if (full || batch_.all().size() >= kBatchFindings || batch_.bytes() >= kBatchBytes) flush();
  return true;
}

void FindingRows::flush() {
  for (const Finding& finding : batch_.all()) {
    if (kept_ > 0 && merge_into_kept(finding)) continue;
    if (kept_ < limits_.findings) {
      insert(finding);
      ++kept_;
    } else {
      ++left_out_;
      ++left_out_by_severity_[static_cast<std::size_t>(finding.severity)];
    }
  }
  batch_.clear();
}

bool FindingRows::merge_into_kept(const Finding& finding) {
  find_.bindNoCopy(1, finding.id);
  Finding known;
  const bool found = find_.executeStep();
  if (found) {
    known.severity = *parse_severity(find_.getColumn(0).getString());
    if (!find_.getColumn(1).isNull()) known.row.wave = find_.getColumn(1).getInt64();
    known.row.evidence = find_.getColumn(2).getString();
  }
  find_.reset();
  if (!found) return false;
  merge(known, finding);
  update_.run(std::string(to_text(known.severity)), known.row.wave, OrNull{known.row.evidence}, finding.id);
  return true;
}

void FindingRows::insert(const Finding& finding) {
  const RuleRow& row = finding.row;
  insert_.run(finding.id, std::string(to_text(finding.severity)), row.site, row.cluster, row.node, OrNull{row.address},
              row.port, OrNull{row.protocol}, OrNull{row.hop_client}, OrNull{row.hop_server}, row.wave,
              batch_.title(finding), OrNull{row.evidence}, OrNull{batch_.remedy(finding)}, finding.confidence,
              row.told.value_or(0) == 1);
}

RuleRow FindingRows::rest(bool whole) const {
  std::string kinds;
  std::string gravest;
  for (std::size_t severity = std::size(left_out_by_severity_); severity-- > 0;) {
    if (left_out_by_severity_[severity] == 0) continue;
    const std::string_view name = to_text(static_cast<Severity>(severity));
    if (gravest.empty()) gravest = name;
    kinds += fmt::format("{}{} {}", kinds.empty() ? "" : ", ", left_out_by_severity_[severity], name);
  }
  const std::string count = fmt::format("{}{}", whole ? "" : "at least ", left_out_);
  RuleRow row;
  row.title = fmt::format("And {} more: {}", count, rule_.title);
  row.evidence = fmt::format("{} findings of this rule are kept; {} further rows are not ({})", kept_, count, kinds);
  row.remedy =
      "Look for what those that are kept have in common, and mend that; or judge less at once: a site or a network a "
      "database, a --filter for a capture.";
  row.severity = gravest;
  row.subject = "more than are kept";
  return row;
}

void FindingRows::forget() {
  RowInsert remove_told(database_,
                        "DELETE FROM told_finding WHERE run_id = ?1 AND finding_id IN"
                        " (SELECT finding_id FROM finding WHERE run_id = ?1 AND rule = ?2)");
  remove_told.run(run_id_, rule_.id);
  RowInsert remove(database_, "DELETE FROM finding WHERE run_id = ? AND rule = ?");
  remove.run(run_id_, rule_.id);
}

void FindingRows::finish(bool whole, FindingCounts& counts) {
  flush();
  if (overflows()) {
    batch_.add(rest(whole));
    insert(batch_.all().front());
    batch_.clear();
  }
  forget();
  RowInsert keep(database_,
                 "INSERT INTO finding SELECT ?, finding_id, ?, severity, site, cluster, node, address, port, protocol,"
                 " hop_client, hop_server, wave, title, evidence, remedy, confidence FROM fresh_finding ORDER BY "
                 "finding_id");
  keep.run(run_id_, rule_.id);
  RowInsert keep_told(
      database_, "INSERT INTO told_finding SELECT ?, finding_id FROM fresh_finding WHERE told ORDER BY finding_id");
  keep_told.run(run_id_);
  SQLite::Statement severities(
      database_,
      "SELECT severity, count(*), EXISTS (SELECT 1 FROM waiver AS w WHERE w.finding_id = f.finding_id AND w.until >"
      " strftime('%Y-%m-%dT%H:%M:%SZ', 'now')) AS waived FROM fresh_finding AS f GROUP BY severity, waived");
  while (severities.executeStep()) {
    if (severities.getColumn(2).getInt() == 1) {
      counts.waived += static_cast<std::size_t>(severities.getColumn(1).getInt64());
      continue;
    }
    counts.by_severity[static_cast<std::size_t>(*parse_severity(severities.getColumn(0).getString()))] +=
        static_cast<std::size_t>(severities.getColumn(1).getInt64());
  }
}

}  // namespace ucready::db
