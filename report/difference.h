// What changed between two runs of a site, or between two days: one row a change, the same columns for every kind of
// thing.
#pragma once

#include <iosfwd>
#include <span>
#include <string>
#include <vector>

#include "core/result.h"
#include "report/format.h"
#include "report/rows.h"

namespace ucready::report {

// Runs on each side; only kinds of runs that both sides have are compared.
struct Comparison {
  std::vector<std::string> from;
  std::vector<std::string> to;
  std::vector<std::string> same;  // Runs that stand on both sides: a finding of theirs has neither come nor gone.
};

// `from` and `to`: a run's id or the beginning of one, or a day or moment: the newest run of each kind and site begun
// by then (a day counts to its end). Both empty: the newest run of each kind and site against the one before. An error
// says which word stands for no run, or that there is nothing to compare.
Result<Comparison> comparison_of(const db::Database& database, const std::string& from, const std::string& to);

// Columns: subject (certificate, version, interface, node, fact, hop, handshake, finding), change, site, cluster, node,
// address, port, protocol, what, before, after, finding_id. Throws SQLite::Exception.
Rows difference_rows(const RowSource& rows, const Comparison& comparison);

struct DifferenceFormat {
  std::string_view name;
  void (*write)(Rows rows, const Style& style, std::ostream& out);
};
std::span<const DifferenceFormat> difference_formats();

// Streams one state of the database.
Result<void> write_difference(const db::Database& database, const Comparison& comparison,
                              const DifferenceFormat& format, const Style& style, std::ostream& out);

}  // namespace ucready::report
