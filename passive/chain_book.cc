#include "passive/chain_book.h"

#include <algorithm>
#include <functional>

#include "core/result.h"
#include "tls/certificate_message.h"

namespace ucready::passive {
namespace {

constexpr std::size_t kMostKeptBytes = 24 * 1024;

// Chains that differ do so in their leaf's middle: serial, names, key.
std::size_t place_of(ByteView body) {
  const std::size_t sample = std::min<std::size_t>(body.size(), 512);
  const std::hash<std::string_view> hash;
  return hash(as_text(body.first(sample))) ^ body.size();
}

}  // namespace

const ChainBook::Chain& ChainBook::read(ByteView body, tls::Version version) {
  Entry& entry = entries_[place_of(body) % kPlaces];
  if (entry.version == version && std::ranges::equal(entry.body, body)) return entry.chain;
  entry = {};
  entry.version = version;
  if (const auto ders = tls::read_certificate_message(body, version)) {
    for (const Bytes& der : *ders) entry.chain.push_back(certificates_.read(der));
  }
  if (body.size() <= kMostKeptBytes) {
    entry.body.assign(body.begin(), body.end());
  } else {
    entry.version = {};  // Not to be found again.
  }
  return entry.chain;
}

}  // namespace ucready::passive
