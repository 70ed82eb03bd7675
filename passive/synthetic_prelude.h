// What may stand before TLS in place of what was said there: the least that leads to it and names the protocol, with
// nothing of anybody in it.
#pragma once

#include <span>
#include <string_view>

namespace ucready::passive {

struct PreludeLine {
  bool from_client = false;
  std::string_view bytes;
};

// Empty for protocols that begin with TLS, and for those that have no name of their own.
std::span<const PreludeLine> synthetic_prelude(std::string_view protocol);

}  // namespace ucready::passive
