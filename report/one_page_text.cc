#include "report/one_page_text.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <ostream>

#include "report/paragraph.h"
#include "report/plan_words.h"

namespace ucready::report {
namespace {

// So many of a list stand on the page; the plan and the tables have all.
constexpr std::size_t kMostLines = 6;
constexpr std::size_t kLongestName = 120;

std::string shown(const std::string& text) { return printable(text, kLongestName); }

class Page {
 public:
  Page(std::size_t columns, std::ostream& out) : columns_(columns), out_(out) {}

  void line(std::string_view label, const std::string& text) {
    write_paragraph(out_, fmt::format("  {:<10}", label), text, columns_);
  }
  void heading(const char* text) {
    out_ << '\n';
    write_paragraph(out_, "", text, columns_);
  }
  void item(const std::string& lead, const std::string& text) { write_paragraph(out_, lead, text, columns_); }
  void rest(std::size_t total, const char* where) {
    if (total > kMostLines)
      write_paragraph(out_, "  ", fmt::format("and {} more: {}", total - kMostLines, where), columns_);
  }

 private:
  std::size_t columns_;
  std::ostream& out_;
};

std::string hops_text(const HopFigures& hops) {
  return fmt::format("{} work ({} proven, {} robust, {} derived), {} break, {} unknown", hops.works(), hops.proven,
                     hops.robust, hops.derived, hops.breaks, hops.unknown);
}

std::string moves_text(const WaveFigures& wave) {
  std::vector<std::string> told;
  for (std::size_t n = 0; n < std::min(wave.moves.size(), kMostLines); ++n)
    told.push_back(fmt::format("{}: {}", shown(wave.moves[n].cluster), shown(wave.moves[n].change)));
  const std::size_t left = wave.moves.size() - told.size();
  return fmt::format("{}{}", fmt::join(told, "; "), left == 0 ? "" : fmt::format(" and {} more", left));
}

void write_hops(const OnePage& one, Page& page) {
  page.heading("Hops, and what breaks if nothing is mended");
  page.line("in all",
            fmt::format("{}: {} without TLS, which no step changes, and {} with TLS",
                        one.without_tls + one.waves.front().hops.all(), one.without_tls, one.waves.front().hops.all()));
  for (const WaveFigures& wave : one.waves) {
    const std::string name = wave.wave == 0 ? "today" : fmt::format("wave {}", wave.wave);
    page.line(name,
              fmt::format("{}{}{}", hops_text(wave.hops),
                          wave.mixed_breaks > 0 ? fmt::format("; {} while it is under way",
                                                              plural(wave.mixed_breaks, "state breaks", "states break"))
                                                : "",
                          wave.wave == 0 ? ""
                                         : fmt::format(". {}{}", wave.date.empty() ? "" : shown(wave.date) + ", ",
                                                       moves_text(wave))));
  }
}

void write_mends(const OnePage& one, Page& page) {
  if (one.mends.empty()) return;
  page.heading("Mend first");
  for (std::size_t n = 0; n < std::min(one.mends.size(), kMostLines); ++n) {
    const ChosenMend& mend = one.mends[n];
    page.item(fmt::format("  {:>2}. ", n + 1),
              fmt::format("{}: {}. Saves {}. Outage: {}. Done on {}. Undo: {}, which breaks {}.",
                          mend.before_wave == 0 ? "Now" : fmt::format("Before wave {}", mend.before_wave),
                          printable(mend.what), plural(mend.saves, "hop", "hops"),
                          mend.restarts.empty() ? "none" : printable(mend.restarts), shown(mend.target),
                          mend.undo.empty() ? "not said" : printable(mend.undo), mend.undo_breaks));
  }
  page.rest(one.mends.size(), "'ucready plan' has them all");
}

void write_renewals(const OnePage& one, Page& page) {
  if (one.renewals.empty()) return;
  page.heading("Certificates that end within 200 days");
  for (std::size_t n = 0; n < std::min(one.renewals.size(), kMostLines); ++n) {
    const Renewal& renewal = one.renewals[n];
    page.item(
        "  " + renewal.not_after.substr(0, 10) + "  ",
        fmt::format("{} on {}{}. {}", shown(renewal.subject), plural(renewal.interfaces, "interface", "interfaces"),
                    renewal.shown_by.empty() ? "" : " of " + shown(renewal.shown_by),
                    renewal.held_by.empty()
                        ? "Nobody is known to hold a copy."
                        : "A copy is held, and has to be replaced, in " + shown(renewal.held_by) + "."));
  }
  page.rest(static_cast<std::size_t>(one.renewals_in_all), "'ucready report --rule certificate-expires-soon' has them");
}

void write_questions(const OnePage& one, Page& page) {
  if (one.questions.empty()) return;
  page.heading("Find out");
  page.item("  ", fmt::format("{} h {:02} min in all settle what is unknown:", one.question_minutes / 60,
                              one.question_minutes % 60));
  for (std::size_t n = 0; n < std::min(one.questions.size(), kMostLines); ++n) {
    const OpenQuestion& question = one.questions[n];
    page.item(fmt::format("  {:>3} min  ", question.minutes),
              fmt::format("{}{}: {}. {} on it.", printable(question.fact),
                          question.nodes > 1 ? fmt::format(" ({} nodes)", question.nodes) : "",
                          printable(question.path), plural(question.hops, "hop turns", "hops turn")));
  }
  page.rest(one.questions.size(), "'ucready report --table evidence' has them");
}

void write_rollbacks(const OnePage& one, Page& page) {
  const auto breaks = [](const Rollback& back) { return back.breaks_at_once > 0 || back.breaks_at_last > 0; };
  const auto count = static_cast<std::size_t>(std::ranges::count_if(one.rollbacks, breaks));
  if (one.rollbacks.empty()) return;
  page.heading("Going back");
  std::size_t told = 0;
  for (const Rollback& back : one.rollbacks) {
    if (!breaks(back) || told++ >= kMostLines) continue;
    page.item("  ", fmt::format("{} back to {} after wave {} breaks {} at once, {} after the last wave.",
                                shown(back.cluster), shown(back.release), back.wave,
                                plural(back.breaks_at_once, "hop", "hops"), back.breaks_at_last));
  }
  page.rest(count, "'ucready plan' has them");
  if (one.rollbacks.size() > count)
    page.item("  ",
              fmt::format("Of {} steps back, {} break nothing.", one.rollbacks.size(), one.rollbacks.size() - count));
}

}  // namespace

void write_one_page(const OnePage& one, std::size_t columns, std::ostream& out) {
  Page page(columns, out);
  write_paragraph(out, "", (one.site.empty() ? "" : shown(one.site) + ": ") + one.verdict, columns);
  if (!one.mends.empty()) {
    write_paragraph(out, "",
                    fmt::format("{} before wave 1, {} of them without an outage.",
                                plural(one.mends_first, "change", "changes"), one.mends_first_no_outage),
                    columns);
  }
  if (!one.waves.empty()) write_hops(one, page);
  write_mends(one, page);
  write_renewals(one, page);
  write_questions(one, page);
  write_rollbacks(one, page);
  if (!one.minimum.empty()) {
    page.heading("Highest minimum version");
    page.item("  ", one.minimum);
  }
  if (!one.not_covered.empty()) page.heading("Not covered");
  for (std::size_t n = 0; n < std::min(one.not_covered.size(), kMostLines); ++n) page.item("  - ", one.not_covered[n]);
  page.rest(one.not_covered.size(), "'ucready report --table plan_note' has the plan's remarks");
}

}  // namespace ucready::report
