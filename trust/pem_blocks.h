// The blocks of a PEM file (RFC 7468), with the line each begins on, so that an error can be found again.
//
// Read as leniently as RFC 7468 section 2 allows: text around blocks is passed over, header lines ("Proc-Type: ...")
// too, line ends may be of any kind. What stands inside a block must be base64.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/bytes.h"
#include "core/result.h"

namespace ucready::trust {

struct PemBlock {
  std::string label;  // "CERTIFICATE"
  int line = 0;       // Of its BEGIN, from 1.
  Bytes content;      // Decoded; left empty for private keys, which are never read.
};

inline constexpr std::size_t kMostPemBlocks = 20'000;

bool looks_like_pem(std::string_view text);
// Errors begin with the line: "14: the block CERTIFICATE has no end".
Result<std::vector<PemBlock>> read_pem_blocks(std::string_view text);

}  // namespace ucready::trust
