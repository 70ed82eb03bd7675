// What reading a packet and finding the TCP in it costs, on a file that the page cache holds.
#include <benchmark/benchmark.h>

#include <filesystem>
#include <fstream>
#include <optional>
#include <string>
#include <utility>

#include "passive/decapsulation.h"
#include "passive/packet_source.h"
#include "passive/pcap_writer.h"

namespace ucready::passive {
namespace {

// 256 MB of packets of the given size, in 64 conversations.
class BulkFile {
 public:
  BulkFile(std::size_t frame_bytes, bool v6)
      : path_(std::filesystem::temp_directory_path() / ("ucready_frames_bench_" + std::to_string(frame_bytes))) {
    constexpr std::size_t kFileBytes = 256 * 1024 * 1024;
    const Bytes payload(frame_bytes - (v6 ? 74 : 54), 0x17);
    auto writer = PcapFileWriter::create(path_, kLinkTypeEthernet).value();
    for (std::size_t written = 0; written < kFileBytes; written += frame_bytes + 16, ++packets_) {
      Segment segment;
      segment.from = {*parse_ip_address(v6 ? "2001:db8::1" : "192.0.2.1"), static_cast<std::uint16_t>(packets_ % 64)};
      segment.to = {*parse_ip_address(v6 ? "2001:db8::2" : "192.0.2.2"), 5061};
      segment.sequence = static_cast<std::uint32_t>(packets_);
      segment.flags = kAck;
      segment.payload = payload;
      const Bytes frame = ethernet_frame_of(ip_packet_of(segment));
      (void)writer->write({.time_ns = 0, .link_type = kLinkTypeEthernet, .bytes = frame});
    }
    if (!writer->finish()) std::abort();
  }
  ~BulkFile() { std::filesystem::remove(path_); }
  BulkFile(const BulkFile&) = delete;
  BulkFile& operator=(const BulkFile&) = delete;

  [[nodiscard]] const std::string& path() const { return path_; }
  [[nodiscard]] std::size_t packets() const { return packets_; }

 private:
  std::string path_;
  std::size_t packets_ = 0;
};

// The same packets in enhanced packet blocks.
class BulkPcapng {
 public:
  explicit BulkPcapng(const BulkFile& pcap) : path_(pcap.path() + "ng") {
    std::ofstream out(path_, std::ios::binary);
    ByteWriter blocks;
    for (const std::uint32_t word : {0x0a0d0d0aU, 28U, 0x1a2b3c4dU, 0x00010000U, ~0U, ~0U, 28U}) blocks.u32(word);
    for (const std::uint32_t word : {1U, 20U, kLinkTypeEthernet << 16U, 0U, 20U}) blocks.u32(word);
    auto source = open_capture_file(pcap.path()).value();
    Packet packet;
    while (source->next(packet)) {
      const auto size = static_cast<std::uint32_t>(packet.bytes.size());
      const std::uint32_t length = 32 + (size + 3) / 4 * 4;
      for (const std::uint32_t word : {6U, length, 0U, 0U, 0U, size, size}) blocks.u32(word);
      blocks.bytes(packet.bytes);
      for (std::uint32_t padding = size; padding % 4 != 0; ++padding) blocks.u8(0);
      blocks.u32(length);
      if (blocks.size() > 1'000'000) out << as_text(std::exchange(blocks, {}).view());
    }
    out << as_text(blocks.view());
  }
  ~BulkPcapng() { std::filesystem::remove(path_); }
  BulkPcapng(const BulkPcapng&) = delete;
  BulkPcapng& operator=(const BulkPcapng&) = delete;

  [[nodiscard]] const std::string& path() const { return path_; }

 private:
  std::string path_;
};

void report(benchmark::State& state, const BulkFile& file) {
  const auto rounds = static_cast<double>(state.iterations());
  const auto bytes = static_cast<double>(std::filesystem::file_size(file.path()));
  using benchmark::Counter;
  state.counters["s_per_GB"] = Counter(rounds * bytes / 1e9, Counter::kIsRate | Counter::kInvert);
  state.counters["s_per_packet"] =
      Counter(rounds * static_cast<double>(file.packets()), Counter::kIsRate | Counter::kInvert);
}

void read_packets(benchmark::State& state) {
  const BulkFile file(static_cast<std::size_t>(state.range(0)), state.range(1) == 6);
  for (auto round : state) {
    auto source = open_capture_file(file.path()).value();
    Packet packet;
    std::size_t packets = 0;
    while (source->next(packet)) ++packets;
    if (packets != file.packets()) state.SkipWithError("packets were lost");
  }
  report(state, file);
}

void find_segments_of(const std::string& path, const BulkFile& file, benchmark::State& state) {
  for (auto round : state) {
    auto source = open_capture_file(path).value();
    Decapsulator decapsulator;
    Packet packet;
    Segment segment;
    std::size_t segments = 0;
    while (source->next(packet)) segments += decapsulator.unwrap(packet, segment) ? 1 : 0;
    benchmark::DoNotOptimize(segment);
    if (segments != file.packets()) state.SkipWithError("segments were lost");
  }
  report(state, file);
}

void find_segments(benchmark::State& state) {
  const BulkFile file(static_cast<std::size_t>(state.range(0)), state.range(1) == 6);
  find_segments_of(file.path(), file, state);
}

void find_segments_in_pcapng(benchmark::State& state) {
  const BulkFile file(static_cast<std::size_t>(state.range(0)), false);
  const BulkPcapng pcapng(file);
  find_segments_of(pcapng.path(), file, state);
}

// One packet in the cache, again and again: what the layers themselves cost.
void unwrap_packet(benchmark::State& state) {
  Segment segment;
  const bool v6 = state.range(0) == 6;
  segment.from = {*parse_ip_address(v6 ? "2001:db8::1" : "192.0.2.1"), 49152};
  segment.to = {*parse_ip_address(v6 ? "2001:db8::2" : "192.0.2.2"), 5061};
  const Bytes frame = ethernet_frame_of(ip_packet_of(segment));
  Packet packet{.link_type = kLinkTypeEthernet, .bytes = frame};
  Decapsulator decapsulator;
  for (auto round : state) {
    benchmark::DoNotOptimize(packet);
    benchmark::DoNotOptimize(decapsulator.unwrap(packet, segment));
  }
}

BENCHMARK(unwrap_packet)->Arg(4)->Arg(6);
BENCHMARK(read_packets)->Args({1514, 4})->Args({100, 4})->Unit(benchmark::kMillisecond);
BENCHMARK(find_segments)->Args({1514, 4})->Args({1514, 6})->Args({100, 4})->Unit(benchmark::kMillisecond);
BENCHMARK(find_segments_in_pcapng)->Arg(1514)->Arg(100)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace ucready::passive
