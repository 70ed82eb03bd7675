#include "db/finding.h"

#include <algorithm>
#include <map>

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
  if (row.title.empty()) row.title = rule.title;
  if (row.remedy.empty()) row.remedy = rule.remedy;
  for (std::string* text : {&row.title, &row.evidence, &row.remedy}) cut(*text);
  finding.row = std::move(row);
  return finding;
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

std::vector<Finding> make_findings(const Rule& rule, const std::string& run_site, std::vector<RuleRow> rows) {
  std::vector<Finding> findings;
  std::map<std::string, std::size_t> place;
  for (RuleRow& row : rows) {
    Finding finding = make_finding(rule, run_site, std::move(row));
    const auto [at, fresh] = place.emplace(finding.id, findings.size());
    if (fresh) {
      findings.push_back(std::move(finding));
    } else {
      merge(findings[at->second], finding);
    }
  }
  return findings;
}

}  // namespace ucready::db
