// The Certificate messages of a capture: one that was seen lately is known by its bytes and not read again.
#pragma once

#include <array>
#include <vector>

#include "core/bytes.h"
#include "core/certificate.h"
#include "tls/code_points.h"
#include "trust/certificate.h"

namespace ucready::passive {

class ChainBook {
 public:
  using Chain = std::vector<CertificatePtr>;

  // The body of a Certificate message; leaf first. Empty for an empty one, and where it does not follow its format.
  const Chain& read(ByteView body, tls::Version version);

 private:
  struct Entry {
    Bytes body;
    tls::Version version;
    Chain chain;
  };
  static constexpr std::size_t kPlaces = 256;

  trust::CertificateCache certificates_{1024, 4U << 20};
  std::array<Entry, kPlaces> entries_;  // A newcomer takes the place of whoever was there.
};

}  // namespace ucready::passive
