#include "passive/decapsulation.h"

#include <algorithm>

#include "passive/fragments.h"
#include "passive/layer.h"

namespace ucready::passive {
namespace {

constexpr int kMostLayers = 32;  // Each tag and header is one.
constexpr std::size_t kMostUnknownLinkTypes = 64;
constexpr std::uint8_t kFragmentHeader = 44;

// Nearly every packet is TCP in IP in an untagged Ethernet frame: that way is taken without a look into the tables.
Step first_step(const Packet& packet) {
  constexpr std::uint32_t kEthernet = 1;
  constexpr std::uint16_t kIpv4 = 0x0800;
  constexpr std::uint16_t kIpv6 = 0x86dd;
  if (packet.link_type == kEthernet) [[likely]] {
    ByteReader reader(packet.bytes);
    reader.bytes(12);  // addresses
    const std::uint16_t type = reader.u16();
    if (type == kIpv4) return {.kind = Step::Kind::ipv4, .bytes = reader.rest()};
    if (type == kIpv6) return {.kind = Step::Kind::ipv6, .bytes = reader.rest()};
  }
  return of_link_type(packet.link_type, packet.bytes);
}

Step behind_ip(std::uint8_t protocol, ByteView payload) {
  constexpr std::uint8_t kTcp = 6;
  if (protocol == kTcp) [[likely]]
    return {.kind = Step::Kind::tcp, .bytes = payload};
  return of_ip_protocol(protocol, payload);
}

// In place: an address that is built and then copied waits for its own bytes.
void set_v4(IpAddress& address, ByteView bytes) {
  address.bytes = {};
  std::copy_n(bytes.begin(), 4, address.bytes.begin());
  address.v6 = false;
}

void set_v6(IpAddress& address, ByteView bytes) {
  std::copy_n(bytes.begin(), 16, address.bytes.begin());
  address.v6 = true;
}

bool is_extension(std::uint8_t header) {
  constexpr std::uint8_t kHopByHop = 0;
  constexpr std::uint8_t kRouting = 43;
  constexpr std::uint8_t kDestination = 60;
  constexpr std::uint8_t kMobility = 135;
  constexpr std::uint8_t kHostIdentity = 139;
  constexpr std::uint8_t kShim6 = 140;
  return header == kHopByHop || header == kRouting || header == kDestination || header == kMobility ||
         header == kHostIdentity || header == kShim6;
}

}  // namespace

struct Decapsulator::State {
  Counts counts;
  Fragments fragments;
  Bytes datagram;             // The last one that was put together: what a segment's payload may point into.
  std::uint32_t missing = 0;  // Bytes that were on the wire behind those of the current layer.
  bool all_sent = false;      // A layer around said that there were none.

  Step read_ipv4(ByteView bytes, Segment& segment);
  Step read_ipv6(ByteView bytes, Segment& segment);
  bool read_tcp(ByteView bytes, Segment& segment);
  Step reassembled(const Fragment& fragment, std::int64_t time_ns);
  ByteView bounded(ByteView rest, std::size_t length);
};

// The part of a packet that its IP header claims: what is behind is padding, what is missing was cut by a snap length
// or by the mirror that copied the packet.
ByteView Decapsulator::State::bounded(ByteView rest, std::size_t length) {
  if (length <= rest.size()) {
    missing = 0;
    return rest.first(length);
  }
  missing = all_sent ? 0 : static_cast<std::uint32_t>(length - rest.size());
  return rest;
}

// RFC 791 section 3.1.
Step Decapsulator::State::read_ipv4(ByteView bytes, Segment& segment) {
  constexpr std::size_t kSmallestHeader = 20;
  ByteReader reader(bytes);
  const std::uint8_t version_and_length = reader.u8();
  reader.u8();  // type of service
  const std::uint16_t total_length = reader.u16();
  const std::uint16_t identification = reader.u16();
  const std::uint16_t fragmentation = reader.u16();
  reader.u8();  // time to live
  const std::uint8_t protocol = reader.u8();
  reader.u16();  // checksum: often left to the network card, so it says nothing
  const ByteView from = reader.bytes(4);
  const ByteView to = reader.bytes(4);
  const std::size_t header_length = std::size_t{4} * (version_and_length & 0x0fU);
  if (!reader.ok() || version_and_length >> 4U != 4 || header_length < kSmallestHeader) return malformed();
  reader.bytes(header_length - kSmallestHeader);
  if (!reader.ok()) return malformed();
  set_v4(segment.from.address, from);
  set_v4(segment.to.address, to);
  ByteView payload = reader.rest();
  // A length of 0 is written by hosts that leave the cutting into segments to the network card.
  if (total_length != 0) {
    if (total_length < header_length) return malformed();
    payload = bounded(payload, total_length - header_length);
  }
  constexpr std::uint16_t kMoreFragments = 0x2000;
  constexpr std::uint16_t kOffset = 0x1fff;
  if ((fragmentation & (kMoreFragments | kOffset)) == 0) [[likely]]
    return of_ip_protocol(protocol, payload);
  return reassembled({.from = segment.from.address,
                      .to = segment.to.address,
                      .identification = identification,
                      .protocol = protocol,
                      .offset = (fragmentation & kOffset) * 8U,
                      .more = (fragmentation & kMoreFragments) != 0,
                      .bytes = payload},
                     segment.time_ns);
}

// RFC 8200 sections 3 and 4.
Step Decapsulator::State::read_ipv6(ByteView bytes, Segment& segment) {
  constexpr int kMostExtensions = 32;
  ByteReader reader(bytes);
  const std::uint32_t version = reader.u32() >> 28U;  // with traffic class and flow label
  const std::uint16_t payload_length = reader.u16();
  std::uint8_t next = reader.u8();
  reader.u8();  // hop limit
  const ByteView from = reader.bytes(16);
  const ByteView to = reader.bytes(16);
  if (!reader.ok() || version != 6) return malformed();
  set_v6(segment.from.address, from);
  set_v6(segment.to.address, to);
  ByteView payload = reader.rest();
  if (payload_length != 0) payload = bounded(payload, payload_length);  // 0: a jumbogram, or as for IPv4.

  for (int i = 0; i < kMostExtensions; ++i) {
    ByteReader extension(payload);
    if (is_extension(next)) {
      next = extension.u8();
      const std::size_t length = extension.u8();
      extension.bytes(length * 8 + 6);
      if (!extension.ok()) return malformed();
      payload = extension.rest();
      continue;
    }
    if (next != kFragmentHeader) return behind_ip(next, payload);
    const std::uint8_t behind = extension.u8();
    extension.u8();  // reserved
    const std::uint16_t fragmentation = extension.u16();
    const std::uint32_t identification = extension.u32();
    if (!extension.ok()) return malformed();
    const std::uint32_t offset = fragmentation & 0xfff8U;
    const bool more = (fragmentation & 1) != 0;
    payload = extension.rest();
    next = behind;
    if (offset == 0 && !more) continue;  // RFC 6946: whole all the same.
    return reassembled({.from = segment.from.address,
                        .to = segment.to.address,
                        .identification = identification,
                        .protocol = behind,
                        .offset = offset,
                        .more = more,
                        .bytes = payload},
                       segment.time_ns);
  }
  return malformed();
}

Step Decapsulator::State::reassembled(const Fragment& fragment, std::int64_t time_ns) {
  // What a snap length cut off will not come: such a datagram never becomes whole.
  const bool misaligned = fragment.more && missing == 0 && fragment.bytes.size() % 8 != 0;
  if (misaligned) return malformed();
  auto whole = fragments.add(fragment, time_ns);
  if (!whole) return not_ours();
  datagram = std::move(whole->bytes);
  missing = 0;
  return of_ip_protocol(whole->protocol, datagram);
}

// RFC 9293 section 3.1.
bool Decapsulator::State::read_tcp(ByteView bytes, Segment& segment) {
  constexpr std::size_t kSmallestHeader = 20;
  ByteReader reader(bytes);
  segment.from.port = reader.u16();
  segment.to.port = reader.u16();
  segment.sequence = reader.u32();
  segment.acknowledgement = reader.u32();
  const std::size_t header_length = std::size_t{4} * (reader.u8() >> 4U);
  segment.flags = reader.u8() & (kFin | kSyn | kRst | kPush | kAck);
  reader.u16();  // window
  reader.u16();  // checksum
  reader.u16();  // urgent
  const std::size_t whole = bytes.size() + missing;
  if (!reader.ok() || header_length < kSmallestHeader || header_length > whole) return false;
  const std::size_t options = header_length - kSmallestHeader;
  if (options <= reader.remaining()) {
    reader.bytes(options);
    segment.payload = reader.rest();
    segment.cut = missing;
  } else {  // The snap length ended within the options.
    segment.payload = {};
    segment.cut = static_cast<std::uint32_t>(whole - header_length);
  }
  return true;
}

Decapsulator::Decapsulator() : state_(std::make_unique<State>()) {}
Decapsulator::~Decapsulator() = default;

bool Decapsulator::unwrap(const Packet& packet, Segment& segment) {
  State& state = *state_;
  ++state.counts.packets;
  segment.time_ns = packet.time_ns;
  const auto captured = static_cast<std::uint32_t>(packet.bytes.size());
  state.missing = packet.wire_bytes > captured ? packet.wire_bytes - captured : 0;
  state.all_sent = false;
  Step step = first_step(packet);
  for (int depth = 0; depth < kMostLayers; ++depth) {
    switch (step.kind) {
      case Step::Kind::layer:
        state.all_sent = state.all_sent || step.whole;
        step = step.read(step.bytes);
        break;
      case Step::Kind::ip:
        step.kind = !step.bytes.empty() && step.bytes.front() >> 4U == 6 ? Step::Kind::ipv6 : Step::Kind::ipv4;
        break;
      case Step::Kind::ipv4:
        step = state.read_ipv4(step.bytes, segment);
        break;
      case Step::Kind::ipv6:
        step = state.read_ipv6(step.bytes, segment);
        break;
      case Step::Kind::tcp:
        if (!state.read_tcp(step.bytes, segment)) {
          ++state.counts.malformed;
          return false;
        }
        ++state.counts.segments;
        return true;
      case Step::Kind::unknown_link_type: {
        auto& unknown = state.counts.unknown_link_types;
        const bool known_as_unknown = unknown.contains(packet.link_type);
        if (known_as_unknown || unknown.size() < kMostUnknownLinkTypes) ++unknown[packet.link_type];
        return false;
      }
      case Step::Kind::malformed:
        ++state.counts.malformed;
        return false;
      case Step::Kind::not_ours:
        return false;
    }
  }
  ++state.counts.malformed;  // Deeper than anything means to be.
  return false;
}

const Decapsulator::Counts& Decapsulator::counts() const {
  state_->counts.fragments_dropped = state_->fragments.unused();
  return state_->counts;
}

}  // namespace ucready::passive
