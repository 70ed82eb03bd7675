// Twins of real certificates: all the same (names, dates, extensions, kind of key and signature), but with a key of our
// own, and signed by the twin of whoever signed the original. So a rehearsal needs nobody's private key, and stores,
// chains and names meet as the real ones would.
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "rehearsal/keys.h"

namespace ucready::rehearsal {

struct Twin {
  X509* certificate = nullptr;
  EVP_PKEY* key = nullptr;
};

class Twins {
 public:
  // `keys` must outlive it.
  explicit Twins(KeyRack& keys) : keys_(keys) {}

  // Among these a certificate's issuer is looked for. All that take part must be known before the first twin is made.
  void know(const CertificatePtr& certificate);

  // Error: a kind of key that cannot be made, or a certificate that cannot be read.
  Result<Twin> of(const Certificate& original);
  // A self-signed authority by which the twin is signed. For those whose issuer nobody has shown.
  Result<X509*> authority_above(const Certificate& original);

  // Stands for a certificate that nobody has shown: no extensions, an issuer of its own, valid for a long time.
  Result<CertificatePtr> unseen(const KeySort& sort);

 private:
  struct Signer {
    EVP_PKEY* key = nullptr;
    bool known = false;  // Its certificate was shown.
  };
  Result<EVP_PKEY*> key_of(const Certificate& original);
  Result<Signer> signer_of(const Certificate& original);

  KeyRack& keys_;
  std::multimap<std::string, CertificatePtr> known_;  // By subject.
  std::set<std::string> digests_;
  std::map<std::string, std::pair<trust::X509Handle, EVP_PKEY*>> made_;  // By the original's digest.
  std::map<std::string, trust::X509Handle> authorities_;
  std::map<KeySort, CertificatePtr> unseen_;
};

}  // namespace ucready::rehearsal
