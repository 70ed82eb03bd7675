// Keeps a foreign query from doing harm.
#pragma once

#include <array>
#include <chrono>

struct sqlite3;

namespace ucready::db {

// While it lives, the connection reads only, keeps to the limits and stops at the deadline.
class ReadingOnly {
 public:
  ReadingOnly(sqlite3* handle, std::chrono::milliseconds time);
  ~ReadingOnly();
  ReadingOnly(const ReadingOnly&) = delete;
  ReadingOnly& operator=(const ReadingOnly&) = delete;

  // While it lives, the program itself may write between two rows of the guarded query.
  class Lifted {
   public:
    explicit Lifted(ReadingOnly& guard) : guard_(guard) { guard_.lifted_ = true; }
    ~Lifted() { guard_.lifted_ = false; }
    Lifted(const Lifted&) = delete;
    Lifted& operator=(const Lifted&) = delete;

   private:
    ReadingOnly& guard_;
  };

 private:
  static int allow(void* guard, int action, const char*, const char* function, const char*, const char*);
  static int is_over(void* guard);

  struct Limit {
    int id;
    int value;
    int before = 0;
  };

  sqlite3* handle_;
  std::chrono::steady_clock::time_point deadline_;
  std::array<Limit, 3> limits_;
  bool lifted_ = false;
};

}  // namespace ucready::db
