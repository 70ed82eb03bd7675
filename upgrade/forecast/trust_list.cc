#include "upgrade/forecast/trust_list.h"

#include "upgrade/forecast/presented.h"

namespace ucready::forecast {

const trust::TrustStore* list_served_by(const Estate& estate, const std::string& cluster, const std::string& node) {
  const trust::TrustStore* const store = estate.store(cluster, node, kTrustListStore);
  return store != nullptr && !store->pins().empty() ? store : nullptr;
}

Following following(const trust::TrustStore& held, const Certificate& renewed, const trust::TrustStore* served) {
  if (held.pin_of(before_renewal(renewed)) == nullptr) return Following::not_named;
  return served == nullptr || held.shares_signer_with(*served) ? Following::may_follow : Following::other_list;
}

std::shared_ptr<trust::TrustStore> list_loaded_anew(const Estate& estate, const trust::TrustStore& held,
                                                    const Place& listener) {
  if (const auto* const served = list_served_by(estate, listener.cluster, listener.node))
    return Estate::copy_of(*served);
  auto list = Estate::copy_of(held);
  const auto chains = estate.chains_of_listener(listener);
  for (const PresentedChain& chain : chains) {
    trust::TrustEntry named;
    named.kind = trust::TrustKind::pinned;
    named.certificate = chain.certificates.front();
    named.subject = named.certificate->subject;
    named.roles = "CCM+TFTP";
    list->add(named);
  }
  return chains.empty() ? nullptr : list;
}

}  // namespace ucready::forecast
