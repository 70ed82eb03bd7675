#include "db/finding_table.h"

#include <SQLiteCpp/SQLiteCpp.h>

namespace ucready::db {
namespace {

// Rows stand in the order they came: only the index, which the cache holds, is written here and there.
SQLite::Database& with_table(SQLite::Database& database) {
  database.exec(
      "CREATE TEMP TABLE IF NOT EXISTS fresh_finding (finding_id TEXT NOT NULL UNIQUE, severity TEXT, site TEXT,"
      " cluster TEXT, node TEXT, address TEXT, port INTEGER, protocol TEXT, hop_client TEXT, hop_server TEXT,"
      " wave INTEGER, title TEXT, evidence TEXT, remedy TEXT, confidence TEXT, told INTEGER) STRICT");
  return database;
}

}  // namespace

FindingTable::FindingTable(SQLite::Database& database)
    : clear_(with_table(database), "DELETE FROM fresh_finding"),
      find_(database, "SELECT severity, wave, coalesce(evidence, '') FROM fresh_finding WHERE finding_id = ?"),
      update_(database, "UPDATE fresh_finding SET severity = ?, wave = ?, evidence = ? WHERE finding_id = ?"),
      insert_(database, "INSERT INTO fresh_finding VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"),
      forget_told_(database,
                   "DELETE FROM told_finding WHERE run_id = ?1 AND finding_id IN"
                   " (SELECT finding_id FROM finding WHERE run_id = ?1 AND rule = ?2)"),
      forget_(database, "DELETE FROM finding WHERE run_id = ? AND rule = ?"),
      keep_(database,
            "INSERT INTO finding SELECT ?, finding_id, ?, severity, site, cluster, node, address, port, protocol,"
            " hop_client, hop_server, wave, title, evidence, remedy, confidence FROM fresh_finding ORDER BY"
            " finding_id"),
      keep_told_(database,
                 "INSERT INTO told_finding SELECT ?, finding_id FROM fresh_finding WHERE told ORDER BY finding_id"),
      severities_(
          database,
          "SELECT severity, count(*), EXISTS (SELECT 1 FROM waiver AS w WHERE w.finding_id = f.finding_id AND w.until >"
          " strftime('%Y-%m-%dT%H:%M:%SZ', 'now')) AS waived FROM fresh_finding AS f GROUP BY severity, waived") {}

void FindingTable::clear() { clear_.run(); }

std::optional<Finding> FindingTable::find(const std::string& id) {
  find_.bindNoCopy(1, id);
  std::optional<Finding> known;
  if (find_.executeStep()) {
    known.emplace();
    known->severity = *parse_severity(find_.getColumn(0).getString());
    if (!find_.getColumn(1).isNull()) known->row.wave = find_.getColumn(1).getInt64();
    known->row.evidence = find_.getColumn(2).getString();
  }
  find_.reset();
  return known;
}

void FindingTable::update(const std::string& id, const Finding& merged) {
  update_.run(std::string(to_text(merged.severity)), merged.row.wave, OrNull{merged.row.evidence}, id);
}

void FindingTable::insert(const Finding& finding, const std::string& title, const std::string& remedy) {
  const RuleRow& row = finding.row;
  insert_.run(finding.id, std::string(to_text(finding.severity)), row.site, row.cluster, row.node, OrNull{row.address},
              row.port, OrNull{row.protocol}, OrNull{row.hop_client}, OrNull{row.hop_server}, row.wave, title,
              OrNull{row.evidence}, OrNull{remedy}, finding.confidence, row.told.value_or(0) == 1);
}

void FindingTable::forget(const std::string& run_id, const std::string& rule_id) {
  forget_told_.run(run_id, rule_id);
  forget_.run(run_id, rule_id);
}

void FindingTable::keep(const std::string& run_id, const std::string& rule_id, FindingCounts& counts) {
  keep_.run(run_id, rule_id);
  keep_told_.run(run_id);
  while (severities_.executeStep()) {
    const auto count = static_cast<std::size_t>(severities_.getColumn(1).getInt64());
    if (severities_.getColumn(2).getInt() == 1) {
      counts.waived += count;
    } else {
      counts.by_severity[static_cast<std::size_t>(*parse_severity(severities_.getColumn(0).getString()))] += count;
    }
  }
  severities_.reset();
}

}  // namespace ucready::db
