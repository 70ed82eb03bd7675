// The capture formats behind open_capture_file(), on any stream of bytes.
#pragma once

#include <memory>
#include <string_view>

#include "passive/byte_stream.h"
#include "passive/packet_source.h"
#include "passive/stream_window.h"

namespace ucready::passive {

// Of a packet that is larger the first 256 kB are kept (as libpcap and Wireshark bound it) and the rest is passed over;
// what claims to be larger than kLargestClaim is damage, not a packet.
inline constexpr std::uint32_t kMostPacketBytes = 256 * 1024;
inline constexpr std::uint32_t kLargestClaim = 16 * 1024 * 1024;

// The format is told from the content; `name` begins the error.
Result<std::unique_ptr<PacketSource>> open_capture(std::unique_ptr<ByteStream> stream, std::string_view name);

// What both formats have in common: the end, and why.
class FileSource : public PacketSource {
 public:
  explicit FileSource(StreamWindow window) : window_(std::move(window)) {}

  [[nodiscard]] bool ended() const override { return ended_; }
  [[nodiscard]] const Faults& faults() const override { return faults_; }
  [[nodiscard]] std::uint64_t bytes_read() const override { return window_.stream().taken(); }
  [[nodiscard]] std::uint64_t size() const override { return window_.stream().size(); }

 protected:
  // Each ends the source and gives false, to be returned.
  bool end();
  bool cut_short(std::string_view where);                // "in the middle of a packet"
  bool damaged(std::uint64_t at, std::string_view how);  // "a packet of 4294967295 bytes"
  void note(std::string fault);                          // Goes on.

  StreamWindow window_;

 private:
  bool ended_ = false;
  Faults faults_;
};

std::unique_ptr<PacketSource> pcap_source(StreamWindow window);
std::unique_ptr<PacketSource> pcapng_source(StreamWindow window);
// Whether a file that begins with these four bytes is of the format.
bool is_pcap(std::uint32_t magic);
bool is_pcapng(std::uint32_t magic);

}  // namespace ucready::passive
