#include "passive/flow_key.h"

#include <bit>

namespace ucready::passive {
namespace {

using AddressWords = std::array<std::uint64_t, 2>;

AddressWords words_of(const IpAddress& address) { return std::bit_cast<AddressWords>(address.bytes); }

std::uint64_t mix(std::uint64_t a, std::uint64_t b) {
  __extension__ using Wide = unsigned __int128;
  const Wide product = static_cast<Wide>(a) * b;
  return static_cast<std::uint64_t>(product) ^ static_cast<std::uint64_t>(product >> 64U);
}

constexpr std::uint64_t kOddA = 0xa0761d6478bd642fULL;
constexpr std::uint64_t kOddB = 0xe7037ed1a0b428dbULL;

}  // namespace

std::uint64_t FlowKey::hash(std::uint64_t seed) const {
  const std::uint64_t addresses =
      mix(words[0] ^ seed ^ kOddA, words[2] ^ kOddB) ^ mix(words[1] ^ seed, words[3] ^ kOddA);
  return mix(addresses ^ seed, words[4] ^ kOddB);
}

Endpoint FlowKey::end(Side side) const {
  const std::size_t at = side == Side::a ? 0 : 2;
  Endpoint end;
  end.address.bytes = std::bit_cast<std::array<std::uint8_t, 16>>(AddressWords{words[at], words[at + 1]});
  end.address.v6 = (words[4] >> 32U) != 0;
  end.port = static_cast<std::uint16_t>(side == Side::a ? words[4] >> 16U : words[4]);
  return end;
}

KeyedSegment key_of(const Endpoint& from, const Endpoint& to) {
  const AddressWords source = words_of(from.address);
  const AddressWords target = words_of(to.address);
  const bool from_is_lower = source != target ? source < target : from.port <= to.port;
  const auto& [low, low_port] = from_is_lower ? std::pair(source, from.port) : std::pair(target, to.port);
  const auto& [high, high_port] = from_is_lower ? std::pair(target, to.port) : std::pair(source, from.port);
  const std::uint64_t ports = (static_cast<std::uint64_t>(low_port) << 16U) | high_port;
  const std::uint64_t family = from.address.v6 ? 1ULL << 32U : 0;
  return {{{low[0], low[1], high[0], high[1], ports | family}}, from_is_lower ? Side::a : Side::b};
}

}  // namespace ucready::passive
