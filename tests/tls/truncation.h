// Every message must be refused when any of its last bytes is missing.
#pragma once

#include <gtest/gtest.h>

#include "core/bytes.h"

namespace ucready::tls {

template <typename Read>
void expect_every_truncation_is_refused(const Bytes& whole, Read read) {
  for (std::size_t size = 0; size < whole.size(); ++size) {
    EXPECT_FALSE(read(ByteView(whole).first(size))) << "with " << size << " of " << whole.size() << " bytes";
  }
}

}  // namespace ucready::tls
