#include "probes/identify/method.h"

#include <algorithm>

namespace ucready::probes {

extern const Method kUdsMethod;
extern const Method kVmrestMethod;
extern const Method kPhonePageMethod;
extern const Method kExpresswayLoginMethod;
extern const Method kWebPageMethod;
extern const Method kSipOptionsMethod;
extern const Method kXmppFeaturesMethod;
extern const Method kSmtpBannerMethod;
extern const Method kImapBannerMethod;
extern const Method kSmtpsBannerMethod;
extern const Method kImapsBannerMethod;
extern const Method kCertificateMethod;

std::span<const Method> all_methods() {
  // In the order in which they are tried.
  static const Method kMethods[] = {kUdsMethod,        kVmrestMethod,      kPhonePageMethod,    kExpresswayLoginMethod,
                                    kWebPageMethod,    kSipOptionsMethod,  kXmppFeaturesMethod, kSmtpBannerMethod,
                                    kImapBannerMethod, kSmtpsBannerMethod, kImapsBannerMethod,  kCertificateMethod};
  return kMethods;
}

const Method* method_named(std::string_view name) {
  const auto methods = all_methods();
  const auto found = std::ranges::find(methods, name, &Method::name);
  return found == methods.end() ? nullptr : &*found;
}

bool is_listed(std::string_view list, std::string_view item) {
  while (!item.empty() && !list.empty()) {
    const std::size_t comma = std::min(list.find(','), list.size());
    if (list.substr(0, comma) == item) return true;
    list.remove_prefix(std::min(comma + 1, list.size()));
  }
  return false;
}

}  // namespace ucready::probes
