#include "db/session_observation.h"

#include <array>
#include <utility>

namespace ucready::db {

std::string inferred_text(std::uint8_t bits) {
  static constexpr std::array<std::pair<InferredColumn, std::string_view>, 4> kNames = {{
      {kInferredServerKeyType, "server_key_type"},
      {kInferredEstablished, "established"},
      {kInferredAlertBy, "alert_by"},
      {kInferredClientCertificateRequested, "client_certificate_requested"},
  }};
  std::string text;
  for (const auto& [bit, name] : kNames) {
    if ((bits & bit) == 0) continue;
    if (!text.empty()) text += ',';
    text += name;
  }
  return text;
}

}  // namespace ucready::db
