#include "tests/trust/estate.h"

#include "trust/certificate.h"

namespace ucready::trust {

using support::make_certificate;

MadeCertificate authority(const std::string& name, const MadeCertificate* issuer, CertificateRecipe recipe) {
  recipe.subject = {{"O", "Nordwind"}, {"CN", name}};
  recipe.is_ca = true;
  recipe.key_usage = "keyCertSign,cRLSign";
  recipe.not_before = "200101000000Z";
  if (recipe.not_after == CertificateRecipe{}.not_after) recipe.not_after = "400101000000Z";
  recipe.new_key = true;
  return make_certificate(recipe, issuer);
}

const MadeCertificate& nw_root() {
  static const MadeCertificate root = authority("NW-Root", nullptr);
  return root;
}

const MadeCertificate& nw_issuing() {
  static const MadeCertificate issuing = authority("NW-Issuing-CA2", &nw_root());
  return issuing;
}

CertificateRecipe leaf_recipe() {
  return {.subject = {{"O", "Nordwind"}, {"CN", "hh-cucm1.nordwind.example"}},
          .dns = {"hh-cucm1.nordwind.example"},
          .ip = {"10.20.0.11"},
          .eku = "serverAuth,clientAuth",
          .key_usage = "digitalSignature"};
}

MadeCertificate nw_leaf() {
  static const MadeCertificate leaf = make_certificate(leaf_recipe(), &nw_issuing());
  return leaf;
}

MadeCertificate self_signed_leaf() {
  static const MadeCertificate leaf = make_certificate(leaf_recipe());
  return leaf;
}

std::vector<CertificatePtr> as_presented(const std::vector<MadeCertificate>& chain) {
  std::vector<CertificatePtr> presented;
  for (const MadeCertificate& made : chain) presented.push_back(read_certificate(made.der));
  return presented;
}

TrustEntry ca_entry(const MadeCertificate& made) {
  TrustEntry entry;
  entry.certificate = read_certificate(made.der);
  entry.subject = entry.certificate->subject;
  return entry;
}

TrustStore store_of(const std::vector<MadeCertificate>& certificates) {
  TrustStore store;
  for (const MadeCertificate& made : certificates) store.add(ca_entry(made));
  return store;
}

ChainQuestion question(const std::vector<MadeCertificate>& chain, const TrustStore& store) {
  ChainQuestion question;
  question.chain = as_presented(chain);
  question.store = &store;
  question.at = kIn2026;
  question.stack = "openssl-3";
  question.security_level = 1;
  return question;
}

}  // namespace ucready::trust
