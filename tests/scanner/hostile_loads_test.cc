// Captures that somebody made to hurt, through the whole command: memory stays bounded, what is dropped is counted and
// said, and four times as much costs about four times as much.
#include <gtest/gtest.h>
#include <sys/resource.h>

#include <algorithm>
#include <fstream>
#include <random>
#include <sstream>

#include "passive/pcap_writer.h"
#include "scanner/program.h"
#include "tests/db/sample.h"
#include "tests/passive/hello_maker.h"

namespace ucready::scanner {
namespace {

using passive::kAck;
using passive::kPush;
using passive::kSyn;
using passive::Segment;

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr bool kSanitized = true;  // Shadow memory is none of ours.
#else
constexpr bool kSanitized = false;
#endif

constexpr long kMostResidentKb = 128 * 1024;

// A capture that is written packet by packet.
class Capture {
 public:
  explicit Capture(const std::filesystem::path& path) : file_(path, std::ios::binary) {
    ByteWriter header;
    passive::write_pcap_header(header, passive::kLinkTypeEthernet);
    put(header);
  }

  void add(Segment segment) {
    segment.time_ns = time_ns_ += 1000;
    ByteWriter packet;
    const Bytes frame = passive::ethernet_frame_of(passive::ip_packet_of(segment));
    passive::write_pcap_packet(
        packet, {.time_ns = segment.time_ns, .bytes = frame, .wire_bytes = static_cast<std::uint32_t>(frame.size())});
    put(packet);
  }

 private:
  void put(const ByteWriter& bytes) {
    const std::string_view text = as_text(bytes.view());
    file_.write(text.data(), static_cast<std::streamsize>(text.size()));
  }

  std::ofstream file_;
  std::int64_t time_ns_ = 1'790'000'000'000'000'000;
};

Endpoint client(std::uint32_t flow) {
  Endpoint end{.port = static_cast<std::uint16_t>(1024 + flow % 60'000)};
  const std::uint32_t host = flow / 60'000 + (flow % 1000) * 256;
  end.address.bytes = {10, static_cast<std::uint8_t>(host >> 16U), static_cast<std::uint8_t>(host >> 8U),
                       static_cast<std::uint8_t>(host)};
  return end;
}

Endpoint server() { return {*parse_ip_address("192.0.2.20"), 5061}; }

Segment from_client(std::uint32_t flow, std::uint32_t sequence, std::uint8_t flags, ByteView payload = {}) {
  Segment segment{.from = client(flow), .to = server(), .sequence = sequence, .flags = flags, .payload = payload};
  return segment;
}

Bytes hello_record(const Bytes& message) {
  ByteWriter out;
  out.u8(22);
  out.u16(0x0301);
  out.u16_block([&] { out.bytes(message); });
  return out.take();
}

struct Ran {
  ExitCode code{};
  std::string out;
  double cpu_s = 0;
};

double cpu_seconds() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  const auto seconds = [](const timeval& time) {
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
  };
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

long most_resident_kb() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return usage.ru_maxrss;
}

class HostileLoads : public ::testing::Test {
 protected:
  // Makes a capture of `size` somethings, reads it, and removes it.
  template <typename Make>
  Ran capture(std::uint32_t size, Make&& make) {
    const std::filesystem::path file = folder_ / "hostile.pcap", database = folder_ / (std::to_string(size) + ".db");
    {
      Capture capture(file);
      make(capture, size);
    }
    std::ostringstream out, err;
    Console console{.out = out, .err = err};
    const double before = cpu_seconds();
    Ran ran;
    ran.code = run_program({"capture", "-r", file.string(), "--db", database.string(), "--quiet"}, console);
    ran.cpu_s = cpu_seconds() - before;
    ran.out = out.str();
    std::filesystem::remove(file);
    std::filesystem::remove(database);
    return ran;
  }

  // Of four times as much; quadratic would be sixteen times. What both cost at the least is part of both.
  template <typename Make>
  Ran capture_in_linear_time(std::uint32_t size, Make&& make) {
    const double small = std::max(capture(size / 4, make).cpu_s, 0.05);
    Ran ran = capture(size, make);
    EXPECT_LT(ran.cpu_s / small, 10) << small << " s and " << ran.cpu_s << " s of CPU";
    if (!kSanitized) {
      EXPECT_LT(most_resident_kb(), kMostResidentKb);
    }
    return ran;
  }

  db::TemporaryFolder folder_;
};

TEST_F(HostileLoads, AMillionHalfOpenConnections) {
  const Ran ran = capture_in_linear_time(1'000'000, [](Capture& capture, std::uint32_t flows) {
    for (std::uint32_t flow = 0; flow < flows; ++flow) {
      capture.add(from_client(flow, 1000, kSyn));
      capture.add(
          {.from = server(), .to = client(flow), .sequence = 2000, .acknowledgement = 1001, .flags = kSyn | kAck});
    }
  });

  EXPECT_EQ(ran.code, ExitCode::partly);  // No TLS in it.
  EXPECT_NE(ran.out.find("2000000 packets, 0 TLS connections"), std::string::npos) << ran.out;
}

TEST_F(HostileLoads, AFloodOfSynsAroundOneHandshake) {
  const Bytes hello = hello_record(passive::MadeHello().message());
  const Ran ran = capture_in_linear_time(1'000'000, [&](Capture& capture, std::uint32_t flows) {
    const std::uint32_t honest = 50'000'000;
    capture.add(from_client(honest, 999, kSyn));
    for (std::uint32_t flow = 0; flow < flows; ++flow) {
      capture.add(from_client(flow, flow, kSyn));
      if (flow == flows / 2) capture.add(from_client(honest, 1000, kAck | kPush, hello));
    }
  });

  EXPECT_NE(ran.out.find("1000002 packets, 1 TLS connections: 1 with a hello"), std::string::npos) << ran.out;
}

TEST_F(HostileLoads, HandshakesThatNeverEnd) {
  const Bytes hello = hello_record(passive::MadeHello().message());
  const Ran ran = capture_in_linear_time(240'000, [&](Capture& capture, std::uint32_t flows) {
    for (std::uint32_t flow = 0; flow < flows; ++flow) {
      capture.add(from_client(flow, 999, kSyn));
      capture.add(from_client(flow, 1000, kAck | kPush, hello));
    }
  });

  EXPECT_NE(ran.out.find("240000 TLS connections: 240000 with a hello"), std::string::npos) << ran.out;
  EXPECT_NE(ran.out.find("handshakes given up for want of room"), std::string::npos) << ran.out;
}

// Behind nearly as many connections as may be known, of which none is followed any more: what is given up must be
// handshakes, or nothing gets free.
TEST_F(HostileLoads, HalfHellosBehindConnectionsThatAreKnown) {
  const Bytes data = {23, 3, 3, 0, 1, 'x'};
  Bytes half(1400);
  ByteWriter begin;
  begin.u8(22);
  begin.u16(0x0301);
  begin.u16(16'383);
  begin.u8(1);
  begin.u24(0x10000);
  begin.u16(0x0303);
  std::ranges::copy(begin.view(), half.begin());
  const Ran ran = capture_in_linear_time(120'000, [&](Capture& capture, std::uint32_t flows) {
    for (std::uint32_t flow = 0; flow < flows; ++flow) capture.add(from_client(flow, 1000, kAck | kPush, data));
    for (std::uint32_t flow = 0; flow < flows; ++flow) {
      capture.add(from_client(200'000 + flow, 1000, kAck | kPush, half));
    }
  });

  EXPECT_NE(ran.out.find("handshakes given up for want of room"), std::string::npos) << ran.out;
}

TEST_F(HostileLoads, SegmentsThatOverlapAndContradictEachOther) {
  Bytes garbage(1400);
  const Ran ran = capture_in_linear_time(300'000, [&](Capture& capture, std::uint32_t segments) {
    std::mt19937 random(5);
    const Bytes hello = hello_record(passive::MadeHello().message());
    for (std::uint32_t flow = 0; flow < 8; ++flow) capture.add(from_client(flow, 1000, kAck | kPush, hello));
    for (std::uint32_t i = 0; i < segments; ++i) {
      for (std::uint8_t& byte : std::span(garbage).first(16)) byte = static_cast<std::uint8_t>(random());
      const auto sequence = static_cast<std::uint32_t>(1000 + random() % 200'000);
      const std::size_t size = 1 + random() % garbage.size();
      capture.add(from_client(i % 8, sequence, kAck | kPush, ByteView(garbage).first(size)));
    }
  });

  EXPECT_NE(ran.out.find("8 TLS connections: 8 with a hello"), std::string::npos) << ran.out;
  EXPECT_NE(ran.out.find("places in streams where bytes are missing"), std::string::npos) << ran.out;
}

TEST_F(HostileLoads, ManyHugeHandshakesThatStayUnfinished) {
  // A ClientHello of 120 kB in records of 16 kB, of which half comes.
  Bytes message(60'000);
  message[0] = 1;
  message[1] = 1;
  message[2] = 0xd4;
  message[4] = message[5] = 3;
  const Ran ran = capture_in_linear_time(2'000, [&](Capture& capture, std::uint32_t flows) {
    Bytes stream;
    for (ByteView rest = message; !rest.empty();) {
      const ByteView part = rest.first(std::min<std::size_t>(rest.size(), 16'000));
      rest = rest.subspan(part.size());
      const Bytes record = hello_record(Bytes(part.begin(), part.end()));
      stream.insert(stream.end(), record.begin(), record.end());
    }
    for (std::size_t at = 0; at < stream.size(); at += 1400) {
      const ByteView part = ByteView(stream).subspan(at, std::min<std::size_t>(1400, stream.size() - at));
      for (std::uint32_t flow = 0; flow < flows; ++flow) {
        capture.add(from_client(flow, static_cast<std::uint32_t>(1000 + at), kAck | kPush, part));
      }
    }
  });

  EXPECT_NE(ran.out.find("handshakes given up for want of room"), std::string::npos) << ran.out;
}

}  // namespace
}  // namespace ucready::scanner
