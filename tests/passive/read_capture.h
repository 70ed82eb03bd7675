// All that a source gives, kept.
#pragma once

#include <gtest/gtest.h>

#include <vector>

#include "passive/capture_file.h"
#include "tests/passive/packets.h"

namespace ucready::passive {

struct KeptPacket {
  std::int64_t time_ns = 0;
  std::uint32_t link_type = 0;
  Bytes bytes;
  std::uint32_t wire_bytes = 0;

  bool operator==(const KeptPacket&) const = default;
};

struct ReadCapture {
  std::vector<KeptPacket> packets;
  std::optional<std::string> fault;
  std::string secrets;
};

inline ReadCapture read_all(PacketSource& source) {
  ReadCapture read;
  Packet packet;
  while (source.next(packet)) {
    read.packets.push_back(
        {packet.time_ns, packet.link_type, Bytes(packet.bytes.begin(), packet.bytes.end()), packet.wire_bytes});
  }
  EXPECT_TRUE(source.ended());
  EXPECT_FALSE(source.next(packet));
  read.fault = source.fault();
  read.secrets = source.take_secrets();
  return read;
}

inline ReadCapture read_capture(const Bytes& file) {
  auto source = open_capture(memory_stream(file), "test");
  if (!source) {
    ADD_FAILURE() << source.error().message;
    return {};
  }
  return read_all(**source);
}

inline Bytes two_packets() {
  ByteWriter file;
  write_pcap_header(file, 1);
  write_pcap_packet(file, {.time_ns = 1'000'000'002, .bytes = as_bytes("abc")});
  write_pcap_packet(file, {.time_ns = 2'000'000'003, .bytes = as_bytes("wxyz"), .wire_bytes = 9});
  return file.take();
}

}  // namespace ucready::passive
