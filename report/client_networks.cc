#include "report/client_networks.h"

#include <fmt/format.h>

#include <algorithm>
#include <span>
#include <utility>

namespace ucready::report {
namespace {

constexpr std::size_t kFewest = 8;  // That are worth a network.
constexpr std::size_t kWidest4 = 16, kWidest6 = 108, kNarrowest4 = 24,
                      kNarrowest6 = 112;  // As wide as a site file takes.

using Sighting = std::pair<IpAddress, std::size_t>;  // With its kind.

bool bit(const IpAddress& address, std::size_t place) {
  return (address.bytes.at(place / 8) >> (7 - place % 8) & 1U) != 0;
}

std::size_t common_bits(const IpAddress& first, const IpAddress& last) {
  const std::size_t most = first.v6 ? 128 : 32;
  std::size_t bits = 0;
  while (bits < most && bit(first, bits) == bit(last, bits)) ++bits;
  return bits;
}

std::string network_of(IpAddress address, std::size_t bits) {
  for (std::size_t i = 0; i < address.bytes.size(); ++i) {
    const std::size_t kept = bits > i * 8 ? std::min<std::size_t>(bits - i * 8, 8) : 0;
    address.bytes.at(i) &= static_cast<std::uint8_t>(0xff00U >> kept);
  }
  return fmt::format("{}/{}", to_text(address), bits);
}

struct Division {
  std::vector<ClientNetwork> networks;
  std::map<std::size_t, std::vector<IpAddress>> named;  // By kind.

  // The sightings of one family, rising, that lie in one network or in several.
  void divide(std::span<const Sighting> all) {
    if (all.empty()) return;
    std::map<std::size_t, std::size_t> sizes;
    for (const auto& [address, kind] : all) ++sizes[kind];
    const auto largest = std::ranges::max_element(sizes, {}, [](const auto& size) { return size.second; });
    const bool v6 = all.front().first.v6;
    const std::size_t widest = v6 ? kWidest6 : kWidest4, narrowest = v6 ? kNarrowest6 : kNarrowest4;
    const std::size_t bits = std::min(common_bits(all.front().first, all.back().first), narrowest);
    const bool mostly_one = largest->second * 2 > all.size();
    if (all.size() >= kFewest && bits >= widest && (bits == narrowest || mostly_one) && largest->second >= kFewest) {
      ClientNetwork network{largest->first, network_of(all.front().first, bits), {}};
      for (const auto& [address, kind] : all) {
        if (kind == largest->first) {
          network.addresses.push_back(address);
        } else {
          named[kind].push_back(address);
        }
      }
      networks.push_back(std::move(network));
      return;
    }
    if (all.size() < kFewest || bits >= narrowest) {
      for (const auto& [address, kind] : all) named[kind].push_back(address);
      return;
    }
    const auto half = std::ranges::find_if(all, [&](const Sighting& seen) { return bit(seen.first, bits); });
    divide(std::span(all.begin(), half));
    divide(std::span(half, all.end()));
  }
};

}  // namespace

std::vector<ClientNetwork> client_networks(const std::map<IpAddress, std::size_t>& kinds) {
  std::vector<Sighting> v4, v6;
  for (const auto& seen : kinds) (seen.first.v6 ? v6 : v4).push_back(seen);
  Division division;
  division.divide(v4);
  division.divide(v6);
  for (auto& [kind, addresses] : division.named) division.networks.push_back({kind, "", std::move(addresses)});
  std::ranges::stable_sort(division.networks, {}, &ClientNetwork::kind);
  return std::move(division.networks);
}

}  // namespace ucready::report
