// The one page as JSON for a script element.
#include <fmt/format.h>

#include <ostream>

#include "core/printable.h"
#include "report/html.h"
#include "report/json_text.h"

namespace ucready::report {
namespace {

// Writes the members of one object, in the order in which they are told.
class Object {
 public:
  explicit Object(std::ostream& out) : out_(out) { out_ << '{'; }
  ~Object() { out_ << '}'; }
  Object(const Object&) = delete;
  Object& operator=(const Object&) = delete;

  // Text of others; what the program wrote is printable already and goes through ready().
  void text(const char* name, const std::string& value) { ready(name, printable(value)); }
  void ready(const char* name, const std::string& value) { key(name) << script_string(value); }
  void number(const char* name, std::int64_t value) { key(name) << value; }

  template <typename Items, typename Write>
  void list(const char* name, const Items& items, Write write) {
    key(name) << '[';
    const char* separator = "";
    for (const auto& item : items) {
      out_ << separator;
      write(item);
      separator = ",\n";
    }
    out_ << ']';
  }

 private:
  std::ostream& key(const char* name) {
    out_ << separator_ << '"' << name << "\":";
    separator_ = ",";
    return out_;
  }

  std::ostream& out_;
  const char* separator_ = "";
};

void write(const WaveFigures& wave, std::ostream& out) {
  Object object(out);
  object.number("wave", wave.wave);
  object.text("date", wave.date);
  object.number("proven", wave.hops.proven);
  object.number("robust", wave.hops.robust);
  object.number("derived", wave.hops.derived);
  object.number("breaks", wave.hops.breaks);
  object.number("unknown", wave.hops.unknown);
  object.number("mixed", wave.mixed_breaks);
  object.list("moves", wave.moves, [&](const WaveMove& move) {
    Object one(out);
    one.text("cluster", move.cluster);
    one.text("change", move.change);
  });
}

void write(const ChosenMend& mend, std::ostream& out) {
  Object object(out);
  object.text("what", mend.what);
  object.text("target", mend.target);
  object.number("before_wave", mend.before_wave);
  object.number("saves", mend.saves);
  object.number("impact", mend.impact);
  object.text("restarts", mend.restarts);
  object.text("precondition", mend.precondition);
  object.text("path", mend.path);
  object.text("verify", mend.verify);
  object.text("undo", mend.undo);
  object.number("undo_breaks", mend.undo_breaks);
}

void write(const Renewal& renewal, std::ostream& out) {
  Object object(out);
  object.text("subject", renewal.subject);
  object.text("sha256", renewal.sha256);
  object.text("not_after", renewal.not_after);
  object.number("interfaces", renewal.interfaces);
  object.text("shown_by", renewal.shown_by);
  object.text("held_by", renewal.held_by);
}

void write(const OpenQuestion& question, std::ostream& out) {
  Object object(out);
  object.text("cluster", question.cluster);
  object.text("fact", question.fact);
  object.text("path", question.path);
  object.number("nodes", question.nodes);
  object.number("minutes", question.minutes);
  object.number("hops", question.hops);
}

void write(const Rollback& back, std::ostream& out) {
  Object object(out);
  object.number("wave", back.wave);
  object.text("cluster", back.cluster);
  object.text("release", back.release);
  object.number("at_once", back.breaks_at_once);
  object.number("at_last", back.breaks_at_last);
}

void write(const OnePage& page, std::ostream& out) {
  const auto each = [&](const auto& item) { write(item, out); };
  Object object(out);
  object.text("site", page.site);
  object.text("plan", page.plan_run_id);
  object.text("planned_at", page.planned_at);
  object.ready("verdict", page.verdict);
  object.number("ready", page.ready ? 1 : 0);
  object.number("without_tls", page.without_tls);
  object.number("breaks_later", static_cast<std::int64_t>(page.figures.break_at_some_wave));
  object.number("mends_first", page.mends_first);
  object.number("mends_first_no_outage", page.mends_first_no_outage);
  object.number("question_minutes", page.question_minutes);
  object.number("renewals_in_all", page.renewals_in_all);
  object.ready("minimum", page.minimum);
  object.list("waves", page.waves, each);
  object.list("mends", page.mends, each);
  object.list("renewals", page.renewals, each);
  object.list("questions", page.questions, each);
  object.list("rollbacks", page.rollbacks, each);
  object.list("not_covered", page.not_covered, [&](const std::string& text) { out << script_string(text); });
}

}  // namespace

void write_one_pages(const std::vector<OnePage>& pages, std::ostream& out) {
  out << '[';
  const char* separator = "";
  for (const OnePage& page : pages) {
    out << separator;
    write(page, out);
    separator = ",\n";
  }
  out << ']';
}

}  // namespace ucready::report
