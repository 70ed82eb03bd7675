#include "db/rule_guard.h"

#include <sqlite3.h>

#include <string_view>

namespace ucready::db {
namespace {

using Clock = std::chrono::steady_clock;

}  // namespace

int RuleGuard::allow(void* guard, int action, const char*, const char* function, const char*, const char*) {
  if (!static_cast<const RuleGuard*>(guard)->reading_only_) return SQLITE_OK;
  switch (action) {
    case SQLITE_SELECT:
    case SQLITE_READ:
    case SQLITE_RECURSIVE:
      return SQLITE_OK;
    case SQLITE_FUNCTION: {
      const std::string_view name = function == nullptr ? "" : function;
      return name == "load_extension" || name == "fts3_tokenizer" ? SQLITE_DENY : SQLITE_OK;
    }
    default:
      return SQLITE_DENY;
  }
}

int RuleGuard::is_over(void* guard) {
  const RuleGuard& self = *static_cast<const RuleGuard*>(guard);
  return self.reading_only_ && Clock::now() > self.deadline_ ? 1 : 0;
}

RuleGuard::RuleGuard(sqlite3* handle) : handle_(handle) { sqlite3_set_authorizer(handle_, allow, this); }

RuleGuard::~RuleGuard() { sqlite3_set_authorizer(handle_, nullptr, nullptr); }

// One call of a function is one step, at whose end alone the clock is looked at: so what it works on is bounded too.
RuleGuard::ReadingOnly::ReadingOnly(RuleGuard& guard, std::chrono::milliseconds time)
    : guard_(guard),
      limits_(
          {{{SQLITE_LIMIT_LENGTH, 4'000'000}, {SQLITE_LIMIT_LIKE_PATTERN_LENGTH, 1000}, {SQLITE_LIMIT_ATTACHED, 0}}}) {
  constexpr int kStepsBetweenLooks = 2000;
  for (Limit& limit : limits_) limit.before = sqlite3_limit(guard_.handle_, limit.id, limit.value);
  guard_.deadline_ = Clock::now() + time;
  guard_.reading_only_ = true;
  sqlite3_progress_handler(guard_.handle_, kStepsBetweenLooks, is_over, &guard_);
}

RuleGuard::ReadingOnly::~ReadingOnly() {
  sqlite3_progress_handler(guard_.handle_, 0, nullptr, nullptr);
  guard_.reading_only_ = false;
  for (const Limit& limit : limits_) sqlite3_limit(guard_.handle_, limit.id, limit.before);
}

}  // namespace ucready::db
