#include "upgrade/negotiation/outcome.h"

#include <algorithm>
#include <array>
#include <iterator>

namespace ucready::negotiation {
namespace {

constexpr std::string_view kReasons[] = {
    "no_common_version",
    "no_common_cipher",
    "no_common_group",
    "no_common_signature_scheme",
    "no_fallback_from_tls13",
    "no_secure_renegotiation",
    "untrusted_server_certificate",
    "missing_intermediate",
    "untrusted_client_certificate",
    "client_certificate_missing",
    "wrong_curve",
    "server_eku_missing",
    "client_eku_missing",
    "sha1_certificate",
    "weak_key",
    "expired_certificate",
    "name_mismatch",
    "subject_not_authorised",
    "certificate_upload_refused",
    "authenticated_mode",
    "mssql_tls13",
    "websocket_forking",
    "common_criteria",
};
static_assert(std::size(kReasons) == static_cast<std::size_t>(Reason::common_criteria) + 1);

constexpr std::string_view kPhases[] = {"hello", "selection", "server_flight", "client_certificate"};

constexpr std::string_view kBranchPoints[] = {
#define BRANCH(name) #name,
#include "upgrade/negotiation/branch_points.inc"
#undef BRANCH
};

}  // namespace

std::string_view to_text(Reason reason) { return kReasons[static_cast<std::size_t>(reason)]; }

std::optional<Reason> parse_reason(std::string_view text) {
  const auto* const at = std::ranges::find(kReasons, text);
  if (at == std::end(kReasons)) return std::nullopt;
  return static_cast<Reason>(at - std::begin(kReasons));
}
std::string_view to_text(Phase phase) { return kPhases[static_cast<std::size_t>(phase)]; }
std::string_view to_text(BranchPoint point) { return kBranchPoints[static_cast<std::size_t>(point)]; }
std::span<const std::string_view> all_branch_points() { return kBranchPoints; }

}  // namespace ucready::negotiation
