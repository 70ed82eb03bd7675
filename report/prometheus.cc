// Figures for Prometheus (text format 0.0.4): what a nightly scan is watched by. Gauges, all of the newest runs.
#include <fmt/format.h>

#include <initializer_list>
#include <ostream>
#include <utility>

#include "core/printable.h"
#include "core/time.h"
#include "report/format.h"
#include "report/one_page.h"

namespace ucready::report {
namespace {

// Backslash, quote and line end are escaped; printable() has left no line end.
std::string label_value(const std::string& text) {
  std::string value;
  for (const char c : printable(text, 256)) {
    if (c == '"' || c == '\\') value += '\\';
    value += c;
  }
  return value;
}

class Metrics {
 public:
  explicit Metrics(std::ostream& out) : out_(out) {}

  void begin(std::string_view name, std::string_view help) {
    name_ = name;
    out_ << fmt::format("# HELP ucready_{0} {1}\n# TYPE ucready_{0} gauge\n", name, help);
  }
  void value(std::initializer_list<std::pair<const char*, std::string>> labels, std::int64_t value) {
    std::string all;
    for (const auto& [label, text] : labels)
      all += fmt::format("{}{}=\"{}\"", all.empty() ? "" : ",", label, label_value(text));
    out_ << fmt::format("ucready_{}{{{}}} {}\n", name_, all, value);
  }

 private:
  std::ostream& out_;
  std::string_view name_;
};

std::int64_t number(const Rows& rows, const char* column) { return rows.integer(column).value_or(0); }

std::int64_t seconds(const std::string& moment) {
  const auto time = parse_iso8601(moment);
  return time ? time->time_since_epoch().count() : 0;
}

void tell_runs(const Document& document, Metrics& metrics) {
  metrics.begin("last_run_timestamp_seconds", "When the newest run of each kind began.");
  for (Rows run = document.runs(); run.next();)
    metrics.value({{"site", run.text("site")}, {"kind", run.text("kind")}}, seconds(run.text("started_at")));
  metrics.begin("last_run_done", "1 where that run came to its end; 0: it was cut short, or still runs.");
  for (Rows run = document.runs(); run.next();)
    metrics.value({{"site", run.text("site")}, {"kind", run.text("kind")}}, run.text("status") == "done" ? 1 : 0);
}

void tell_seen(const Document& document, Metrics& metrics) {
  metrics.begin("interfaces", "Interfaces of the newest scan, by what they answered.");
  Rows states = document.ask(
      "SELECT i.site, i.state, count(*) AS n FROM v_interface AS i JOIN v_run AS r ON r.run_id = i.run_id"
      " WHERE i.run_id IN {newest} AND r.kind = 'scan' GROUP BY 1, 2 ORDER BY 1, 2");
  while (states.next())
    metrics.value({{"site", states.text("site")}, {"state", states.text("state")}}, number(states, "n"));
  metrics.begin("certificate_expiry_timestamp_seconds", "When a leaf that a cluster shows ends.");
  Rows leaves = document.ask(
      "SELECT DISTINCT i.site, i.cluster, c.subject, substr(c.sha256, 1, 16) AS sha256, c.not_after FROM interface AS i"
      " JOIN interface_chain AS o ON o.run_id = i.run_id AND o.n = i.n JOIN chain AS l ON l.chain_id = o.chain_id AND"
      " l.position = 0 JOIN certificate AS c ON c.sha256 = l.sha256 WHERE i.run_id IN {newest} AND c.not_after IS NOT"
      " NULL ORDER BY 1, 2, 4");
  while (leaves.next()) {
    metrics.value({{"site", leaves.text("site")},
                   {"cluster", leaves.text("cluster")},
                   {"subject", leaves.text("subject")},
                   {"sha256", leaves.text("sha256")}},
                  seconds(leaves.text("not_after")));
  }
}

void tell_findings(const Document& document, Metrics& metrics) {
  metrics.begin("findings", "Findings by severity; waived: somebody has accepted them until later.");
  Rows counts = document.ask(
      "SELECT f.site, f.severity, coalesce(f.waived_until > strftime('%Y-%m-%dT%H:%M:%SZ', 'now'), 0) AS waived,"
      " count(*) AS n FROM v_finding AS f WHERE f.run_id IN {newest} AND NOT EXISTS (SELECT 1 FROM v_finding AS g WHERE"
      " g.finding_id = f.finding_id AND g.run_id > f.run_id AND g.run_id IN {newest}) AND NOT EXISTS (SELECT 1 FROM"
      " outdone_finding AS o WHERE o.run_id = f.run_id AND o.finding_id = f.finding_id) GROUP BY 1, 2, 3 ORDER BY 1, "
      "2, 3");
  while (counts.next()) {
    metrics.value({{"site", counts.text("site")},
                   {"severity", counts.text("severity")},
                   {"waived", std::to_string(number(counts, "waived"))}},
                  number(counts, "n"));
  }
}

void tell_hops(const std::vector<OnePage>& pages, Metrics& metrics) {
  metrics.begin("hops", "Hops with TLS after each wave of the newest plan (0: today), if nothing is mended.");
  for (const OnePage& page : pages) {
    for (const WaveFigures& wave : page.waves) {
      const auto tell = [&](const char* outcome, std::int64_t count) {
        metrics.value({{"site", page.site}, {"wave", std::to_string(wave.wave)}, {"outcome", outcome}}, count);
      };
      tell("proven", wave.hops.proven);
      tell("robust", wave.hops.robust);
      tell("derived", wave.hops.derived);
      tell("breaks", wave.hops.breaks);
      tell("unknown", wave.hops.unknown);
    }
  }
  metrics.begin("ready", "1 where every hop is known to work today and after every wave.");
  for (const OnePage& page : pages) {
    if (!page.plan_run_id.empty()) metrics.value({{"site", page.site}}, page.ready ? 1 : 0);
  }
}

}  // namespace

void write_prometheus(const Document& document, const Style&, std::ostream& out) {
  Metrics metrics(out);
  tell_runs(document, metrics);
  tell_seen(document, metrics);
  tell_findings(document, metrics);
  tell_hops(one_pages(document), metrics);
}

}  // namespace ucready::report
