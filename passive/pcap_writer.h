// Writes captures: nanosecond pcap, in network byte order, which every reader of pcap knows.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "core/bytes.h"
#include "core/result.h"
#include "passive/packet.h"
#include "passive/segment.h"

namespace ucready::passive {

inline constexpr std::uint32_t kLinkTypeEthernet = 1;
inline constexpr std::uint32_t kLinkTypeRaw = 101;  // IPv4 or IPv6 without a link layer.

// The parts of a file, for one that stays in memory. Times before 1970 are written as 1970, those after 2106 as 2106.
void write_pcap_header(ByteWriter& out, std::uint32_t link_type);
void write_pcap_packet(ByteWriter& out, const Packet& packet);

// A file of mode 0600 that appears under its name only when it is whole: until finish() it has another, and without it
// nothing stays. What stood at the name is replaced.
class PcapFileWriter {
 public:
  static Result<std::unique_ptr<PcapFileWriter>> create(const std::string& path, std::uint32_t link_type);
  ~PcapFileWriter();
  PcapFileWriter(const PcapFileWriter&) = delete;
  PcapFileWriter& operator=(const PcapFileWriter&) = delete;

  // Buffered: a full disk may be told by a later call. After an error every call repeats it.
  Result<void> write(const Packet& packet);
  Result<void> finish();

 private:
  PcapFileWriter(std::string path, std::string partial_path, int descriptor);
  Result<void> flush();

  std::string path_;
  std::string partial_path_;  // Empty: nothing to take away.
  int descriptor_;
  ByteWriter buffer_;
  Result<void> state_;
};

// An IP packet of one TCP segment (RFC 9293, RFC 791 or 8200) with right lengths and checksums; both ends must be of
// one family. Bytes that the segment lacks (`cut`) count in the lengths, so that a reader finds the same segment again;
// its TCP checksum then covers what is there. A payload that no length field can hold gets the length 0, as hosts write
// it that leave segmentation to the network card.
Bytes ip_packet_of(const Segment& segment);
// In an Ethernet frame between two locally administered addresses.
Bytes ethernet_frame_of(ByteView ip_packet);

}  // namespace ucready::passive
