// Clients' offers as a file that is carried from one database to another: JSON, described in docs/replay.md.
#pragma once

#include <iosfwd>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.h"
#include "db/recorded_offers.h"
#include "db/run_writer.h"

namespace ucready::scanner {

constexpr std::size_t kMostProfileBytes = std::size_t{64} << 20;
constexpr std::size_t kMostProfileOffers = 20'000;

struct WrittenProfile {
  std::size_t offers = 0;
  std::vector<std::string> left_out;  // Offers that cannot be sent again, each with the reason.
};
// Hellos go masked (tls/masked_hello.h): no names of servers, nothing of a session.
WrittenProfile write_profile(const std::vector<db::RecordedOffers>& recorded, std::ostream& out);

// The file may come from anywhere. An error is one line that begins with `origin` and says where.
Result<std::vector<db::BroughtOffer>> read_profile(std::string_view text, const std::string& origin);

}  // namespace ucready::scanner
