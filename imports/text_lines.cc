#include "imports/text_lines.h"

#include <array>

namespace ucready::imports {
namespace {

constexpr std::size_t kLongestLine = 1'000'000;
constexpr std::size_t kChunk = 64 * 1024;

constexpr std::string_view kPagers[] = {
    "Press <enter> for 1 line, <space> for one page, or <q> to quit",
    "--More--",
    "<--- More --->",
};

void append_utf8(std::string& out, unsigned unit) {
  if (unit < 0x80) {
    out += static_cast<char>(unit);
  } else if (unit < 0x800) {
    out += static_cast<char>(0xC0 | (unit >> 6));
    out += static_cast<char>(0x80 | (unit & 0x3F));
  } else {  // Halves of a pair stay halves: nothing that is read here has them.
    out += static_cast<char>(0xE0 | (unit >> 12));
    out += static_cast<char>(0x80 | ((unit >> 6) & 0x3F));
    out += static_cast<char>(0x80 | (unit & 0x3F));
  }
}

}  // namespace

bool TextLines::fill() {
  if (ended_) return false;
  std::array<char, kChunk> chunk{};
  const std::size_t count = source_.read(chunk);
  if (count == 0) {
    ended_ = true;
    return false;
  }
  std::string_view bytes(chunk.data(), count);
  if (encoding_ == Encoding::unknown) {
    encoding_ = Encoding::utf8;
    if (bytes.starts_with("\xFF\xFE")) encoding_ = Encoding::utf16_le;
    if (bytes.starts_with("\xFE\xFF")) encoding_ = Encoding::utf16_be;
    if (encoding_ != Encoding::utf8) bytes.remove_prefix(2);
    if (bytes.starts_with("\xEF\xBB\xBF")) bytes.remove_prefix(3);
  }
  buffer_.erase(0, at_);
  at_ = 0;
  if (encoding_ == Encoding::utf8) {
    buffer_ += bytes;
  } else {
    decode_utf16(bytes);
  }
  return true;
}

void TextLines::decode_utf16(std::string_view bytes) {
  half_ += bytes;
  std::size_t n = 0;
  for (; n + 1 < half_.size(); n += 2) {
    const auto first = static_cast<unsigned char>(half_[n]);
    const auto second = static_cast<unsigned char>(half_[n + 1]);
    append_utf8(buffer_, encoding_ == Encoding::utf16_le ? second * 256U + first : first * 256U + second);
  }
  half_.erase(0, n);
}

// Ends are LF, CR LF and CR; a terminal's log has CR CR LF too.
bool TextLines::raw_line() {
  raw_.clear();
  bool any = false;
  while (true) {
    if (at_ >= buffer_.size() && !fill()) {
      has_end_ = false;
      return any;
    }
    if (after_cr_) {
      const bool belongs = buffer_[at_] == '\n' || buffer_[at_] == '\r';
      after_cr_ = buffer_[at_] == '\r';
      if (belongs) {
        ++at_;
        continue;
      }
    }
    any = true;
    const std::size_t end = buffer_.find_first_of("\r\n", at_);
    const std::size_t stop = end == std::string::npos ? buffer_.size() : end;
    const std::size_t room = kLongestLine - raw_.size();
    if (stop - at_ > room) ++cut_lines_;
    raw_.append(buffer_, at_, std::min(stop - at_, room));
    at_ = stop;
    if (end == std::string::npos) continue;
    after_cr_ = buffer_[at_] == '\r';
    ++at_;
    return true;
  }
}

// A terminal's control sequences (ECMA-48), and what was rubbed out by backspaces.
void TextLines::clean() {
  line_.clear();
  for (std::size_t n = 0; n < raw_.size(); ++n) {
    const char c = raw_[n];
    if (c == '\x1b') {
      if (n + 1 >= raw_.size()) break;
      if (raw_[++n] != '[') continue;
      while (n + 1 < raw_.size() && !(raw_[n + 1] >= '@' && raw_[n + 1] <= '~')) ++n;
      ++n;
    } else if (c == '\b') {
      if (!line_.empty()) line_.pop_back();
    } else if (c == '\t' || static_cast<unsigned char>(c) >= ' ') {
      line_ += c;
    }
  }
  for (const std::string_view pager : kPagers) {
    for (std::size_t at = line_.find(pager); at != std::string::npos; at = line_.find(pager, at)) {
      line_.erase(at, pager.size());
      // What the pager rubs out of itself when it goes on.
      if (at == 0) line_.erase(0, line_.find_first_not_of(' '));
    }
  }
  line_.resize(line_.find_last_not_of(" \t") + 1);
}

bool TextLines::next(TextLine& line) {
  if (!again_) {
    if (!raw_line()) return false;
    ++number_;
    clean();
  }
  again_ = false;
  line = {line_, number_, has_end_};
  return true;
}

}  // namespace ucready::imports
