#include "scanner/address_range.h"

#include <arpa/inet.h>
#include <fmt/format.h>

#include <charconv>
#include <cstring>

namespace ucready::scanner {
namespace {
constexpr unsigned kMostHostBits = 20;
}

Result<AddressRange> AddressRange::network(std::string_view text) {
  const auto wrong = [&](std::string_view why) {
    return fail(ErrorCode::invalid_input,
                fmt::format("{}: {}; write a network as ADDRESS/BITS, such as 10.1.0.0/24", text, why));
  };
  const std::size_t slash = text.find('/');
  if (slash == std::string_view::npos) return wrong("no / in it");
  const std::string address(text.substr(0, slash));
  const std::string_view digits = text.substr(slash + 1);
  unsigned bits = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), bits);
  if (error != std::errc{} || end != digits.data() + digits.size()) return wrong("what follows the / is no number");

  AddressRange range{std::string(text)};
  if (inet_pton(AF_INET, address.c_str(), range.first_.data()) == 1) range.family_ = AF_INET;
  if (range.family_ == 0 && inet_pton(AF_INET6, address.c_str(), range.first_.data()) == 1) range.family_ = AF_INET6;
  if (range.family_ == 0) return wrong(fmt::format("{} is no IP address", address));
  const unsigned width = range.family_ == AF_INET ? 32 : 128;
  if (bits > width) return wrong(fmt::format("an address has only {} bits", width));
  const unsigned host_bits = width - bits;
  if (host_bits > kMostHostBits) {
    return fail(ErrorCode::invalid_input,
                fmt::format("{}: more than 1,048,576 addresses; scan it in parts of /{} or smaller", text,
                            width - kMostHostBits));
  }
  for (unsigned bit = bits; bit < width; ++bit) {
    if ((range.first_[bit / 8] >> (7 - bit % 8) & 1) != 0) {
      return wrong(fmt::format("{} is not the first address of a /{}", address, bits));
    }
  }
  range.count_ = std::uint64_t{1} << host_bits;
  if (range.family_ == AF_INET && host_bits >= 2) {
    range.first_[3] |= 1;
    range.count_ -= 2;
  }
  return range;
}

std::string AddressRange::at(std::uint64_t index) const {
  if (family_ == 0) return text_;
  std::array<std::uint8_t, 16> address = first_;
  std::uint64_t carry = index;
  for (std::size_t i = family_ == AF_INET ? 4 : 16; i-- > 0 && carry > 0;) {
    carry += address[i];
    address[i] = static_cast<std::uint8_t>(carry);
    carry >>= 8;
  }
  std::array<char, INET6_ADDRSTRLEN> text{};
  inet_ntop(family_, address.data(), text.data(), text.size());
  return text.data();
}

}  // namespace ucready::scanner
