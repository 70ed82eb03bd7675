// Alerts: RFC 8446 section 6, RFC 5246 section 7.2.
#pragma once

#include <array>
#include <cstdint>

#include "core/bytes.h"
#include "tls/code_points.h"

namespace ucready::tls {

struct AlertMessage {
  static constexpr std::size_t kBytes = 2;
  static constexpr std::uint8_t kWarning = 1;

  std::uint8_t level = 0;
  Alert alert;

  bool operator==(const AlertMessage&) const = default;

  // It ends the connection. Up to TLSv1.2 the level says so; in TLSv1.3 all but user_canceled do, whatever their level.
  // close_notify is no error, but nothing follows it.
  [[nodiscard]] bool ends(Version version) const;
};

inline constexpr Alert kCloseNotify{0}, kUserCanceled{90};
inline constexpr std::array<std::uint8_t, AlertMessage::kBytes> kFarewell = {AlertMessage::kWarning,
                                                                             kCloseNotify.value};

}  // namespace ucready::tls
