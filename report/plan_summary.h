// What a plan says beyond its hops: how high a minimum can be set, what going back breaks, what to find out first.
#pragma once

#include <cstdint>
#include <iosfwd>
#include <string>
#include <vector>

#include "db/database.h"
#include "report/rows.h"

namespace ucready::report {

// A fact that is not known of some nodes of a cluster, and on which hops turn.
struct OpenQuestion {
  std::string cluster;
  std::string fact;
  std::string path;
  std::int64_t nodes = 0;
  std::int64_t minutes = 0;  // For all nodes.
  std::int64_t hops = 0;
};

// One cluster back where it stood before a wave: pairs of nodes that break then.
struct Rollback {
  std::int64_t wave = 0;
  std::string cluster;
  std::string release;
  std::int64_t breaks_at_once = 0;
  std::int64_t breaks_at_last = 0;  // After all other waves.
};

// They throw as SQLiteCpp does. Questions: most hops first. Rollbacks: of each wave and cluster that changes its
// release.
std::vector<OpenQuestion> open_questions(const RowSource& rows, const std::string& run_id);
std::vector<Rollback> rollbacks(const RowSource& rows, const std::string& run_id);

// The site's line of write_minimums: how high a minimum can be set, and what the next one breaks; empty: the plan has
// none.
std::string site_minimum(const RowSource& rows, const std::string& run_id);

// Nothing where the plan has no such rows. They throw as SQLiteCpp does.
void write_minimums(const db::Database& database, const std::string& run_id, std::ostream& out, std::size_t columns);
void write_rollbacks(const db::Database& database, const std::string& run_id, std::ostream& out, std::size_t columns);
void write_evidence(const db::Database& database, const std::string& run_id, std::ostream& out, std::size_t columns);

}  // namespace ucready::report
