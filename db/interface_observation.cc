#include "db/interface_observation.h"

#include <array>

namespace ucready::db {
namespace {

constexpr std::array<std::string_view, 7> kStates = {"tls",   "closed",  "timeout",         "unreachable",
                                                     "reset", "not_tls", "starttls_refused"};
constexpr std::array<std::string_view, 6> kOutcomes = {"accepted", "refused", "closed", "reset", "timeout", "not_tls"};

}  // namespace

std::string_view to_text(InterfaceState state) { return kStates.at(static_cast<std::size_t>(state)); }

std::string_view to_text(VersionOutcome outcome) { return kOutcomes.at(static_cast<std::size_t>(outcome)); }

}  // namespace ucready::db
