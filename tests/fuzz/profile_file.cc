// A profile that came from anywhere: read_profile(). What it takes can be written and is then the same.
#include "scanner/profile_file.h"

#include <cstdlib>
#include <sstream>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace ucready;
  const auto offers = scanner::read_profile(as_text({data, size}), "profile.json");
  if (!offers) {
    const std::string& message = offers.error().message;
    if (message.find('\n') != std::string::npos || !message.starts_with("profile.json:")) std::abort();
    return 0;
  }
  db::RecordedOffers recorded;
  for (const db::BroughtOffer& one : *offers) {
    recorded.offers.push_back({.client = one.client, .protocol = one.protocol, .offer_id = one.offer->offer_id});
    recorded.hellos[one.offer->offer_id] = one.offer->hello;
  }
  std::ostringstream out;
  const auto written = scanner::write_profile({recorded}, out);
  const auto again = scanner::read_profile(out.str(), "again.json");
  if (!written.left_out.empty() || !again || again->size() != written.offers) std::abort();
  return 0;
}
