#include "rehearsal/scene_certificates.h"

#include <algorithm>

namespace ucready::rehearsal {
namespace {

using negotiation::Anchor;
using negotiation::Chain;
using negotiation::Side;

const std::vector<Chain>& keys_of(const Scene& scene, Side side) {
  return side == Side::client ? scene.ends.client.keys : scene.ends.server.keys;
}
const negotiation::Trust& trust_of(const Scene& scene, Side side) {
  return side == Side::client ? scene.ends.client.trust : scene.ends.server.trust;
}

Side other(Side side) { return side == Side::client ? Side::server : Side::client; }

}  // namespace

Result<CertificatePtr> SceneCertificates::original_of(const Chain& chain, const forecast::PresentedChain* presented) {
  if (presented != nullptr) return presented->certificates.front();
  if (chain.key == negotiation::KeyKind::rsa) return twins_.unseen({"rsa", chain.key_bits, ""});
  return twins_.unseen({"ecdsa", 0, tls::name(chain.curve)});
}

Result<void> SceneCertificates::dress(Side side) {
  for (const Chain& chain : keys_of(scene_, side)) {
    const forecast::PresentedChain* const presented = scene_.presented(side, chain.id);
    const auto original = original_of(chain, presented);
    if (!original) return tl::unexpected<Error>(original.error());
    const auto leaf = twins_.of(**original);
    if (!leaf) return tl::unexpected<Error>(leaf.error());
    Shown shown{leaf->certificate, leaf->key, {}};
    tops_[chain.id] = *original;
    const std::size_t sent = presented == nullptr ? 1 : presented->certificates.size();
    for (std::size_t i = 1; i < sent; ++i) {
      const auto issuer = twins_.of(*presented->certificates[i]);
      if (!issuer) return tl::unexpected<Error>(issuer.error());
      shown.issuers.push_back(issuer->certificate);
      tops_[chain.id] = presented->certificates[i];
    }
    ids_.emplace_back(encoded(shown.leaf), chain.id);
    shown_[chain.id] = std::move(shown);
  }
  return {};
}

Result<SceneCertificates::StoreHandle> SceneCertificates::stock(Side judge) {
  StoreHandle store(X509_STORE_new());
  const trust::TrustStore* const held = judge == Side::client ? scene_.client_holds : scene_.server_holds;
  if (held != nullptr) {
    for (const trust::TrustEntry& entry : held->authorities()) {
      if (entry.certificate == nullptr || !entry.certificate->defect.empty()) continue;
      // Of a kind that cannot be made, nothing in the scene hangs on it, or its chain had no twin either.
      if (const auto twin = twins_.of(*entry.certificate)) X509_STORE_add_cert(store.get(), twin->certificate);
    }
    return store;
  }
  const negotiation::Trust& trust = trust_of(scene_, judge);
  for (const Chain& chain : keys_of(scene_, other(judge))) {
    const auto at = trust.anchors.find(chain.id);
    const Anchor anchor = at == trust.anchors.end() ? trust.others : at->second;
    if (anchor == Anchor::none || anchor == Anchor::missing_intermediate || anchor == Anchor::pinned) continue;
    if (anchor == Anchor::leaf) {
      X509_STORE_add_cert(store.get(), shown_.at(chain.id).leaf);
      continue;
    }
    const CertificatePtr& top = tops_.at(chain.id);
    if (top->self_signed) {
      const auto twin = twins_.of(*top);
      if (!twin) return tl::unexpected<Error>(twin.error());
      X509_STORE_add_cert(store.get(), twin->certificate);
      continue;
    }
    const auto authority = twins_.authority_above(*top);
    if (!authority) return tl::unexpected<Error>(authority.error());
    X509_STORE_add_cert(store.get(), *authority);
  }
  return store;
}

Result<std::unique_ptr<SceneCertificates>> SceneCertificates::make(const Scene& scene, Twins& twins) {
  const trust::ErrorQueueGuard guard;
  std::unique_ptr<SceneCertificates> made(new SceneCertificates(scene, twins));
  for (const Side side : {Side::client, Side::server}) {
    if (auto dressed = made->dress(side); !dressed) return tl::unexpected<Error>(dressed.error());
  }
  for (const Side side : {Side::client, Side::server}) {
    auto store = made->stock(side);
    if (!store) return tl::unexpected<Error>(store.error());
    (side == Side::client ? made->client_store_ : made->server_store_) = std::move(*store);
  }
  return made;
}

std::string SceneCertificates::id_of(ByteView leaf) {
  const auto at = std::ranges::find_if(ids_, [&](const auto& known) { return std::ranges::equal(known.first, leaf); });
  return at == ids_.end() ? std::string() : at->second;
}

std::time_t SceneCertificates::verified_at(Side judge) const {
  return (judge == Side::client ? scene_.server_chains_at : scene_.client_chains_at).time_since_epoch().count();
}

}  // namespace ucready::rehearsal
