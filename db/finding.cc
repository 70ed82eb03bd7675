#include "db/finding.h"

#include <algorithm>
#include <utility>

#include "core/digest.h"

namespace ucready::db {
namespace {

constexpr std::size_t kIdBytes = 8;
constexpr std::size_t kLongestText = 4096;

// Cuts between two characters of UTF-8, not inside one.
void cut(std::string& text) {
  constexpr std::string_view kMark = "...";
  if (text.size() <= kLongestText) return;
  std::size_t end = kLongestText - kMark.size();
  const auto continues = [&](std::size_t at) { return (static_cast<unsigned char>(text[at]) & 0xc0) == 0x80; };
  for (int i = 0; i < 3 && end > 0 && continues(end); ++i) --end;
  text.resize(end);
  text += kMark;
}

Finding make_finding(const Rule& rule, const std::string& run_site, RuleRow row) {
  if (row.site.empty()) row.site = run_site;
  Finding finding;
  finding.id = finding_id(rule.id, row);
  finding.severity = parse_severity(row.severity).value_or(rule.severity);
  finding.confidence = row.confidence.empty() ? "observed" : row.confidence;
  for (std::string* text : {&row.title, &row.evidence, &row.remedy}) cut(*text);
  finding.row = std::move(row);
  return finding;
}

// Rows may come from anywhere: no field of theirs has a bound but that of SQLite's values.
std::size_t bytes_of(const Finding& finding) {
  constexpr std::size_t kFrame = sizeof(Finding) + 4 * sizeof(void*);
  std::size_t bytes = kFrame + finding.id.size();
  const RuleRow& row = finding.row;
  for (const std::string* text : {&row.site, &row.cluster, &row.node, &row.address, &row.protocol, &row.hop_client,
                                  &row.hop_server, &row.title, &row.evidence, &row.remedy, &row.subject}) {
    bytes += text->size();
  }
  return bytes;
}

}  // namespace

std::string finding_id(const std::string& rule_id, const RuleRow& row) {
  Sha256 digest;
  digest.field(rule_id);
  for (const std::string* field : {&row.site, &row.cluster, &row.node}) digest.field(*field);
  // A node keeps its findings when its address changes.
  digest.field(row.node.empty() ? row.address : "");
  digest.field(row.port ? std::to_string(*row.port) : "");
  for (const std::string* field : {&row.protocol, &row.hop_client, &row.hop_server, &row.subject}) digest.field(*field);
  return to_hex(ByteView(digest.finish()).first(kIdBytes));
}

void merge(Finding& into, const Finding& from) {
  into.severity = std::max(into.severity, from.severity);
  if (from.row.wave && (!into.row.wave || *from.row.wave < *into.row.wave)) into.row.wave = from.row.wave;
  std::string& evidence = into.row.evidence;
  if (from.row.evidence.empty() || evidence.find(from.row.evidence) != std::string::npos) return;
  if (!evidence.empty()) evidence += "; ";
  evidence += from.row.evidence;
  cut(evidence);
}

FindingBatch::FindingBatch(const Rule& rule, const std::string& run_site)
    : rule_(rule), run_site_(run_site), title_(rule.title), remedy_(rule.remedy) {
  cut(title_);
  cut(remedy_);
}

const std::string& FindingBatch::title(const Finding& finding) const {
  return finding.row.title.empty() ? title_ : finding.row.title;
}

const std::string& FindingBatch::remedy(const Finding& finding) const {
  return finding.row.remedy.empty() ? remedy_ : finding.row.remedy;
}

void FindingBatch::add(RuleRow row) {
  Finding finding = make_finding(rule_, run_site_, std::move(row));
  if (const auto known = by_id_.find(finding.id); known != by_id_.end()) return merge(*known->second, finding);
  Finding& kept = findings_.emplace_back(std::move(finding));
  by_id_.emplace(kept.id, &kept);
  bytes_ += bytes_of(kept);
}

void FindingBatch::clear() {
  by_id_.clear();
  findings_.clear();
  bytes_ = 0;
}

}  // namespace ucready::db
