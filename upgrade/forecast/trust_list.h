// Trust lists (CTL and ITL files) as the store of devices that load them from the cluster they call (docs/sources.md:
// ITL).
#pragma once

#include "upgrade/forecast/estate.h"

namespace ucready::forecast {

inline constexpr const char* kTrustListStore = "itl";

// The list that this node hands out; nullptr: not known.
const trust::TrustStore* list_served_by(const Estate& estate, const std::string& cluster, const std::string& node);

// What becomes of a certificate that a list names once that certificate is renewed.
enum class Following {
  not_named,   // The list never had it.
  other_list,  // The device does not know the signer of the list that this cluster hands out, and keeps its own.
  may_follow,  // It takes the new list, if it asks for it.
};
// `served`: nullptr: not known.
Following following(const trust::TrustStore& held, const Certificate& renewed, const trust::TrustStore* served);

// The list that a device has once it has dropped its own: the one handed out, where that is known; else its own with
// what this listener presents. nullptr: neither is known.
std::shared_ptr<trust::TrustStore> list_loaded_anew(const Estate& estate, const trust::TrustStore& held,
                                                    const Place& listener);

}  // namespace ucready::forecast
