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

 private:
  struct Limit {
    int id;
    int value;
    int before = 0;
  };

  sqlite3* handle_;
  std::chrono::steady_clock::time_point deadline_;
  std::array<Limit, 3> limits_;
};

}  // namespace ucready::db
