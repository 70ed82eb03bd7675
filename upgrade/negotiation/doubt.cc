#include "upgrade/negotiation/doubt.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

namespace ucready::negotiation {
namespace {

// The choice of one value for each doubt, counted like the digits of a number.
using Choice = std::vector<std::size_t>;

bool next(Choice& choice, const std::vector<Doubt>& doubts) {
  for (std::size_t i = 0; i < choice.size(); ++i) {
    if (++choice[i] < doubts[i].values.size()) return true;
    choice[i] = 0;
  }
  return false;
}

// Stacks nobody measured stand for each of the measured kinds.
template <typename Profile>
void doubt_stack(const Profile& profile, std::string_view side, Profile Ends::*end, std::vector<Doubt>& doubts) {
  const auto kinds = readings(profile.stack);
  if (kinds.size() == 1) return;
  doubts.push_back(doubt_over(fmt::format("how {} (the {}'s stack) chooses", to_text(profile.stack), side), "stack",
                              std::vector<Stack>(kinds.begin(), kinds.end()),
                              [end](Ends& ends, Stack stack) { (ends.*end).stack = stack; }));
}

// Doubts with no value, or with one, are none; the single value is the fact.
std::vector<Doubt> settle(const std::vector<Doubt>& doubts, Ends& ends) {
  std::vector<Doubt> open;
  for (const Doubt& doubt : doubts) {
    if (doubt.values.size() == 1) {
      doubt.values.front()(ends);
    } else if (!doubt.values.empty()) {
      open.push_back(doubt);
    }
  }
  return open;
}

std::optional<std::size_t> count(const std::vector<Doubt>& doubts) {
  std::size_t product = 1;
  for (const Doubt& doubt : doubts) {
    if (doubt.values.size() > kMostCombinations / product) return std::nullopt;
    product *= doubt.values.size();
  }
  return product;
}

// All that the ends may be: settled facts taken, unmeasured stacks added to the doubts. Combinations are numbered as
// Choice counts.
class Spread {
 public:
  Spread(const Ends& ends, const std::vector<Doubt>& given) : base_(ends), doubts_(settle(given, base_)) {
    doubt_stack(base_.client, "client", &Ends::client, doubts_);
    doubt_stack(base_.server, "server", &Ends::server, doubts_);
    combinations_ = count(doubts_);
  }
  [[nodiscard]] const std::vector<Doubt>& doubts() const { return doubts_; }
  [[nodiscard]] std::optional<std::size_t> combinations() const { return combinations_; }  // Nothing: too many.

  void each(const std::function<void(const Ends&)>& visit) const {
    Choice choice(doubts_.size(), 0);
    do {
      Ends ends = base_;  // Anew: a value need not undo what another one of its doubt did.
      apply(choice, ends);
      visit(ends);
    } while (next(choice, doubts_));
  }
  [[nodiscard]] std::string explanation(std::size_t combination) const {
    Choice choice;
    for (const Doubt& doubt : doubts_) {
      choice.push_back(combination % doubt.values.size());
      combination /= doubt.values.size();
    }
    Ends ends = base_;
    apply(choice, ends);
    return negotiate(ends.client, ends.server).explanation;
  }

 private:
  // A later doubt over the same field has the last word, so all are applied each time.
  void apply(const Choice& choice, Ends& ends) const {
    for (std::size_t i = 0; i < doubts_.size(); ++i) doubts_[i].values[choice[i]](ends);
  }

  Ends base_;
  std::vector<Doubt> doubts_;
  std::optional<std::size_t> combinations_;
};

template <typename T>
void keep_common(std::optional<T>& kept, const std::optional<T>& other) {
  if (kept != other) kept.reset();
}

// What all outcomes have in common.
Outcome common_part(const std::vector<Outcome>& outcomes) {
  Outcome kept = outcomes.front();
  for (const Outcome& other : outcomes) {
    keep_common(kept.version, other.version);
    keep_common(kept.suite, other.suite);
    keep_common(kept.group, other.group);
    keep_common(kept.dh_bits, other.dh_bits);
    keep_common(kept.scheme, other.scheme);
    if (kept.server_leaf != other.server_leaf) kept.server_leaf.clear();
    if (kept.client_leaf != other.client_leaf) kept.client_leaf.clear();
  }
  return kept;
}

// Whether two choices that differ in one doubt alone part ways: then that doubt decides.
bool decides(std::size_t index, const std::vector<Doubt>& doubts, const std::vector<Outcome>& outcomes) {
  std::size_t stride = 1;
  for (std::size_t i = 0; i < index; ++i) stride *= doubts[i].values.size();
  const std::size_t values = doubts[index].values.size();
  for (std::size_t at = 0; at < outcomes.size(); ++at) {
    const bool first_value = at / stride % values == 0;
    if (!first_value) continue;
    for (std::size_t v = 1; v < values; ++v) {
      if (outcomes[at].works() != outcomes[at + v * stride].works()) return true;
    }
  }
  return false;
}

// The numbers of all combinations in which every doubt that has an assumed value has that one, rising.
std::vector<std::size_t> as_assumed(const std::vector<Doubt>& doubts, std::size_t combinations) {
  std::vector<std::size_t> kept;
  for (std::size_t at = 0; at < combinations; ++at) {
    std::size_t rest = at;
    const bool assumed = std::ranges::all_of(doubts, [&](const Doubt& doubt) {
      const std::size_t value = rest % doubt.values.size();
      rest /= doubt.values.size();
      return value == doubt.assumed.value_or(value);
    });
    if (assumed) kept.push_back(at);
  }
  return kept;
}

bool agree(const std::vector<Outcome>& outcomes) {
  return std::ranges::all_of(outcomes, [&](const Outcome& o) { return o.works() == outcomes.front().works(); });
}

Verdict robust(const Spread& cases, const std::vector<Outcome>& outcomes) {
  Verdict verdict;
  verdict.grade = Grade::robust;
  verdict.outcome = common_part(outcomes);
  verdict.works = verdict.outcome.works() ? Works::yes : Works::no;
  verdict.explanation = cases.explanation(0);
  if (outcomes.size() > 1) {
    verdict.explanation += fmt::format(" So it is for all {} combinations of what is not known.", outcomes.size());
  }
  return verdict;
}

std::string told(const std::vector<Decisive>& deciding, const char* between) {
  std::vector<std::string> facts;
  for (const Decisive& one : deciding) facts.push_back(one.fact);
  return fmt::format("{}", fmt::join(facts, between));
}

// What is assumed settles the rest, or one of the facts that nobody assumes decides.
Verdict divided(const Spread& cases, const std::vector<Outcome>& outcomes) {
  const std::vector<Doubt>& doubts = cases.doubts();
  Verdict verdict;
  const std::vector<std::size_t> numbers = as_assumed(doubts, outcomes.size());
  std::vector<Outcome> assumed;
  for (const std::size_t number : numbers) assumed.push_back(outcomes[number]);
  const bool derived = agree(assumed);
  std::vector<Doubt> open = doubts;
  if (!derived) std::erase_if(open, [](const Doubt& doubt) { return doubt.assumed.has_value(); });
  for (std::size_t i = 0; i < open.size(); ++i) {
    if ((derived && !open[i].assumed) || !decides(i, open, derived ? outcomes : assumed)) continue;
    verdict.deciding.push_back({open[i].fact, open[i].missing});
  }
  const std::string facts = told(verdict.deciding, " and ");
  if (derived) {
    verdict.grade = Grade::derived;
    verdict.outcome = common_part(assumed);
    verdict.works = verdict.outcome.works() ? Works::yes : Works::no;
    verdict.explanation =
        fmt::format("{} This rests on what is assumed of {}.", cases.explanation(numbers.front()), facts);
    return verdict;
  }
  const auto broken = std::ranges::find_if(numbers, [&](std::size_t number) { return !outcomes[number].works(); });
  verdict.explanation =
      fmt::format("Not known, for it turns on {}; one possible end is: {}", facts, cases.explanation(*broken));
  return verdict;
}

}  // namespace

std::string_view to_text(Grade grade) {
  constexpr std::string_view kWords[] = {"robust", "derived", "unknown"};
  return kWords[static_cast<std::size_t>(grade)];
}

bool follow(const Ends& ends, const std::vector<Doubt>& given, const std::function<void(const Ends&)>& visit) {
  const Spread spread(ends, given);
  if (!spread.combinations()) return false;
  spread.each(visit);
  return true;
}

Verdict weigh(const ClientProfile& client, const ServerProfile& server, const std::vector<Doubt>& given) {
  const Spread spread(Ends{client, server}, given);
  const std::vector<Doubt>& doubts = spread.doubts();
  if (!spread.combinations()) {
    Verdict verdict;
    for (const Doubt& doubt : doubts) verdict.deciding.push_back({doubt.fact, doubt.missing});
    verdict.explanation =
        fmt::format("Not known: too much is open to follow every case ({}).", told(verdict.deciding, "; "));
    return verdict;
  }
  std::vector<Outcome> outcomes;
  outcomes.reserve(*spread.combinations());
  spread.each([&](const Ends& ends) { outcomes.push_back(outcome_of(ends.client, ends.server)); });
  Verdict verdict = agree(outcomes) ? robust(spread, outcomes) : divided(spread, outcomes);
  verdict.combinations = outcomes.size();
  return verdict;
}

}  // namespace ucready::negotiation
