#include "passive/chain_book.h"

#include <algorithm>

#include "passive/quick_hash.h"
#include "tls/certificate_message.h"

namespace ucready::passive {
namespace {

// The place is chosen by the ends of the message, where serial numbers, names and the signature stand; then all of it
// is compared.
std::uint64_t hash_of_ends(ByteView body) {
  constexpr std::size_t kEnd = 64;
  const std::size_t size = std::min(kEnd, body.size());
  return quick_hash(body.first(size), quick_hash(body.last(size), body.size()));
}

}  // namespace

const Chain* ChainBook::read(ByteView body, tls::Version version) {
  const bool tls13 = version >= tls::kTls13;
  Place& place = places_[hash_of_ends(body) % places_.size()];
  if (!place.body.empty() && place.tls13 == tls13 && std::ranges::equal(place.body, body)) return &place.chain;
  const auto ders = tls::read_certificate_message(body, version);
  if (!ders) return nullptr;
  Chain chain;
  for (const Bytes& der : *ders) chain.push_back(certificates_.read(der));
  if (body.size() > kMostBodyBytes) {
    unkept_ = std::move(chain);
    return &unkept_;
  }
  place = Place{Bytes(body.begin(), body.end()), tls13, std::move(chain)};
  return &place.chain;
}

}  // namespace ucready::passive
