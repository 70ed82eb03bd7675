// The estate's whole PKI: what each authority and each node holds, made on first need and the same for the rest of the
// day.
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "certificate_maker.h"
#include "estate.h"
#include "key_shelf.h"

namespace ucready::lab {

struct Identity {
  Key key;
  std::vector<Certificate> chain;  // As it is sent, the leaf first.
  std::filesystem::path file;      // The leaf alone as PEM; NAME-chain.pem beside it holds all that is sent.
};

class Pki {
 public:
  Pki(const Estate& estate, const std::filesystem::path& folder);

  [[nodiscard]] const Identity& identity(const NodeSpec& node, const std::string& certificate);
  // An authority by its name, or NODE/CERTIFICATE.
  [[nodiscard]] const Identity& named(const std::string& name);

 private:
  struct Authority {
    Recipe recipe;
    Identity identity;
  };

  Identity make(const Recipe& recipe, const std::string& key_owner, const std::filesystem::path& file);
  Certificate cached_or_new(const Recipe& recipe, const Key& key, const Signer& signer,
                            const std::filesystem::path& file);

  const Estate& estate_;
  std::filesystem::path folder_;
  KeyShelf keys_;
  std::map<std::string, Authority> authorities_;
  std::map<std::string, Identity> identities_;
};

}  // namespace ucready::lab
