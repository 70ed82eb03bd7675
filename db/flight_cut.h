// An answer is mostly certificates, and these are kept once in a table of their own. They are cut out of the answer and
// only the places are noted: a scan's database becomes five times smaller. The view answer_flight puts them back.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/bytes.h"
#include "core/certificate.h"

namespace ucready::db {

struct FlightCut {
  Bytes rest;          // The answer without the certificates.
  std::string places;  // "[93,96]": where in `rest` the first, second ... certificate belongs.

  bool operator==(const FlightCut&) const = default;
};

// Nothing where the certificates are not all there in this order (a record ends inside one, or the answer is
// another's).
std::optional<FlightCut> cut_certificates(ByteView flight, const std::vector<CertificatePtr>& certificates);

}  // namespace ucready::db
