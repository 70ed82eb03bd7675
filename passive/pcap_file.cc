// The pcap format (draft-ietf-opsawg-pcap), and its variants by the magic number.
#include <fmt/format.h>

#include <array>

#include "passive/capture_file.h"
#include "passive/file_fields.h"
#include "passive/timestamp.h"

namespace ucready::passive {
namespace {

struct Variant {
  std::uint32_t magic;
  std::uint32_t ns_per_tick;         // Of the fraction of a second.
  std::uint32_t behind_file_header;  // Bytes that this variant adds.
  std::uint32_t behind_packet_header;
};

constexpr std::array kVariants{
    Variant{0xa1b2c3d4, 1000, 0, 0},  // Everybody's.
    Variant{0xa1b23c4d, 1, 0, 0},     // Nanoseconds.
    Variant{0xa1b2cd34, 1000, 0, 8},  // Kuznetzov's, of old Linux: interface, protocol and direction of each packet.
    Variant{0x1c0001ac, 1, 4, 0},     // Ixia's lcap, hardware and software time stamps: the size of the file.
    Variant{0x1c0001ab, 1, 4, 0},
};

struct Format {
  const Variant* variant = nullptr;
  bool little_endian = false;
};

std::optional<Format> format_of(std::uint32_t magic) {
  for (const Variant& variant : kVariants) {
    if (magic == variant.magic) return Format{&variant, false};
    if (FileReader::swapped(magic) == variant.magic) return Format{&variant, true};
  }
  return std::nullopt;
}

constexpr std::size_t kFileHeaderBytes = 24;
constexpr std::size_t kPacketHeaderBytes = 16;

class PcapSource final : public FileSource {
 public:
  explicit PcapSource(StreamWindow window) : FileSource(std::move(window)) { read_file_header(); }

  bool next(Packet& packet) override {
    if (ended()) return false;
    if (passed_over_ > 0 && !window_.skip(passed_over_)) return cut_short("in the middle of a packet");
    passed_over_ = 0;

    const std::uint64_t start = window_.position();
    const ByteView header = window_.peek(header_bytes_);
    if (header.size() < header_bytes_) {
      return header.empty() && !window_.stream().trouble() ? end() : cut_short("in the middle of a packet header");
    }
    FileReader reader(header, little_endian_);
    const std::uint32_t seconds = reader.u32();
    const std::uint32_t fraction = reader.u32();
    std::uint32_t captured = reader.u32();
    std::uint32_t on_wire = reader.u32();
    if (lengths_may_be_swapped_ && captured > on_wire) std::swap(captured, on_wire);
    if (captured > kLargestClaim) return damaged(start, fmt::format("a packet of {} bytes", captured));

    const std::uint32_t kept = std::min(captured, kMostPacketBytes);
    const ByteView whole = window_.peek(header_bytes_ + kept);
    if (whole.size() < header_bytes_ + kept) return cut_short("in the middle of a packet");
    window_.drop(whole.size());
    passed_over_ = captured - kept;
    packet.time_ns = ns_since_epoch(seconds, std::uint64_t{fraction} * ns_per_tick_);
    packet.link_type = link_type_;
    packet.bytes = whole.subspan(header_bytes_);
    packet.wire_bytes = std::max(on_wire, captured);
    return true;
  }

 private:
  void read_file_header() {
    const ByteView header = window_.peek(kFileHeaderBytes);
    ByteReader magic(header);
    const auto format = format_of(magic.u32());
    if (header.size() < kFileHeaderBytes || !format) {
      cut_short("in the file header");
      return;
    }
    little_endian_ = format->little_endian;
    ns_per_tick_ = format->variant->ns_per_tick;
    header_bytes_ = kPacketHeaderBytes + format->variant->behind_packet_header;

    FileReader reader(header, little_endian_);
    reader.u32();  // magic number
    reader.u16();  // major version
    const std::uint16_t minor_version = reader.u16();
    reader.u32();                        // time zone, never used
    reader.u32();                        // accuracy, never used
    reader.u32();                        // snap length: files that lie here are read all the same
    link_type_ = reader.u32() & 0xffff;  // Above it: the length of a frame check sequence.
    // Before version 2.4 some programs wrote the two lengths of a packet in the other order.
    lengths_may_be_swapped_ = minor_version < 4;
    if (minor_version == 2) take_as_of_aix();
    window_.drop(kFileHeaderBytes);
    passed_over_ = format->variant->behind_file_header;
  }

  // AIX writes the interface types of RFC 1573 for link types, and nanoseconds.
  void take_as_of_aix() {
    constexpr std::uint32_t kIfEthernet = 6;
    constexpr std::uint32_t kIfLoopback = 24;
    if (link_type_ != kIfEthernet && link_type_ != kIfLoopback) return;
    link_type_ = link_type_ == kIfEthernet ? 1 : 0;
    ns_per_tick_ = 1;
  }

  bool little_endian_ = false;
  bool lengths_may_be_swapped_ = false;
  std::uint32_t ns_per_tick_ = 1000;
  std::size_t header_bytes_ = kPacketHeaderBytes;
  std::uint32_t link_type_ = 0;
  std::uint64_t passed_over_ = 0;  // Bytes before the next header that nobody wants.
};

}  // namespace

bool is_pcap(std::uint32_t magic) { return format_of(magic).has_value(); }

std::unique_ptr<PacketSource> pcap_source(StreamWindow window) {
  return std::make_unique<PcapSource>(std::move(window));
}

}  // namespace ucready::passive
