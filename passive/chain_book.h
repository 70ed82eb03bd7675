// Certificate messages seen last, each in the one place that its bytes choose: a server's chain is parsed once and
// found again by one comparison.
#pragma once

#include <optional>
#include <vector>

#include "core/bytes.h"
#include "core/certificate.h"
#include "tls/code_points.h"
#include "trust/certificate.h"

namespace ucready::passive {

using Chain = std::vector<CertificatePtr>;

class ChainBook {
 public:
  // The body of a Certificate message. nullptr: malformed. Ends with the next call.
  const Chain* read(ByteView body, tls::Version version);

 private:
  struct Place {
    Bytes body;
    bool tls13 = false;
    Chain chain;
  };
  static constexpr std::size_t kPlaces = 512;
  static constexpr std::size_t kMostBodyBytes = 32 * 1024;  // Longer ones are taken apart each time.

  std::vector<Place> places_{kPlaces};
  trust::CertificateCache certificates_;
  Chain unkept_;
};

}  // namespace ucready::passive
