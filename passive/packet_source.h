// Where packets come from: a file of either format, or an interface.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/result.h"
#include "passive/packet.h"

namespace ucready::passive {

// What was wrong with a source: the first few in the order they came, and how many in all.
struct Faults {
  static constexpr std::size_t kMostTold = 16;

  std::vector<std::string> told;
  std::uint64_t count = 0;

  void add(std::string fault) {
    ++count;
    if (told.size() < kMostTold) told.push_back(std::move(fault));
  }
};

class PacketSource {
 public:
  virtual ~PacketSource() = default;

  // False: nothing more will come (the end, or a fault); for a live source also: nothing came within its time slice,
  // see ended().
  virtual bool next(Packet& packet) = 0;
  [[nodiscard]] virtual bool ended() const = 0;
  // Why it ended before its end, and what it had to pass over, each in one clause ("cut short at byte 181589, in the
  // middle of a packet"). What was handed out is good.
  [[nodiscard]] virtual const Faults& faults() const = 0;
  // The first of them.
  [[nodiscard]] std::optional<std::string> fault() const {
    return faults().told.empty() ? std::nullopt : std::optional(faults().told.front());
  }

  // For progress: bytes of the file taken so far (before decompression), and its size; 0 where unknown (stdin, live).
  [[nodiscard]] virtual std::uint64_t bytes_read() const = 0;
  [[nodiscard]] virtual std::uint64_t size() const = 0;
  // Packets that the kernel dropped because we were slow; 0 for files.
  [[nodiscard]] virtual std::uint64_t dropped() const { return 0; }
  // Decryption secrets in the NSS key log format that came since the last call (pcapng); empty for none.
  virtual std::string take_secrets() { return {}; }
};

// A pcap (both byte orders, microseconds and nanoseconds, and the variants libpcap reads) or pcapng file, by content
// and whatever its name; gzip and zstd are looked through. "-" is standard input. Errors begin with the path: it cannot
// be opened, or is no capture ("hello.txt: is no pcap or pcapng file (begins with 68 65 6c 6c)").
Result<std::unique_ptr<PacketSource>> open_capture_file(const std::string& path);

}  // namespace ucready::passive
