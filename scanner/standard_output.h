// Standard output whose reader may leave (ucready report | head): what comes after that goes nowhere, and nobody is
// told of a trouble that is none. A full disk is one, and makes the stream bad.
#pragma once

#include <array>
#include <streambuf>

namespace ucready::scanner {

class OutputToReader : public std::streambuf {
 public:
  // SIGPIPE must be ignored.
  explicit OutputToReader(int descriptor);
  ~OutputToReader() override;
  OutputToReader(const OutputToReader&) = delete;
  OutputToReader& operator=(const OutputToReader&) = delete;

 protected:
  int_type overflow(int_type next) override;
  int sync() override;

 private:
  bool write_out();

  int descriptor_;
  bool reader_left_ = false;
  std::array<char, 16384> buffer_{};
};

}  // namespace ucready::scanner
