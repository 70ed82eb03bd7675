// A report as a file: only its owner may read it, and it appears under its name when it is whole.
#pragma once

#include <filesystem>
#include <fstream>
#include <ostream>

#include "core/result.h"

namespace ucready::report {

class OutputFile {
 public:
  // Beside `path`, under a name of its own. Refuses a path that is there and no regular file.
  static Result<OutputFile> create(const std::filesystem::path& path);

  OutputFile(OutputFile&& other) noexcept;
  OutputFile& operator=(OutputFile&&) noexcept = delete;
  ~OutputFile();  // Without commit() nothing is left of it.

  std::ostream& stream() { return stream_; }
  Result<void> commit();

 private:
  OutputFile(std::filesystem::path path, std::filesystem::path unfinished);

  std::filesystem::path path_;
  std::filesystem::path unfinished_;  // Empty once it has its name.
  std::ofstream stream_;
};

}  // namespace ucready::report
