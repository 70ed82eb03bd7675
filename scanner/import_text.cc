#include "scanner/import_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <ostream>
#include <set>

#include "core/printable.h"
#include "imports/text_parts.h"
#include "report/plural.h"
#include "scanner/rule_options.h"

namespace ucready::scanner {
namespace {

using report::plural;

constexpr std::size_t kMostExports = 60;
constexpr std::size_t kMostChanges = 100;
constexpr std::size_t kMostUnknown = 40;
constexpr std::size_t kLineBytes = 100;

std::string what_it_told(const imports::Told& told) {
  std::vector<std::string> parts;
  const auto add = [&](std::size_t count, std::string_view one, std::string_view many) {
    if (count > 0) parts.push_back(plural(count, one, many));
  };
  add(told.facts.size(), "fact", "facts");
  add(told.identities.size(), "own certificate", "own certificates");
  add(told.stores.size(), "trust store", "trust stores");
  add(told.lists.size(), "trust list", "trust lists");
  add(told.hops.size(), "hop", "hops");
  add(told.profiles.size(), "security profile", "security profiles");
  add(told.phones.size(), "phone", "phones");
  add(told.pools.size(), "device pool", "device pools");
  add(told.members.size(), "member of a group", "members of a group");
  add(told.srsts.size(), "SRST reference", "SRST references");
  add(told.users.size(), "membership of an application user", "memberships of application users");
  add(told.sessions.size(), "connection", "connections");
  return parts.empty() ? "nothing" : fmt::format("{}", fmt::join(parts, ", "));
}

void write_exports(const ImportSummary& summary, std::ostream& out) {
  for (std::size_t n = 0; n < std::min(summary.exports.size(), kMostExports); ++n) {
    const imports::Told& told = summary.exports[n];
    const db::ImportSource& source = summary.estate.sources[n];
    const std::string whose = source.cluster.empty() ? "of nobody known"
                              : source.node.empty()  ? "of " + source.cluster
                                                     : fmt::format("of {}/{}", source.cluster, source.node);
    out << fmt::format("{} ({}) {}: {}{}\n", printable(told.path), told.format, printable(whose), what_it_told(told),
                       told.partial ? "; not whole" : "");
  }
  if (summary.exports.size() > kMostExports) {
    out << fmt::format("and {} more exports: 'ucready report --table import'\n", summary.exports.size() - kMostExports);
  }
}

// A line that may hold a secret is told by its place alone.
void write_unknown(const ImportSummary& summary, std::ostream& out) {
  std::size_t lines = 0;
  std::size_t files = 0;
  for (const imports::Told& told : summary.exports) {
    lines += told.unknown_lines;
    files += told.unknown_lines > 0 ? 1 : 0;
  }
  if (lines == 0) return;
  out << fmt::format("\n{} of {} not understood, and no conclusion drawn from them:\n", plural(lines, "line", "lines"),
                     plural(files, "export", "exports"));
  const std::size_t each = std::max<std::size_t>(2, kMostUnknown / files);
  std::size_t shown = 0;
  for (const imports::Told& told : summary.exports) {
    for (std::size_t n = 0; n < std::min(told.unknown.size(), each) && shown < kMostUnknown; ++n, ++shown) {
      const imports::UnknownLine& line = told.unknown[n];
      const std::string text = imports::may_hold_secret(line.text) ? "(not shown: it may hold a secret)"
                                                                   : printable(imports::trimmed(line.text), kLineBytes);
      out << fmt::format("  {}:{}: {}\n", printable(told.path), line.line, text);
    }
  }
  if (shown < lines) out << fmt::format("  and {} more\n", lines - shown);
}

void write_changes(const ImportSummary& summary, std::ostream& out) {
  if (summary.changes.empty()) return;
  out << fmt::format("\nSince the import before, {} changed:\n",
                     plural(summary.changes.size(), "thing has", "things have"));
  for (std::size_t n = 0; n < std::min(summary.changes.size(), kMostChanges); ++n) {
    const db::ImportChange& change = summary.changes[n];
    const auto value = [](const std::string& text) {
      return text.empty() ? std::string("nothing") : printable(text, kLineBytes);
    };
    out << fmt::format("  {}: was {}, is {}\n", printable(change.subject), value(change.before), value(change.after));
  }
  if (summary.changes.size() > kMostChanges)
    out << fmt::format("  and {} more\n", summary.changes.size() - kMostChanges);
}

}  // namespace

void write_import_summary(const ImportSummary& summary, std::ostream& out) {
  const ImportedEstate& estate = summary.estate;
  std::set<std::string> clusters;
  std::set<std::pair<std::string, std::string>> nodes;
  for (const Fact& fact : estate.facts) {
    clusters.insert(fact.cluster);
    if (!fact.node.empty()) nodes.emplace(fact.cluster, fact.node);
  }
  write_exports(summary, out);
  out << fmt::format("\n{} tell{} of {}, {}: {}, {}, {}, {}, {}\n", plural(summary.exports.size(), "export", "exports"),
                     summary.exports.size() == 1 ? "s" : "", plural(clusters.size(), "cluster", "clusters"),
                     plural(nodes.size(), "node", "nodes"), plural(estate.facts.size(), "fact", "facts"),
                     plural(estate.stores.size(), "trust store", "trust stores"),
                     plural(estate.chains.size(), "place with its certificate", "places with their certificates"),
                     plural(estate.hops.size(), "hop", "hops"),
                     plural(estate.sessions.size(), "connection", "connections"));
  write_changes(summary, out);
  write_unknown(summary, out);
  out << fmt::format("\nfindings: {}\n", counts_text(summary.findings));
}

}  // namespace ucready::scanner
