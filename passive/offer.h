// Offers: what a kind of client sends, read and labelled once and found again by its bytes.
#pragma once

#include <array>
#include <string>
#include <vector>

#include "core/bytes.h"
#include "db/session_observation.h"
#include "passive/canonical_hello.h"
#include "tls/client_hello.h"

namespace ucready::passive {

// The JA3 text before it is hashed: version, suites, extensions, groups, point formats; in decimal and wire order,
// GREASE left out.
std::string ja3_text(const tls::ClientHello& hello);
// JA4 of a hello over TCP, by the published specification.
std::string ja4(const tls::ClientHello& hello);

// Keeps the offers seen last, each in the one place that its bytes choose, so that a look costs one comparison.
class OfferBook {
 public:
  // `message` as ClientOffer keeps it: with its header of four bytes; `sslv2`: a record without its header. Of a
  // malformed one only bytes and version are kept. Fills `fields` with views into `message`.
  db::ClientOfferPtr read(ByteView message, bool sslv2, HelloFields& fields);
  [[nodiscard]] std::size_t made() const { return made_; }

 private:
  struct Place {
    Bytes canonical;
    db::ClientOfferPtr offer;
  };
  static constexpr std::size_t kPlaces = 1024;

  std::vector<Place> places_{kPlaces};
  Bytes canonical_;
  std::size_t made_ = 0;
};

}  // namespace ucready::passive
