// A server's bytes through HelloProbe. The first byte chooses the offer, the second the fragments.
#include <algorithm>
#include <cstdlib>

#include "tls/hello_probe.h"

namespace {

using namespace ucready;
using namespace ucready::tls;

std::shared_ptr<const Session> some_session(Version version) {
  Session session{.version = version, .suite = CipherSuite{0xc02f}, .secret = Secret(48), .id = Bytes(32, 7)};
  if (version == kTls13)
    session = {.version = version, .suite = CipherSuite{0x1301}, .secret = Secret(32), .ticket = Bytes(9)};
  return std::make_shared<const Session>(std::move(session));
}

HelloOffer offer_of(std::uint8_t choice) {
  constexpr Version kVersions[] = {kSslv3, kTls10, kTls11, kTls12, kTls13};
  HelloOffer offer;
  offer.versions = {kVersions[choice % std::size(kVersions)]};
  for (const auto& row : all_cipher_suites()) offer.suites.push_back(row.point);
  offer.groups = {Group{0x1d}, Group{0x17}, Group{0x18}, Group{0x1e}};
  offer.schemes = {SignatureScheme{0x0403}, SignatureScheme{0x0804}};
  if ((choice & 0x80) == 0) offer.key_shares = {Group{0x1d}};
  if ((choice & 0x40) != 0) offer.session = some_session(offer.versions.front());
  return offer;
}

ReadTo read_to(std::uint8_t choice) { return (choice & 0x20) != 0 ? ReadTo::session : ReadTo::flight; }

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static KeyShares keys;
  if (size < 2) return 0;
  ByteReader reader(ByteView(data, size));
  const std::uint8_t choice = reader.u8();
  const HelloOffer offer = offer_of(choice);
  const std::size_t step = reader.u8() + 1U;

  HelloProbe whole(offer, keys, read_to(choice)), pieces(offer, keys, read_to(choice));
  ByteView rest = reader.rest();
  whole.receive(rest);
  while (!rest.empty()) {
    const std::size_t fragment = std::min(step, rest.size());
    pieces.receive(rest.first(fragment));
    rest = rest.subspan(fragment);
  }
  // What a server says must not depend on how TCP cuts it, save how much of a foreign protocol was there at once.
  ServerAnswer one = whole.take_answer(), other = pieces.take_answer();
  one.not_tls.clear();
  other.not_tls.clear();
  if (one != other) std::abort();
  return 0;
}
