#include "tls/alert.h"

namespace ucready::tls {

bool AlertMessage::ends(Version version) const {
  if (alert == kCloseNotify) return true;
  if (version >= kTls13) return alert != kUserCanceled;
  return level != kWarning;
}

}  // namespace ucready::tls
