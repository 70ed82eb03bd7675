// Room on the disk that is held back while a run is written, so that a disk that fills up still takes the run's end.
#pragma once

#include <filesystem>

namespace ucready::db {

// A file without a name (open(2), O_TMPFILE): it vanishes with the process, even a killed one. Where the file system
// has no such files, or no room, nothing is held.
class Ballast {
 public:
  explicit Ballast(const std::filesystem::path& folder);
  ~Ballast();
  Ballast(const Ballast&) = delete;
  Ballast& operator=(const Ballast&) = delete;

  void release();

 private:
  int file_ = -1;
};

}  // namespace ucready::db
