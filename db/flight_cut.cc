#include "db/flight_cut.h"

namespace ucready::db {

std::optional<FlightCut> cut_certificates(ByteView flight, const std::vector<CertificatePtr>& certificates) {
  if (flight.empty() || certificates.empty()) return std::nullopt;
  FlightCut cut;
  std::size_t at = 0;
  for (const CertificatePtr& certificate : certificates) {
    if (certificate->der.empty()) return std::nullopt;
    const std::size_t found = as_text(flight).find(as_text(certificate->der), at);
    if (found == std::string_view::npos) return std::nullopt;
    const ByteView before = flight.subspan(at, found - at);
    cut.rest.insert(cut.rest.end(), before.begin(), before.end());
    cut.places += (cut.places.empty() ? '[' : ',') + std::to_string(cut.rest.size());
    at = found + certificate->der.size();
  }
  const ByteView after = flight.subspan(at);
  cut.rest.insert(cut.rest.end(), after.begin(), after.end());
  cut.places += ']';
  return cut;
}

}  // namespace ucready::db
