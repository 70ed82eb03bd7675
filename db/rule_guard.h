// Keeps a foreign query from doing harm.
#pragma once

#include <array>
#include <chrono>

struct sqlite3;

namespace ucready::db {

// Watches a connection. One for all the queries of a run: with each new one SQLite compiles every statement of the
// connection anew.
class RuleGuard {
 public:
  explicit RuleGuard(sqlite3* handle);
  ~RuleGuard();
  RuleGuard(const RuleGuard&) = delete;
  RuleGuard& operator=(const RuleGuard&) = delete;

  // While it lives, the connection reads only, keeps to the limits and stops at the deadline.
  class ReadingOnly {
   public:
    ReadingOnly(RuleGuard& guard, std::chrono::milliseconds time);
    ~ReadingOnly();
    ReadingOnly(const ReadingOnly&) = delete;
    ReadingOnly& operator=(const ReadingOnly&) = delete;

   private:
    struct Limit {
      int id;
      int value;
      int before = 0;
    };

    RuleGuard& guard_;
    std::array<Limit, 3> limits_;
  };

  // While it lives, the program itself may write between two rows of the guarded query.
  class Lifted {
   public:
    explicit Lifted(RuleGuard& guard) : guard_(guard) { guard_.reading_only_ = false; }
    ~Lifted() { guard_.reading_only_ = true; }
    Lifted(const Lifted&) = delete;
    Lifted& operator=(const Lifted&) = delete;

   private:
    RuleGuard& guard_;
  };

 private:
  static int allow(void* guard, int action, const char*, const char* function, const char*, const char*);
  static int is_over(void* guard);

  sqlite3* handle_;
  std::chrono::steady_clock::time_point deadline_;
  bool reading_only_ = false;
};

}  // namespace ucready::db
