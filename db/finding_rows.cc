#include "db/finding_rows.h"

#include <fmt/format.h>

#include <iterator>

namespace ucready::db {
namespace {

constexpr std::size_t kBatchFindings = 1024;
constexpr std::size_t kBatchBytes = 4'000'000;

}  // namespace

FindingRows::FindingRows(FindingTable& table, const std::string& run_id, const Rule& rule, const std::string& site,
                         const RuleLimits& limits)
    : table_(table), run_id_(run_id), rule_(rule), limits_(limits), batch_(rule, site) {
  table_.clear();
}

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
  auto known = table_.find(finding.id);
  if (!known) return false;
  merge(*known, finding);
  table_.update(finding.id, *known);
  return true;
}

void FindingRows::insert(const Finding& finding) {
  table_.insert(finding, batch_.title(finding), batch_.remedy(finding));
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

void FindingRows::forget() { table_.forget(run_id_, rule_.id); }

void FindingRows::finish(bool whole, FindingCounts& counts) {
  flush();
  if (overflows()) {
    batch_.add(rest(whole));
    insert(batch_.all().front());
    batch_.clear();
  }
  forget();
  table_.keep(run_id_, rule_.id, counts);
}

}  // namespace ucready::db
