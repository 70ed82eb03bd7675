#include "passive/capture_file.h"

#include <fmt/format.h>

#include <array>

namespace ucready::passive {
namespace {

struct OtherFormat {
  std::uint32_t magic;
  std::string_view what;
};

// What people take for a capture of the kind we read.
constexpr std::array kOtherFormats{
    OtherFormat{0x736e6f6f, "a snoop file"},
    OtherFormat{0x52545353, "a Microsoft Network Monitor 1 file"},
    OtherFormat{0x474d4255, "a Microsoft Network Monitor 2 file"},
    OtherFormat{0x58435000, "a Sniffer file"},
    OtherFormat{0x54525346, "a Sniffer file"},
};

std::string why_not(ByteView beginning) {
  if (beginning.empty()) return "is no pcap or pcapng file (it is empty)";
  ByteReader reader(beginning);
  const std::uint32_t magic = reader.u32();
  for (const OtherFormat& format : kOtherFormats) {
    if (reader.ok() && magic == format.magic) {
      return fmt::format("is {}; Wireshark's editcap makes a pcapng file of it", format.what);
    }
  }
  std::string bytes;
  for (const std::uint8_t byte : beginning) bytes += fmt::format(" {:02x}", byte);
  return fmt::format("is no pcap or pcapng file (begins with{})", bytes);
}

}  // namespace

bool FileSource::end() {
  ended_ = true;
  return false;
}

void FileSource::note(std::string fault) { faults_.add(std::move(fault)); }

bool FileSource::cut_short(std::string_view where) {
  if (const auto trouble = window_.stream().trouble()) {
    note(*trouble);
  } else {
    note(fmt::format("cut short at byte {}, {}", window_.fed(), where));
  }
  return end();
}

bool FileSource::damaged(std::uint64_t at, std::string_view how) {
  note(fmt::format("damaged at byte {}: {}", at, how));
  return end();
}

Result<std::unique_ptr<PacketSource>> open_capture(std::unique_ptr<ByteStream> stream, std::string_view name) {
  StreamWindow window(looked_through(std::move(stream)));
  const ByteView beginning = window.peek(4);
  ByteReader reader(beginning);
  const std::uint32_t magic = reader.u32();
  if (is_pcap(magic)) return pcap_source(std::move(window));
  if (is_pcapng(magic)) return pcapng_source(std::move(window));
  if (const auto trouble = window.stream().trouble()) return fail(ErrorCode::io, fmt::format("{}: {}", name, *trouble));
  return fail(ErrorCode::malformed, fmt::format("{}: {}", name, why_not(beginning)));
}

Result<std::unique_ptr<PacketSource>> open_capture_file(const std::string& path) {
  auto stream = open_file_stream(path);
  if (!stream) return tl::unexpected(stream.error());
  return open_capture(std::move(*stream), path == "-" ? "standard input" : path);
}

}  // namespace ucready::passive
