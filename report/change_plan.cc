// The change plan ("method of procedure") in Markdown: step by step what is done, by whom, what to see, how to go back.
// Every sentence comes from the newest plan and the catalogue's mends; what they do not say is a line to fill in.
#include <fmt/format.h>

#include <algorithm>
#include <ostream>

#include "core/printable.h"
#include "report/format.h"
#include "report/one_page.h"
#include "report/plan_words.h"

namespace ucready::report {
namespace {

constexpr const char* kToFillIn = "________";

// What Markdown or the HTML in it would take for more than text.
std::string plain(const std::string& text) {
  std::string all;
  for (const char c : printable(text)) {
    switch (c) {
      case '<':
        all += "&lt;";
        break;
      case '>':
        all += "&gt;";
        break;
      case '&':
        all += "&amp;";
        break;
      default:
        if (std::string_view("\\`*_{}[]#!|~").find(c) != std::string_view::npos) all += '\\';
        all += c;
    }
  }
  return all;
}

std::string or_blank(const std::string& text) { return text.empty() ? kToFillIn : plain(text); }

std::string impact_words(std::int64_t impact) {
  constexpr std::int64_t kNode = 10, kPhones = 100, kAim = 1000;  // As the catalogue counts it (docs/catalogue.md).
  if (impact == 0) return "nothing goes down";
  if (impact < kNode) return "a service restarts";
  if (impact < kPhones) return "a node restarts";
  if (impact < kAim) return "phones or trunks lose their connection";
  return "an aim of the plan is given up";
}

std::string hops(std::int64_t count) { return plural(count, "hop", "hops"); }

class Steps {
 public:
  explicit Steps(std::ostream& out) : out_(out) {}

  void begin(const std::string& title) { out_ << fmt::format("\n## Step {}: {}\n\n", next_++, title); }
  void line(const char* what, const std::string& text) { out_ << fmt::format("- **{}:** {}\n", what, text); }
  void end() {
    line("Duration", fmt::format("{} planned, {} taken", kToFillIn, kToFillIn));
    out_ << fmt::format("- [ ] **Go / no-go:** decided by {} at {}\n", kToFillIn, kToFillIn);
  }

 private:
  std::ostream& out_;
  int next_ = 0;
};

void write_preparation(const OnePage& page, Steps& steps, std::ostream& out) {
  steps.begin("find out, and make sure of the way back");
  steps.line("Who", kToFillIn);
  steps.line("Do", "back up every cluster named below (DRS or the product's own way), and keep this database");
  if (!page.questions.empty()) {
    steps.line("Find out", fmt::format("{} min in all; a hop that is not known may break:", page.question_minutes));
    for (const OpenQuestion& question : page.questions) {
      out << fmt::format("  - [ ] {} min: {}{}. {}. ({} on it)\n", question.minutes, plain(question.fact),
                         question.nodes > 1 ? fmt::format(" ({} nodes)", question.nodes) : "", or_blank(question.path),
                         plural(question.hops, "hop turns", "hops turn"));
    }
  }
  steps.line("Verify", "plan again; the figures below are those to expect");
  steps.end();
}

void write_mend(const ChosenMend& mend, Steps& steps) {
  steps.begin(plain(mend.what));
  steps.line("When",
             mend.before_wave == 0 ? "now: it is broken today" : fmt::format("before wave {}", mend.before_wave));
  steps.line("Who", fmt::format("{}, on {}", kToFillIn, plain(mend.target)));
  steps.line("Needs", or_blank(mend.precondition));
  steps.line("Do", or_blank(mend.path));
  steps.line("Restarts", mend.restarts.empty() ? "none" : plain(mend.restarts));
  steps.line("Impact", impact_words(mend.impact));
  steps.line("Expected", fmt::format("{} that would break {}", hops(mend.saves), mend.saves == 1 ? "works" : "work"));
  steps.line("Verify", or_blank(mend.verify));
  steps.line("Rollback",
             fmt::format("{} (after the last wave that breaks {})", or_blank(mend.undo), hops(mend.undo_breaks)));
  steps.end();
}

std::string moves_text(const WaveFigures& wave) {
  std::string text;
  for (const WaveMove& move : wave.moves)
    text += fmt::format("{}{}: {}", text.empty() ? "" : "; ", plain(move.cluster), plain(move.change));
  return text.empty() ? "nothing moves" : text;
}

void write_wave(const OnePage& page, const WaveFigures& wave, Steps& steps, std::ostream& out) {
  steps.begin(fmt::format("wave {}{}", wave.wave, wave.date.empty() ? "" : ", " + plain(wave.date)));
  steps.line("Who", kToFillIn);
  steps.line("Do", moves_text(wave));
  steps.line("Meanwhile", wave.mixed_breaks == 0
                              ? "no hop is known to break that does not break before or after"
                              : fmt::format("{} in states that stand only during the wave", hops(wave.mixed_breaks)));
  steps.line("Expected",
             fmt::format("if nothing was mended: {} work, {} break, {} unknown of {}; a step above that was done "
                         "takes its hops off those that break",
                         wave.hops.works(), wave.hops.breaks, wave.hops.unknown, wave.hops.all()));
  steps.line("Verify",
             fmt::format("put the new releases into the site file, `ucready scan`, `ucready capture`, then `ucready "
                         "plan --verify --wave {}`: nothing may be worse",
                         wave.wave));
  for (const Rollback& back : page.rollbacks) {
    if (back.wave != wave.wave) continue;
    out << fmt::format("- **Rollback** of {} to {}: {} at once, {} after the last wave\n", plain(back.cluster),
                       plain(back.release),
                       back.breaks_at_once == 0 ? "breaks nothing" : "breaks " + hops(back.breaks_at_once),
                       back.breaks_at_last == 0 ? "nothing" : hops(back.breaks_at_last));
  }
  steps.end();
}

void write_plan(const OnePage& page, std::ostream& out) {
  out << fmt::format("# Change plan{}\n\n{}\n\nFrom the plan of {} (run {}).\n",
                     page.site.empty() ? "" : " of " + plain(page.site), page.verdict, plain(page.planned_at),
                     plain(page.plan_run_id));
  if (page.waves.empty()) return;
  out << "\n| after | date | work | break | unknown |\n|---|---|---:|---:|---:|\n";
  for (const WaveFigures& wave : page.waves) {
    out << fmt::format("| {} | {} | {} | {} | {} |\n", wave.wave == 0 ? "today" : fmt::format("wave {}", wave.wave),
                       plain(wave.date), wave.hops.works(), wave.hops.breaks, wave.hops.unknown);
  }
  out << fmt::format("\n{} without TLS are not touched. The figures hold if nothing is mended.\n",
                     hops(page.without_tls));
  Steps steps(out);
  write_preparation(page, steps, out);
  auto mend = page.mends.begin();
  for (const WaveFigures& wave : page.waves) {
    for (; mend != page.mends.end() && mend->before_wave <= wave.wave; ++mend) write_mend(*mend, steps);
    if (wave.wave > 0) write_wave(page, wave, steps, out);
  }
  steps.begin("afterwards");
  steps.line("Minimum version", page.minimum.empty() ? "no cluster has one to set" : page.minimum);
  steps.line("Renewals", page.renewals.empty()
                             ? "no leaf ends within 200 days"
                             : fmt::format("{} leaves end within 200 days, the first on {}", page.renewals_in_all,
                                           plain(page.renewals.front().not_after)));
  for (const std::string& gap : page.not_covered) out << fmt::format("- **Not covered:** {}\n", plain(gap));
  steps.end();
}

}  // namespace

void write_change_plan(const Document& document, const Style&, std::ostream& out) {
  bool first = true;
  for (const OnePage& page : one_pages(document)) {
    if (!first) out << "\n---\n\n";
    first = false;
    write_plan(page, out);
  }
}

}  // namespace ucready::report
