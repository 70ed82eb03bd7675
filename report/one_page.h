// The one page that a customer reads: is the estate ready, what breaks when, what to do first. Every figure of it is
// counted here, for every format that shows it.
#pragma once

#include <string>
#include <vector>

#include "report/document.h"
#include "report/hop_figures.h"
#include "report/plan.h"
#include "report/plan_summary.h"

namespace ucready::report {

// Of the cheapest set of changes that saves every hop that can be saved; in the order in which they are to be done.
struct ChosenMend {
  std::string what;
  std::string target;  // Whose system it is done on: its people do it.
  std::int64_t before_wave = 0;
  std::int64_t saves = 0;
  std::int64_t breaks = 0;
  std::int64_t impact = 0;  // 0: nothing goes down.
  std::string restarts;
  std::string precondition;
  std::string path;
  std::string verify;
  std::string undo;
  std::int64_t undo_breaks = 0;
};

// A leaf that ends soon. Whoever holds a copy of it trusts that one alone and refuses its successor.
struct Renewal {
  std::string subject;
  std::string sha256;
  std::string not_after;
  std::int64_t interfaces = 0;
  std::string shown_by;  // Clusters, with commas.
  std::string held_by;   // Clusters that hold a copy; empty: none is known to.
};

struct OnePage {
  std::string site;
  std::string plan_run_id;  // Empty: there is no plan, and of hops nothing is known.
  std::string planned_at;
  std::string verdict;
  bool ready = false;
  std::int64_t without_tls = 0;    // Hops that carry none; no upgrade of TLS changes them.
  std::vector<WaveFigures> waves;  // The first is today.
  PlanFigures figures;
  std::vector<ChosenMend> mends;
  std::int64_t mends_first = 0;            // To be done before the first wave.
  std::int64_t mends_first_no_outage = 0;  // Of these, that take nothing down.
  std::vector<Renewal> renewals;           // Within kRenewalDays, the first 200 to end.
  std::int64_t renewals_in_all = 0;
  std::vector<OpenQuestion> questions;   // Most hops first.
  std::int64_t question_minutes = 0;     // Of all of them.
  std::vector<Rollback> rollbacks;       // Of each wave and cluster that changes its release.
  std::string minimum;                   // A printable sentence; empty: no cluster has a minimum to set.
  std::vector<std::string> not_covered;  // Printable sentences.
};

inline constexpr int kRenewalDays = 200;

// One for each site of which a run is told. Throws SQLite::Exception.
std::vector<OnePage> one_pages(const Document& document);

}  // namespace ucready::report
