#include "passive/sanitised_capture.h"

#include <array>

#include "passive/synthetic_prelude.h"

namespace ucready::passive {
namespace {

constexpr std::uint32_t kBenchmarkNames = 1U << 17U;  // 198.18.0.0/15.
constexpr std::uint32_t kMostNames = 1U << 18U;       // About 30 MB of them.

IpAddress pseudonym(std::uint32_t number, bool v6) {
  IpAddress address;
  address.v6 = v6;
  const auto byte = [&](std::uint32_t shift) { return static_cast<std::uint8_t>(number >> shift); };
  if (v6) {
    address.bytes = {0x20, 0x01, 0x0d, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, byte(24), byte(16), byte(8), byte(0)};
  } else if (number >= kBenchmarkNames) {
    address.bytes = {240, byte(16), byte(8), byte(0)};
  } else {
    address.bytes = {198, static_cast<std::uint8_t>(18 + byte(16)), byte(8), byte(0)};
  }
  return address;
}

}  // namespace

SanitisedCapture::SanitisedCapture(std::unique_ptr<PcapFileWriter> file, bool pseudonyms)
    : file_(std::move(file)), pseudonyms_(pseudonyms) {}

Result<std::unique_ptr<SanitisedCapture>> SanitisedCapture::create(const std::string& path, bool pseudonyms) {
  auto file = PcapFileWriter::create(path, kLinkTypeRaw);
  if (!file) return tl::unexpected<Error>(file.error());
  return std::unique_ptr<SanitisedCapture>(new SanitisedCapture(std::move(*file), pseudonyms));
}

std::optional<Endpoint> SanitisedCapture::shown(const Endpoint& end) {
  if (!pseudonyms_) return end;
  const std::string key(as_text(end.address.view()));
  if (const auto known = names_.find(key); known != names_.end()) return Endpoint{known->second, end.port};
  if (names_.size() + 1 >= kMostNames) return std::nullopt;
  const IpAddress name = pseudonym(static_cast<std::uint32_t>(names_.size() + 1), end.address.v6);
  names_.emplace(key, name);
  return Endpoint{name, end.port};
}

Result<void> SanitisedCapture::write(Segment segment) {
  const Bytes packet = ip_packet_of(segment);
  return file_->write({segment.time_ns, kLinkTypeRaw, ByteView(packet), static_cast<std::uint32_t>(packet.size())});
}

Result<void> SanitisedCapture::add(const db::SessionObservation& session, ByteView handshake) {
  const auto client = shown(session.client);
  const auto server = shown(session.server);
  if (handshake.empty() || !client || !server) {
    ++left_out_;
    return {};
  }
  const std::array<Endpoint, 2> ends = {*client, *server};
  std::array<std::uint32_t, 2> next = {1000, 2000};
  Result<void> written;
  std::int64_t time_ns = session.started_ns;
  const auto send = [&](std::size_t side, std::uint8_t flags, ByteView payload) {
    if (!written) return;
    written = write({.time_ns = time_ns,
                     .from = ends.at(side),
                     .to = ends.at(1 - side),
                     .sequence = next.at(side),
                     .acknowledgement = (flags & kAck) != 0 ? next.at(1 - side) : 0,
                     .flags = flags,
                     .payload = payload});
    next.at(side) += static_cast<std::uint32_t>(payload.size()) + ((flags & (kSyn | kFin)) != 0 ? 1 : 0);
  };
  send(0, kSyn, {});
  send(1, kSyn | kAck, {});
  send(0, kAck, {});
  for (const PreludeLine& line : synthetic_prelude(session.protocol)) {
    send(line.from_client ? 0 : 1, kAck | kPush, as_bytes(line.bytes));
  }
  ByteReader reader(handshake);
  while (!reader.empty()) {
    const std::size_t side = reader.u8() == 0 ? 0 : 1;
    time_ns = session.started_ns + std::int64_t{reader.u32()} * 1000;
    const ByteView payload = reader.u16_block();
    if (!reader.ok()) break;
    if (payload.empty()) ++next.at(side);  // A gap stays one.
    if (!payload.empty()) send(side, kAck | kPush, payload);
  }
  send(0, kFin | kAck, {});
  send(1, kFin | kAck, {});
  send(0, kAck, {});
  return written;
}

Result<void> SanitisedCapture::finish() { return file_->finish(); }

}  // namespace ucready::passive
