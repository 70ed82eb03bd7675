#include "imports/byte_source.h"

#include <fmt/format.h>

#include <array>

namespace ucready::imports {

Result<std::string> read_whole(ByteSource& source, std::size_t most) {
  std::string whole;
  std::array<char, 65536> chunk{};
  while (const std::size_t count = source.read(chunk)) {
    if (whole.size() + count > most) {
      return fail(ErrorCode::too_large, fmt::format("is larger than {} MB; export it in parts", most >> 20));
    }
    whole.append(chunk.data(), count);
  }
  if (!source.fault().empty()) return fail(ErrorCode::malformed, source.fault());
  return whole;
}

}  // namespace ucready::imports
