#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <ostream>

#include "core/printable.h"
#include "core/time.h"
#include "report/format.h"
#include "report/one_page_text.h"
#include "report/paragraph.h"
#include "report/plural.h"
#include "report/table_text.h"

namespace ucready::report {
namespace {

constexpr std::size_t kLongestName = 200;
constexpr std::size_t kLongestEvidence = 1200;

struct SeverityLook {
  std::string_view severity;
  std::string_view heading;
  std::string_view colour;  // ECMA-48 section 8.3.117.
};

constexpr std::array kLooks = {
    SeverityLook{"critical", "CRITICAL", "\x1b[1;35m"},
    SeverityLook{"high", "HIGH", "\x1b[1;31m"},
    SeverityLook{"medium", "MEDIUM", "\x1b[1;33m"},
    SeverityLook{"low", "LOW", "\x1b[1;36m"},
    SeverityLook{"info", "INFO", "\x1b[1m"},
};

std::string shown(const Rows& rows, std::string_view column) { return printable(rows.text(column), kLongestName); }

void write_runs(const Document& document, const Style& style, std::ostream& out) {
  for (Rows run = document.runs(); run.next();) {
    const std::string site = shown(run, "site");
    const std::string finished = shown(run, "finished_at");
    write_paragraph(out, "",
                    fmt::format("{}{}, {} to {}, {} (run {})", shown(run, "kind"), site.empty() ? "" : " of " + site,
                                shown(run, "started_at"), finished.empty() ? "?" : finished, shown(run, "status"),
                                shown(run, "run_id")),
                    style.columns);
  }
  std::vector<std::string> states;
  std::int64_t interfaces = 0;
  for (const auto& [state, count] : document.interface_states()) {
    states.push_back(fmt::format("{} {}", count, printable(state, kLongestName)));
    interfaces += count;
  }
  if (interfaces > 0) {
    write_paragraph(out, "", fmt::format("{} interfaces: {}", interfaces, fmt::join(states, ", ")), style.columns);
  }
  for (const std::string& doubt : document.doubts()) write_paragraph(out, "! ", printable(doubt), style.columns);
}

std::string place(const Rows& rows) {
  std::string place = shown(rows, "cluster");
  const auto append = [&](std::string_view separator, const std::string& word) {
    if (word.empty()) return;
    if (!place.empty()) place += separator;
    place += word;
  };
  append("/", shown(rows, "node"));
  std::string address = shown(rows, "address");
  if (address.find(':') != std::string::npos) address = "[" + address + "]";
  const std::string port = rows.text("port");
  append(" ", port.empty() || address.empty() ? address + port : address + ":" + port);
  append(" ", shown(rows, "protocol"));
  if (const std::string client = shown(rows, "hop_client"); !client.empty()) {
    append(", ", client + " -> " + shown(rows, "hop_server"));
  }
  if (const std::string wave = rows.text("wave"); !wave.empty()) append(", ", "wave " + wave);
  return place.empty() ? shown(rows, "site") : place;
}

// Findings come gravest first and by rule, so one heading stands over all that share title and remedy.
class FindingList {
 public:
  FindingList(const Style& style, std::ostream& out) : style_(style), out_(out) {}

  void add(const Rows& finding) {
    const std::string severity = finding.text("severity");
    if (counts_.empty() || counts_.back().first != severity) {
      counts_.emplace_back(severity, 0);
      heading(severity);
      cause_.clear();
    }
    ++counts_.back().second;
    const std::string title = shown(finding, "title");
    const std::string remedy = printable(finding.text("remedy"), kLongestEvidence);
    if (const std::string cause = shown(finding, "rule") + "\n" + title + "\n" + remedy; cause != cause_) {
      cause_ = cause;
      out_ << '\n';
      write_paragraph(out_, "  ", fmt::format("{} [{}]", title, shown(finding, "rule")), style_.columns);
      write_paragraph(out_, "  Remedy: ", remedy, style_.columns);
    }
    write_paragraph(out_, "  - ", place(finding), style_.columns);
    if (const std::string until = shown(finding, "waived_until"); until > now_) {
      ++waived_;
      write_paragraph(out_, "    ", fmt::format("(waived until {})", until), style_.columns);
    }
    write_paragraph(out_, "    ", printable_once_more(finding.text("evidence"), kLongestEvidence), style_.columns);
  }

  void summary(bool narrowed) const {
    std::size_t total = 0;
    std::vector<std::string> parts;
    for (const auto& [severity, count] : counts_) {
      total += count;
      parts.push_back(fmt::format("{} {}", count, severity));
    }
    const std::string_view which = narrowed ? " of those asked for" : "";
    out_ << '\n';
    if (total == 0) {
      out_ << fmt::format("No findings{}.\n", which);
    } else {
      write_paragraph(out_, "",
                      fmt::format("{}{}: {}{}.", plural(total, "finding", "findings"), which, fmt::join(parts, ", "),
                                  waived_ == 0 ? "" : fmt::format("; {} of them waived", waived_)),
                      style_.columns);
    }
  }

 private:
  void heading(const std::string& severity) {
    const auto* look = std::ranges::find(kLooks, severity, &SeverityLook::severity);
    const bool known = look != kLooks.end();
    const std::string words = known ? std::string(look->heading) : printable(severity, kLongestName);
    out_ << '\n' << (style_.colour && known ? fmt::format("{}{}\x1b[0m", look->colour, words) : words) << '\n';
  }

  const Style& style_;
  std::ostream& out_;
  std::vector<std::pair<std::string, std::size_t>> counts_;
  std::string cause_;
  const std::string now_ = to_iso8601(now());
  std::size_t waived_ = 0;
};

}  // namespace

void write_text(const Document& document, const Style& style, std::ostream& out) {
  if (document.is_table()) return write_table_text(document, style, out);
  write_runs(document, style, out);
  if (!document.narrowed()) {
    for (const OnePage& page : one_pages(document)) {
      if (page.plan_run_id.empty()) continue;
      out << '\n';
      write_one_page(page, style.columns, out);
    }
  }
  FindingList list(style, out);
  for (Rows findings = document.findings_and_waivers(); findings.next();) list.add(findings);
  list.summary(document.narrowed());
}

}  // namespace ucready::report
