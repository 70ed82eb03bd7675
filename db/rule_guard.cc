#include "db/rule_guard.h"

#include <sqlite3.h>

#include <string_view>

namespace ucready::db {
namespace {

using Clock = std::chrono::steady_clock;

}  // namespace

// Statements that were compiled before the guard are compiled again under it, so it is asked about them too.
int ReadingOnly::allow(void* guard, int action, const char*, const char* function, const char*, const char*) {
  if (static_cast<const ReadingOnly*>(guard)->lifted_) return SQLITE_OK;
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

int ReadingOnly::is_over(void* guard) {
  const ReadingOnly& self = *static_cast<const ReadingOnly*>(guard);
  return !self.lifted_ && Clock::now() > self.deadline_ ? 1 : 0;
}

// One call of a function is one step, at whose end alone the clock is looked at: so what it works on is bounded too.
ReadingOnly::ReadingOnly(sqlite3* handle, std::chrono::milliseconds time)
    : handle_(handle),
      deadline_(Clock::now() + time),
      limits_(
          {{{SQLITE_LIMIT_LENGTH, 4'000'000}, {SQLITE_LIMIT_LIKE_PATTERN_LENGTH, 1000}, {SQLITE_LIMIT_ATTACHED, 0}}}) {
  constexpr int kStepsBetweenLooks = 2000;
  for (Limit& limit : limits_) limit.before = sqlite3_limit(handle_, limit.id, limit.value);
  sqlite3_set_authorizer(handle_, allow, this);
  sqlite3_progress_handler(handle_, kStepsBetweenLooks, is_over, this);
}

ReadingOnly::~ReadingOnly() {
  sqlite3_progress_handler(handle_, 0, nullptr, nullptr);
  sqlite3_set_authorizer(handle_, nullptr, nullptr);
  for (const Limit& limit : limits_) sqlite3_limit(handle_, limit.id, limit.before);
}

}  // namespace ucready::db
