// The pcapng format (draft-ietf-opsawg-pcapng). Sections may change the byte order; interfaces count from 0 in each.
#include <fmt/format.h>

#include <utility>

#include "passive/capture_file.h"
#include "passive/file_fields.h"
#include "passive/timestamp.h"

namespace ucready::passive {
namespace {

namespace block {
constexpr std::uint32_t kSectionHeader = 0x0a0d0d0a;  // The same in both byte orders.
constexpr std::uint32_t kInterface = 1;
constexpr std::uint32_t kPacket = 2;  // Obsolete, still in old files.
constexpr std::uint32_t kSimplePacket = 3;
constexpr std::uint32_t kEnhancedPacket = 6;
constexpr std::uint32_t kDecryptionSecrets = 10;
}  // namespace block

constexpr std::size_t kBlockHeaderBytes = 8;   // Type and total length.
constexpr std::size_t kBlockTrailerBytes = 4;  // The total length again.
constexpr std::uint32_t kSmallestBlock = 12;
constexpr std::size_t kMostInterfaces = 65536;                       // Of one section.
constexpr std::size_t kMostSecrets = std::size_t{64} * 1024 * 1024;  // Waiting to be taken.
constexpr std::uint32_t kTlsKeyLog = 0x544c534b;

struct Interface {
  std::uint32_t link_type = 0;
  std::uint32_t snap_length = 0;  // 0: none.
  TimeUnit unit;
};

class PcapngSource final : public FileSource {
 public:
  explicit PcapngSource(StreamWindow window) : FileSource(std::move(window)) {}

  bool next(Packet& packet) override {
    while (!ended()) {
      if (to_next_block_ > 0 && !window_.skip(to_next_block_)) return cut_short("in the middle of a block");
      to_next_block_ = 0;
      if (read_block(packet)) return true;
    }
    return false;
  }
  std::string take_secrets() override { return std::exchange(secrets_, {}); }

 private:
  // True: a packet was in it. What of the block was not looked at is left to to_next_block_.
  bool read_block(Packet& packet) {
    start_ = window_.position();
    ByteView beginning = window_.peek(kBlockHeaderBytes + 4);
    if (beginning.empty() && !window_.stream().trouble()) return end();
    if (beginning.size() < kSmallestBlock) return cut_short("in the middle of a block header");
    if (ByteReader(beginning).u32() == block::kSectionHeader && !read_byte_order(beginning)) return false;

    FileReader header(beginning, little_endian_);
    const std::uint32_t type = header.u32();
    const std::uint32_t length = header.u32();
    if (length < kSmallestBlock) return damaged(start_, fmt::format("a block of {} bytes", length));
    // Blocks fill up to four bytes; a length that does not is rounded as Wireshark rounds it.
    const std::uint64_t whole_length = (std::uint64_t{length} + 3) / 4 * 4;
    const ByteView bytes = window_.peek(std::min<std::uint64_t>(whole_length, StreamWindow::kMostPeek));
    const bool all_here = bytes.size() == whole_length;
    if (!all_here && bytes.size() < StreamWindow::kMostPeek) return cut_short("in the middle of a block");
    if (all_here) {
      FileReader trailer(bytes.last(kBlockTrailerBytes), little_endian_);
      const std::uint32_t again = trailer.u32();
      if (again != length) {
        return damaged(start_, fmt::format("a block whose two lengths differ ({} and {})", length, again));
      }
    } else if (length > kLargestClaim && type != block::kDecryptionSecrets && is_known(type)) {
      return damaged(start_, fmt::format("a block of {} bytes", length));
    }
    const ByteView body = bytes.subspan(kBlockHeaderBytes);
    const std::uint64_t body_length = whole_length - kBlockHeaderBytes - kBlockTrailerBytes;
    if (type == block::kDecryptionSecrets) return read_secrets(body_length);
    window_.drop(bytes.size());
    to_next_block_ = whole_length - bytes.size();
    const ByteView content = body.first(std::min<std::uint64_t>(body.size(), body_length));
    switch (type) {
      case block::kSectionHeader:
        interfaces_.clear();
        return false;
      case block::kInterface:
        read_interface(content);
        return false;
      case block::kEnhancedPacket:
        return read_packet(content, body_length, false, packet);
      case block::kPacket:
        return read_packet(content, body_length, true, packet);
      case block::kSimplePacket:
        return read_simple_packet(content, body_length, packet);
      default:
        return false;  // Name resolution, statistics, private blocks.
    }
  }

  static bool is_known(std::uint32_t type) {
    return type == block::kSectionHeader || type == block::kInterface || type == block::kEnhancedPacket ||
           type == block::kPacket || type == block::kSimplePacket;
  }

  bool read_byte_order(ByteView beginning) {
    constexpr std::uint32_t kByteOrderMagic = 0x1a2b3c4d;
    const std::uint32_t magic = ByteReader(beginning.subspan(kBlockHeaderBytes)).u32();
    little_endian_ = FileReader::swapped(magic) == kByteOrderMagic;
    if (little_endian_ || magic == kByteOrderMagic) return true;
    return damaged(start_, fmt::format("a section header of no byte order (0x{:08x})", magic));
  }

  void read_interface(ByteView body) {
    FileReader reader(body, little_endian_);
    Interface described;
    described.link_type = reader.u16();
    reader.u16();  // reserved
    described.snap_length = reader.u32();
    std::uint8_t resolution = 6;
    std::int64_t offset = 0;
    while (reader.remaining() >= 4) {
      constexpr std::uint16_t kEnd = 0;
      constexpr std::uint16_t kTimeResolution = 9;
      constexpr std::uint16_t kTimeOffset = 14;
      const std::uint16_t code = reader.u16();
      const std::uint16_t length = reader.u16();
      const ByteView value = reader.bytes(length);
      reader.bytes(std::min<std::size_t>((4 - length % 4) % 4, reader.remaining()));  // padding
      if (code == kEnd || !reader.ok()) break;
      if (code == kTimeResolution && length == 1) resolution = value.front();
      if (code == kTimeOffset && length == 8) {
        offset = static_cast<std::int64_t>(FileReader(value, little_endian_).u64());
      }
    }
    described.unit = TimeUnit::of(resolution, offset);
    if (body.size() < 8) {
      note(fmt::format("damaged at byte {}: an interface description that is cut short", start_));
    } else if (interfaces_.size() == kMostInterfaces) {
      note(fmt::format("damaged at byte {}: more than {} interfaces", start_, kMostInterfaces));
      return;
    }
    interfaces_.push_back(described);  // Also a damaged one, so that the others keep their numbers.
  }

  // A block that is whole but wrong within is passed over: the next one stands where its length says.
  bool pass_over(std::string_view why) {
    note(fmt::format("damaged at byte {}: {}", start_, why));
    return false;
  }

  bool read_packet(ByteView body, std::uint64_t body_length, bool obsolete, Packet& packet) {
    FileReader reader(body, little_endian_);
    const std::uint32_t number = obsolete ? reader.u16() : reader.u32();
    if (obsolete) reader.u16();  // drops
    const std::uint64_t high = reader.u32();
    const std::uint64_t low = reader.u32();
    const std::uint32_t captured = reader.u32();
    packet.wire_bytes = reader.u32();
    constexpr std::size_t kFields = 20;
    if (!reader.ok() || captured > body_length - kFields) return pass_over("a packet longer than its block");
    if (number >= interfaces_.size()) {
      return pass_over(fmt::format("a packet of interface {}, which nothing describes", number));
    }
    const Interface& from = interfaces_[number];
    packet.time_ns = from.unit.to_ns(high << 32 | low);
    packet.link_type = from.link_type;
    return hand_out(reader, captured, packet);
  }

  // It has no time of its own: the last packet's is the nearest there is.
  bool read_simple_packet(ByteView body, std::uint64_t body_length, Packet& packet) {
    FileReader reader(body, little_endian_);
    packet.wire_bytes = reader.u32();
    if (!reader.ok()) return pass_over("a simple packet block that is cut short");
    if (interfaces_.empty()) return pass_over("a packet of interface 0, which nothing describes");
    const Interface& from = interfaces_.front();
    std::uint64_t captured = std::min<std::uint64_t>(packet.wire_bytes, body_length - 4);
    if (from.snap_length > 0) captured = std::min<std::uint64_t>(captured, from.snap_length);
    packet.time_ns = last_time_ns_;
    packet.link_type = from.link_type;
    return hand_out(reader, static_cast<std::uint32_t>(captured), packet);
  }

  bool hand_out(FileReader& reader, std::uint32_t captured, Packet& packet) {
    packet.bytes = reader.bytes(std::min(captured, kMostPacketBytes));
    packet.wire_bytes = std::max(packet.wire_bytes, captured);
    last_time_ns_ = packet.time_ns;
    return reader.ok();
  }

  // May be larger than what can be looked at, so it is read piece by piece.
  bool read_secrets(std::uint64_t body_length) {
    constexpr std::size_t kFields = 8;
    FileReader reader(window_.peek(kBlockHeaderBytes + kFields).subspan(kBlockHeaderBytes), little_endian_);
    const std::uint32_t kind = reader.u32();
    const std::uint32_t length = reader.u32();
    to_next_block_ = kBlockHeaderBytes + body_length + kBlockTrailerBytes;
    if (!reader.ok() || body_length < kFields || length > body_length - kFields) {
      return pass_over("decryption secrets longer than their block");
    }
    if (kind != kTlsKeyLog) return false;
    window_.drop(kBlockHeaderBytes + kFields);
    to_next_block_ -= kBlockHeaderBytes + kFields;
    std::uint64_t left = std::min<std::uint64_t>(length, kMostSecrets - std::min(kMostSecrets, secrets_.size()));
    while (left > 0) {
      const ByteView part = window_.peek(std::min<std::uint64_t>(left, StreamWindow::kMostPeek));
      if (part.empty()) return cut_short("in the middle of a block");
      secrets_ += as_text(part);
      window_.drop(part.size());
      left -= part.size();
      to_next_block_ -= part.size();
    }
    secrets_ += '\n';  // So that the next block begins a line.
    return false;
  }

  bool little_endian_ = false;
  std::vector<Interface> interfaces_;
  std::int64_t last_time_ns_ = 0;
  std::string secrets_;
  std::uint64_t start_ = 0;  // Of the block that is being read.
  std::uint64_t to_next_block_ = 0;
};

}  // namespace

bool is_pcapng(std::uint32_t magic) { return magic == block::kSectionHeader; }

std::unique_ptr<PacketSource> pcapng_source(StreamWindow window) {
  return std::make_unique<PcapngSource>(std::move(window));
}

}  // namespace ucready::passive
