// A recorded hello, of a capture or a file that came from anywhere, sent again: offer_of_recording(), the hello that is
// written from it, and the second one after a HelloRetryRequest, as a probe would.
#include "tls/recorded_hello.h"

#include <array>
#include <cstdlib>

#include "tls/handshake.h"
#include "tls/hello_probe.h"
#include "tls/masked_hello.h"

namespace {

using namespace ucready;

// What is sent must be a hello with the suites that were recorded.
void check(ByteView message, const tls::HelloOffer& offer) {
  constexpr std::size_t kHeader = 4;
  const bool sslv2 = tls::is_sslv2_form(offer.recorded);
  const auto sent = sslv2 ? tls::read_sslv2_client_hello(message) : tls::read_client_hello(message.subspan(kHeader));
  if (!sent || sent->suites != offer.suites || sent->server_name != offer.server_name) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto offer = tls::offer_of_recording(ByteView(data, size), "cucm-pub.example.com");
  if (!offer) return 0;
  // What is masked is as long, offers the same, and is masked already.
  const auto masked = tls::masked_hello(ByteView(data, size));
  if (!masked || masked->size() != size || tls::masked_hello(*masked) != masked) std::abort();
  const std::array<std::uint8_t, 32> share{1};
  const std::array<tls::KeyShareEntry, 1> shares = {tls::KeyShareEntry{tls::Group{0x001d}, share}};
  tls::HelloParts parts;
  parts.key_shares = shares;
  check(tls::write_recorded_hello(*offer, parts), *offer);

  const Bytes cookie(std::size_t{16} * 1024, 7);
  parts.only_these_shares = true;
  parts.cookie = cookie;
  check(tls::write_recorded_hello(*offer, parts), *offer);

  tls::KeyShares keys;
  tls::HelloProbe probe(*offer, keys);
  if (probe.take_output().empty()) std::abort();
  return 0;
}
