// Writes handshakes, and nothing else of a capture, as a capture of its own: to hand to somebody who may see how
// systems negotiate but not what they say. Each connection is written anew, from SYN to FIN.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <unordered_map>

#include "core/result.h"
#include "db/session_observation.h"
#include "passive/pcap_writer.h"

namespace ucready::passive {

class SanitisedCapture {
 public:
  // `pseudonyms`: addresses become 198.18.x.y and 2001:db8::/32 ones (RFC 2544, RFC 3849), the same for the same
  // address within this file. Names inside hellos and certificates are not touched.
  static Result<std::unique_ptr<SanitisedCapture>> create(const std::string& path, bool pseudonyms);

  // `handshake` as the flow table hands it on; an empty one is passed over. Errors are of the disk.
  Result<void> add(const db::SessionObservation& session, ByteView handshake);
  Result<void> finish();

 private:
  SanitisedCapture(std::unique_ptr<PcapFileWriter> file, bool pseudonyms);
  Endpoint shown(const Endpoint& end);
  Result<void> write(Segment segment);

  std::unique_ptr<PcapFileWriter> file_;
  bool pseudonyms_;
  std::unordered_map<std::string, IpAddress> names_;  // Of addresses by their bytes; bounded by the pool of names.
};

}  // namespace ucready::passive
