// A hop that works, for tests to spoil: a client and a server of OpenSSL 3 with TLSv1.2 and TLSv1.3, each with an RSA
// certificate of one authority that the other's store holds. What is made of certificates and stores is made by the
// forecast's own code.
#pragma once

#include "rehearsal/rehearse.h"
#include "tests/support/certificate_maker.h"
#include "upgrade/forecast/chains.h"

namespace ucready::rehearsal {

using support::CertificateRecipe;
using support::MadeCertificate;

CertificateRecipe authority_recipe(const std::string& name);
CertificateRecipe leaf_recipe(const std::string& name = "server.example");
const MadeCertificate& authority();  // CN=Nordwind Root
KeyRack& test_keys();                // Shared by all tests of the program, for RSA keys are slow to make.

struct LittleScene {
  LittleScene();

  // Leaf first, as sent. Replaces what the end presented.
  void present(negotiation::Side by, const std::vector<std::vector<MadeCertificate>>& chains);
  void hold(negotiation::Side judge, const std::vector<MadeCertificate>& authorities);
  void pin(negotiation::Side judge, const MadeCertificate& certificate);
  // Twins are looked for among all that were presented, held or added here.
  void know(const MadeCertificate& certificate);
  void check_name(const std::string& name);

  // The scene as the forecast sees it, performed.
  Rehearsal rehearse();
  // The same against another forecast.
  Rehearsal rehearse(const negotiation::Outcome& forecast);
  negotiation::Outcome forecast();

  Scene scene;
  Twins twins{test_keys()};
  negotiation::ClientProfile& client = scene.ends.client;
  negotiation::ServerProfile& server = scene.ends.server;

 private:
  Scene& settled();

  trust::TrustStore client_store_;
  trust::TrustStore server_store_;
};

}  // namespace ucready::rehearsal
