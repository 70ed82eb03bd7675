#include "probes/growth.h"

namespace ucready::probes {
namespace {

constexpr std::uint32_t kFewest = 16;  // Fewer connections than that say nothing.
constexpr int kPause = 20;

// Less than three quarters of what they did before.
bool slower(const Stock& stock) { return stock.before >= kFewest && stock.now * 4 < stock.before * 3; }

}  // namespace

void Growth::look(const Stock& stock) {
  if (wait_ > 0) {
    --wait_;
  } else if (slower(stock)) {
    allowed_ = std::max(std::min(kLeast, most_), allowed_ / 2);
    wait_ = kPause;
  } else {
    allowed_ = std::min(allowed_ * 2, most_);
  }
}

}  // namespace ucready::probes
