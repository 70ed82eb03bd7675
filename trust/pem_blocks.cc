#include "trust/pem_blocks.h"

#include <fmt/format.h>

#include <cstdint>
#include <optional>

namespace ucready::trust {
namespace {

constexpr std::string_view kBegin = "-----BEGIN ";
constexpr std::string_view kEnd = "-----END ";
constexpr std::string_view kDashes = "-----";

class Lines {
 public:
  explicit Lines(std::string_view text) : rest_(text) {}

  // Without its end: LF, CR LF or CR. Nothing behind the last line.
  std::optional<std::string_view> next() {
    if (rest_.empty()) return std::nullopt;
    ++number_;
    const std::size_t end = rest_.find_first_of("\r\n");
    const std::string_view line = rest_.substr(0, end);
    if (end == std::string_view::npos) {
      rest_ = {};
    } else {
      rest_.remove_prefix(end + (rest_.substr(end).starts_with("\r\n") ? 2 : 1));
    }
    return line;
  }
  [[nodiscard]] int number() const { return number_; }

 private:
  std::string_view rest_;
  int number_ = 0;
};

std::string_view trimmed(std::string_view line) {
  const std::size_t first = line.find_first_not_of(" \t");
  if (first == std::string_view::npos) return {};
  return line.substr(first, line.find_last_not_of(" \t") - first + 1);
}

// The label between "-----BEGIN " and "-----"; nothing where the line is none such.
std::optional<std::string_view> label_of(std::string_view line, std::string_view start) {
  line = trimmed(line);
  const std::size_t least = start.size() + kDashes.size();
  if (line.size() < least || !line.starts_with(start) || !line.ends_with(kDashes)) return std::nullopt;
  return line.substr(start.size(), line.size() - least);
}

// RFC 4648 section 4, over several lines.
class Base64 {
 public:
  // False: a character that does not belong there.
  bool add(std::string_view text) {
    for (const char c : text) {
      if (c == ' ' || c == '\t') continue;
      if (c == '=') {
        ++padding_;
        continue;
      }
      const std::size_t value = kDigits.find(c);
      if (value == std::string_view::npos || padding_ > 0) return false;
      bits_ = bits_ << 6U | static_cast<std::uint32_t>(value);
      if (++digits_ % 4 == 0) put(3, 0);
    }
    return true;
  }
  // False: the last group is none. Padding may be left out.
  bool finish() {
    const std::size_t left = digits_ % 4;
    if (left == 1 || padding_ > (left == 0 ? 0 : 4 - left)) return false;
    if (left == 2) put(1, 4);
    if (left == 3) put(2, 2);
    return true;
  }
  Bytes take() { return std::move(out_); }

 private:
  static constexpr std::string_view kDigits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

  void put(int bytes, unsigned spare_bits) {
    const std::uint32_t value = bits_ >> spare_bits;
    for (int i = bytes - 1; i >= 0; --i)
      out_.push_back(static_cast<std::uint8_t>(value >> (8U * static_cast<unsigned>(i))));
    bits_ = 0;
  }

  Bytes out_;
  std::uint32_t bits_ = 0;
  std::size_t digits_ = 0;
  std::size_t padding_ = 0;
};

tl::unexpected<Error> fault(int line, std::string_view what) {
  return fail(ErrorCode::malformed, fmt::format("{}: {}", line, what));
}

// From the line behind BEGIN to END.
Result<Bytes> read_block(Lines& lines, const PemBlock& block) {
  const bool secret = block.label.find("PRIVATE KEY") != std::string::npos;
  Base64 content;
  while (const auto line = lines.next()) {
    if (label_of(*line, kBegin)) break;
    if (const auto label = label_of(*line, kEnd)) {
      if (*label != block.label) {
        return fault(lines.number(), fmt::format("the block {} ends as another one", block.label));
      }
      if (!content.finish())
        return fault(block.line, fmt::format("the base64 of the block {} is cut short", block.label));
      return content.take();
    }
    if (secret || line->find(':') != std::string_view::npos) continue;
    if (!content.add(*line)) {
      return fault(lines.number(),
                   fmt::format("no base64 in the block {} that begins on line {}", block.label, block.line));
    }
  }
  return fault(block.line, fmt::format("the block {} has no end", block.label));
}

}  // namespace

bool looks_like_pem(std::string_view text) { return text.find(kBegin) != std::string_view::npos; }

Result<std::vector<PemBlock>> read_pem_blocks(std::string_view text) {
  Lines lines(text);
  std::vector<PemBlock> blocks;
  while (const auto line = lines.next()) {
    const auto label = label_of(*line, kBegin);
    if (!label) continue;
    if (blocks.size() == kMostPemBlocks) {
      return fail(ErrorCode::too_large, fmt::format("{}: more than {} blocks", lines.number(), kMostPemBlocks));
    }
    constexpr std::size_t kLongestLabel = 64;
    PemBlock block{std::string(label->substr(0, kLongestLabel)), lines.number(), {}};
    if (label->size() > kLongestLabel) return fault(block.line, "a block's label is too long");
    auto content = read_block(lines, block);
    if (!content) return tl::unexpected<Error>(content.error());
    block.content = std::move(*content);
    blocks.push_back(std::move(block));
  }
  return blocks;
}

}  // namespace ucready::trust
