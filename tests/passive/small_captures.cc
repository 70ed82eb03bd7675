#include "tests/passive/small_captures.h"

#include <zlib.h>
#include <zstd.h>

#include <algorithm>
#include <cctype>

#include "tests/passive/carriers.h"
#include "tests/passive/preludes.h"

namespace ucready::passive {
namespace {

// The shortest hello whose record is a multiple of what a carrier carries.
Bytes short_hello(std::uint16_t version = 0x0303) {
  ByteWriter out;
  out.u8(22);
  out.u16(0x0301);
  out.u16_block([&] {
    out.u8(1);
    out.u24_block([&] {
      out.u16(version);
      out.bytes(Bytes(32, 0x11));
      out.u8(0);  // session_id
      out.u16_block([&] { out.u16(0xc02f); });
      out.u8_block([&] { out.u8(0); });
      out.u16_block([&] {
        out.u16(0x6a6a);
        out.u16_block([&] { out.bytes(Bytes(3, 0)); });
      });
    });
  });
  return out.take();
}

// What it chooses: TLS 1.2 or, with supported_versions, TLS 1.3; with the random of a HelloRetryRequest that.
Bytes server_hello(std::uint16_t version, std::uint16_t suite, bool tls13, bool retry = false) {
  const Bytes retry_random = hex("cf21ad74e59a6111be1d8c021e65b891c2a211167abb8c5e079e09e2c8a8339c");
  ByteWriter out;
  out.u8(22);
  out.u16(0x0303);
  out.u16_block([&] {
    out.u8(2);
    out.u24_block([&] {
      out.u16(version);
      out.bytes(retry ? retry_random : Bytes(32, 0x22));
      out.u8(0);
      out.u16(suite);
      out.u8(0);
      if (!tls13) return;
      out.u16_block([&] {
        out.u16(43);
        out.u16_block([&] { out.u16(0x0304); });
      });
    });
  });
  return out.take();
}

// A Certificate message with something that is none.
Bytes certificate() {
  ByteWriter out;
  out.u8(22);
  out.u16(0x0303);
  out.u16_block([&] {
    out.u8(11);
    out.u24_block([&] { out.u24_block([&] { out.u24_block([&] { out.bytes(hex("3003020101")); }); }); });
  });
  return out.take();
}

Bytes sslv2_hello() {
  return joined(
      {hex("802e 01 0303 0015 0000 0010"), hex("00002f 000035 010080 00c02f 00c030 000005 0000ff"), Bytes(16, 0x33)});
}

const Bytes kAlert = {21, 3, 3, 0, 2, 2, 40};

struct Turn {
  Side from;
  Bytes bytes;
};

struct Talk {
  std::vector<Turn> turns;
  std::size_t segment_bytes = 1400;
  bool backwards = false;  // The segments come in the wrong order.
  bool with_syn = true;
};

std::vector<Bytes> ip_packets(const Talk& talk) {
  std::vector<Bytes> packets;
  std::uint32_t next[2] = {1000, 2000};
  const auto add = [&](Side from, std::uint8_t flags, ByteView payload) {
    const std::size_t side = from == Side::a ? 0 : 1;
    Segment segment = segment_of(as_text(payload), side == 0 ? kPhone : kServer, side == 0 ? kServer : kPhone);
    segment.sequence = next[side];
    segment.acknowledgement = next[1 - side];
    segment.flags = flags;
    packets.push_back(ip_packet_of(segment));
    next[side] += static_cast<std::uint32_t>(payload.size()) + ((flags & kSyn) != 0 ? 1 : 0);
  };
  if (talk.with_syn) add(Side::a, kSyn, {});
  for (const Turn& turn : talk.turns) {
    for (ByteView rest = turn.bytes; !rest.empty();) {
      const ByteView part = rest.first(std::min(talk.segment_bytes, rest.size()));
      rest = rest.subspan(part.size());
      add(turn.from, kAck | kPush, part);
    }
  }
  if (talk.backwards) std::reverse(packets.begin() + 1, packets.end());
  return packets;
}

Bytes pcap(const std::vector<Bytes>& packets, std::uint32_t link_type) {
  ByteWriter file;
  write_pcap_header(file, link_type);
  std::int64_t time_ns = 1'790'000'000'000'000'000;
  for (const Bytes& packet : packets) {
    write_pcap_packet(
        file,
        {.time_ns = time_ns += 1'000'000, .bytes = packet, .wire_bytes = static_cast<std::uint32_t>(packet.size())});
  }
  return file.take();
}

// Big-endian, in microseconds, with a block for secrets.
Bytes pcapng(const std::vector<Bytes>& packets) {
  ByteWriter file;
  const auto block = [&](std::uint32_t type, const Bytes& body) {
    const Bytes padding((4 - body.size() % 4) % 4);
    const auto length = static_cast<std::uint32_t>(12 + body.size() + padding.size());
    file.u32(type);
    file.u32(length);
    file.bytes(body);
    file.bytes(padding);
    file.u32(length);
  };
  block(0x0a0d0d0a, hex("1a2b3c4d 0001 0000 ffffffffffffffff"));
  block(1, hex("0065 0000 00000000"));
  const std::string_view secrets = "CLIENT_RANDOM 00 00\n";
  block(10, joined({hex("544c534b 00000014"), as_bytes(secrets)}));
  for (const Bytes& packet : packets) {
    ByteWriter body;
    body.u32(0);
    body.u32(0x0006'0000);
    body.u32(0);
    body.u32(static_cast<std::uint32_t>(packet.size()));
    body.u32(static_cast<std::uint32_t>(packet.size()));
    body.bytes(packet);
    block(6, body.take());
  }
  return file.take();
}

Bytes gzipped(const Bytes& plain) {
  z_stream state{};
  constexpr int kGzip = 16;
  deflateInit2(&state, Z_BEST_COMPRESSION, Z_DEFLATED, kGzip + MAX_WBITS, 8, Z_DEFAULT_STRATEGY);
  Bytes packed(deflateBound(&state, plain.size()));
  Bytes source = plain;
  state.next_in = source.data();
  state.avail_in = static_cast<uInt>(source.size());
  state.next_out = packed.data();
  state.avail_out = static_cast<uInt>(packed.size());
  deflate(&state, Z_FINISH);
  packed.resize(state.total_out);
  deflateEnd(&state);
  return packed;
}

Bytes zstd_packed(const Bytes& plain) {
  Bytes packed(ZSTD_compressBound(plain.size()));
  packed.resize(ZSTD_compress(packed.data(), packed.size(), plain.data(), plain.size(), 3));
  return packed;
}

// Of a datagram with the segment two fragments, the second first.
std::vector<Bytes> in_fragments(const Bytes& packet) {
  const ByteView inside = ByteView(packet).subspan(20);
  const ByteView first = inside.first(40), second = inside.subspan(40);
  return {ipv4(6, second, {.identification = 7, .offset = 40}), ipv4(6, first, {.identification = 7, .more = true})};
}

std::string letters(std::string_view name) {
  std::string kept;
  bool word = true;
  for (const char c : name) {
    const bool plain = std::isalnum(static_cast<unsigned char>(c)) != 0;
    if (plain) kept += word ? static_cast<char>(std::toupper(static_cast<unsigned char>(c))) : c;
    word = !plain;
  }
  return kept;
}

void add_carriers(std::vector<SmallCapture>& all) {
  const Bytes hello = short_hello();
  std::vector<std::vector<Bytes>> packets;
  std::vector<Carrier> kinds;
  for (std::size_t at = 0; at < hello.size(); at += kCarriedBytes) {
    const std::string_view part = as_text(ByteView(hello).subspan(at, kCarriedBytes));
    kinds = carriers(part, static_cast<std::uint32_t>(1000 + at));
    packets.resize(kinds.size());
    for (std::size_t kind = 0; kind < kinds.size(); ++kind) packets[kind].push_back(kinds[kind].bytes);
  }
  for (std::size_t kind = 0; kind < kinds.size(); ++kind) {
    all.push_back({"In" + letters(kinds[kind].name), pcap(packets[kind], kinds[kind].link_type)});
  }
}

}  // namespace

std::vector<SmallCapture> small_captures() {
  const Bytes hello = short_hello();
  const auto refused = [&](const Bytes& first) { return Talk{.turns = {{Side::a, first}, {Side::b, kAlert}}}; };
  std::vector<SmallCapture> all;
  const auto add = [&](std::string name, const Talk& talk) {
    all.push_back({std::move(name), pcap(ip_packets(talk), kLinkTypeRaw)});
  };
  add("Refused", refused(hello));
  add("Sslv3", refused(short_hello(0x0300)));
  add("Draft", refused(short_hello(0x7f1c)));
  add("Sslv2Hello", refused(sslv2_hello()));
  add("NoSyn", {.turns = {{Side::a, hello}, {Side::b, kAlert}}, .with_syn = false});
  add("Backwards", {.turns = {{Side::a, hello}}, .segment_bytes = 10, .backwards = true});
  add("ServerAlone", {.turns = {{Side::b, server_hello(0x0303, 0xc02f, false)}}, .with_syn = false});
  add("Tls12", {.turns = {{Side::a, hello},
                          {Side::b, joined({server_hello(0x0303, 0xc02f, false), certificate()})},
                          {Side::a, joined({kAlert, hex("140303000101")})}}});
  add("Tls13",
      {.turns = {
           {Side::a, hello},
           {Side::b, joined({server_hello(0x0303, 0x1301, true), hex("140303000101 1703030014"), Bytes(20, 0x55)})},
           {Side::a, hex("140303000101")}}});
  add("Retry", {.turns = {{Side::a, hello}, {Side::b, server_hello(0x0303, 0x1301, true, true)}, {Side::a, hello}}});
  for (const SpokenPrelude& prelude : kPreludes) {
    Talk talk{.with_syn = false};
    for (const Said& said : prelude.said) {
      const ByteView bytes = as_bytes(said.bytes);
      talk.turns.push_back({said.from, Bytes(bytes.begin(), bytes.end())});
    }
    talk.turns.push_back({Side::a, hello});
    if (!prelude.said.empty()) add("Behind" + std::string(prelude.name), talk);
  }
  const std::vector<Bytes> packets = ip_packets(refused(hello));
  all.push_back({"Pcapng", pcapng(packets)});
  all.push_back({"Gzip", gzipped(pcap(packets, kLinkTypeRaw))});
  all.push_back({"Zstd", zstd_packed(pcap(packets, kLinkTypeRaw))});
  all.push_back({"Fragments", pcap(in_fragments(packets[1]), kLinkTypeRaw)});
  add_carriers(all);
  return all;
}

}  // namespace ucready::passive
