#include "passive/pcap_writer.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <utility>

#include "passive/timestamp.h"

namespace ucready::passive {
namespace {

constexpr std::size_t kBufferBytes = std::size_t{256} * 1024;

tl::unexpected<Error> system_failure(const std::string& path) {
  return fail(ErrorCode::io, fmt::format("{}: {}", path, std::strerror(errno)));
}

}  // namespace

void write_pcap_header(ByteWriter& out, std::uint32_t link_type) {
  constexpr std::uint32_t kNanosecondMagic = 0xa1b23c4d;
  constexpr std::uint32_t kSnapLength = 256 * 1024;
  out.u32(kNanosecondMagic);
  out.u16(2);  // major version
  out.u16(4);  // minor version
  out.u32(0);  // time zone
  out.u32(0);  // accuracy
  out.u32(kSnapLength);
  out.u32(link_type);
}

void write_pcap_packet(ByteWriter& out, const Packet& packet) {
  constexpr std::int64_t kLastSecond = 0xffffffff;
  const std::int64_t time_ns = std::clamp<std::int64_t>(packet.time_ns, 0, kLastSecond * kNsPerSecond);
  const auto captured = static_cast<std::uint32_t>(packet.bytes.size());
  out.u32(static_cast<std::uint32_t>(time_ns / kNsPerSecond));
  out.u32(static_cast<std::uint32_t>(time_ns % kNsPerSecond));
  out.u32(captured);
  out.u32(std::max(captured, packet.wire_bytes));
  out.bytes(packet.bytes);
}

Result<std::unique_ptr<PcapFileWriter>> PcapFileWriter::create(const std::string& path, std::uint32_t link_type) {
  std::string partial_path = path + ".XXXXXX";
  const int descriptor = mkostemp(partial_path.data(), O_CLOEXEC);  // Makes it with mode 0600.
  if (descriptor < 0) return system_failure(path);
  std::unique_ptr<PcapFileWriter> writer(new PcapFileWriter(path, partial_path, descriptor));
  write_pcap_header(writer->buffer_, link_type);
  return writer;
}

PcapFileWriter::PcapFileWriter(std::string path, std::string partial_path, int descriptor)
    : path_(std::move(path)), partial_path_(std::move(partial_path)), descriptor_(descriptor) {}

PcapFileWriter::~PcapFileWriter() {
  if (descriptor_ >= 0) close(descriptor_);
  if (!partial_path_.empty()) unlink(partial_path_.c_str());
}

Result<void> PcapFileWriter::write(const Packet& packet) {
  if (!state_) return state_;
  write_pcap_packet(buffer_, packet);
  return buffer_.size() < kBufferBytes ? state_ : flush();
}

Result<void> PcapFileWriter::flush() {
  const Bytes written = buffer_.take();
  buffer_ = {};
  ByteView rest = written;
  while (!rest.empty() && state_) {
    const ssize_t count = ::write(descriptor_, rest.data(), rest.size());
    if (count >= 0) {
      rest = rest.subspan(static_cast<std::size_t>(count));
    } else if (errno != EINTR) {
      state_ = system_failure(path_);
    }
  }
  return state_;
}

Result<void> PcapFileWriter::finish() {
  if (!state_ || !flush()) return state_;
  const bool kept = fsync(descriptor_) == 0 || errno == EINVAL;  // Not every file system can.
  const bool closed = close(std::exchange(descriptor_, -1)) == 0;
  if (!kept || !closed || std::rename(partial_path_.c_str(), path_.c_str()) != 0) {
    state_ = system_failure(path_);
    return state_;
  }
  partial_path_.clear();
  return {};
}

}  // namespace ucready::passive
