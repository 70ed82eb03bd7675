#include "upgrade/forecast/opinions.h"

#include <fmt/format.h>

namespace ucready::forecast {
namespace {

constexpr std::size_t kMost = 100'000;

// All that a step or a mend may change in it; the rest is told by the digest of the one it is or was.
void add(std::string& key, const Certificate& certificate) {
  key += fmt::format("{}/{}/{}/{}/{}/{}/{}\n", certificate.sha256, certificate.issuer, certificate.eku,
                     certificate.not_after, certificate.signature_hash, certificate.key_bits, certificate.self_signed);
}

std::string key_of(const PresentedChain& presented, const StoreQuestion& asked) {
  std::string key = fmt::format("{} {} {} {} {}\n", asked.store->revision(), static_cast<int>(asked.presenter),
                                asked.stack, asked.security_level, asked.at.time_since_epoch().count());
  for (const CertificatePtr& certificate : presented.certificates) add(key, *certificate);
  if (presented.reissue == nullptr) return key;
  key += "reissued\n";
  for (const CertificatePtr& certificate : presented.reissue->signed_like) add(key, *certificate);
  return key;
}

}  // namespace

StoreOpinion Opinions::of(const PresentedChain& presented, const StoreQuestion& asked,
                          const std::vector<CertificatePtr>& seen_elsewhere) {
  std::string key = key_of(presented, asked);
  if (const auto found = known_.find(key); found != known_.end()) return found->second;
  if (known_.size() >= kMost) known_.clear();
  return known_.emplace(std::move(key), opinion_of(presented, asked, seen_elsewhere)).first->second;
}

}  // namespace ucready::forecast
