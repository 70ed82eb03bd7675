// Writes handshakes, and nothing else of a capture, as a capture of its own: to hand to somebody who may see how
// systems negotiate but not what they say. Each connection is written anew, from SYN to FIN; where something was said
// in clear before TLS, a few set phrases stand for it that name the protocol.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>

#include "core/ip_address.h"
#include "core/result.h"
#include "db/session_observation.h"
#include "passive/pcap_writer.h"

namespace ucready::passive {

class SanitisedCapture {
 public:
  // `pseudonyms`: addresses become 198.18.x.y, where those are not enough 240.x.y.z, and 2001:db8::/32 ones (RFC 2544,
  // RFC 1112, RFC 3849), the same for the same address within this file and never the same for two. Names inside hellos
  // and certificates are not touched.
  static Result<std::unique_ptr<SanitisedCapture>> create(const std::string& path, bool pseudonyms);

  // `handshake` as the flow table hands it on; a session whose is empty is left out, and one whose addresses find no
  // name any more. Errors are of the disk.
  Result<void> add(const db::SessionObservation& session, ByteView handshake);
  Result<void> finish();
  [[nodiscard]] std::uint64_t left_out() const { return left_out_; }

 private:
  SanitisedCapture(std::unique_ptr<PcapFileWriter> file, bool pseudonyms);
  // Nothing: the names are used up.
  std::optional<Endpoint> shown(const Endpoint& end);
  Result<void> write(Segment segment);

  std::unique_ptr<PcapFileWriter> file_;
  bool pseudonyms_;
  std::unordered_map<std::string, IpAddress> names_;  // Of addresses by their bytes. Bounded.
  std::uint64_t left_out_ = 0;
};

}  // namespace ucready::passive
