// The lines of a log as somebody saved it from a terminal: any line ends, UTF-8 or UTF-16 with its mark, colours and
// pagers taken out. Memory is bounded whatever the size of the log.
#pragma once

#include <string>
#include <string_view>

#include "imports/byte_source.h"

namespace ucready::imports {

struct TextLine {
  std::string_view text;  // Without its end and trailing spaces; until the next line is asked for.
  int number = 0;         // From 1.
  bool has_end = true;    // False of a last line without one: the log may be cut off within it.
};

class TextLines {
 public:
  // The source must outlive it.
  explicit TextLines(ByteSource& source) : source_(source) {}

  // False: the end.
  bool next(TextLine& line);
  // The line that next() gave comes once more.
  void again() { again_ = true; }
  // Lines that were longer than a megabyte, and cut there.
  [[nodiscard]] std::size_t cut_lines() const { return cut_lines_; }

 private:
  bool fill();
  bool raw_line();  // False: nothing is left.
  void decode_utf16(std::string_view bytes);
  void clean();

  ByteSource& source_;
  std::string buffer_;
  std::size_t at_ = 0;
  std::string raw_;
  std::string line_;
  int number_ = 0;
  std::size_t cut_lines_ = 0;
  enum class Encoding { unknown, utf8, utf16_le, utf16_be } encoding_ = Encoding::unknown;
  std::string half_;  // Of a UTF-16 unit.
  bool again_ = false;
  bool after_cr_ = false;
  bool has_end_ = true;
  bool ended_ = false;
};

}  // namespace ucready::imports
