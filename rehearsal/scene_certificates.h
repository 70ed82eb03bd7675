// The certificates of a scene's two ends, as twins of the real ones.
#pragma once

#include <map>

#include "rehearsal/certificates.h"
#include "rehearsal/scene.h"
#include "rehearsal/twins.h"

namespace ucready::rehearsal {

class SceneCertificates : public Certificates {
 public:
  // Both must outlive it. Error: a certificate without a twin.
  static Result<std::unique_ptr<SceneCertificates>> make(const Scene& scene, Twins& twins);

  Shown shown(const negotiation::Chain& chain) override { return shown_.at(chain.id); }
  X509_STORE* store(negotiation::Side judge, const negotiation::Trust&) override {
    return judge == negotiation::Side::client ? client_store_.get() : server_store_.get();
  }
  std::string id_of(ByteView leaf) override;
  [[nodiscard]] std::time_t verified_at(negotiation::Side judge) const override;
  [[nodiscard]] std::string server_name() const override { return scene_.server_name; }

 private:
  using StoreHandle = CHandle<X509_STORE, X509_STORE_free>;

  SceneCertificates(const Scene& scene, Twins& twins) : scene_(scene), twins_(twins) {}
  Result<void> dress(negotiation::Side side);
  Result<CertificatePtr> original_of(const negotiation::Chain& chain, const forecast::PresentedChain* presented);
  Result<StoreHandle> stock(negotiation::Side judge);

  const Scene& scene_;
  Twins& twins_;
  std::map<std::string, Shown> shown_;              // By Chain::id.
  std::map<std::string, CertificatePtr> tops_;      // Of what is sent for it, the last.
  std::vector<std::pair<Bytes, std::string>> ids_;  // DER of twins.
  StoreHandle client_store_;
  StoreHandle server_store_;
};

}  // namespace ucready::rehearsal
