// The certificate and key that a scan shows where it is asked for one: --client-cert, --client-key.
#pragma once

#include <filesystem>
#include <memory>
#include <string>

#include "core/result.h"

namespace ucready::probes {

class ClientIdentity {
 public:
  // PEM: certificate first, then its chain; the key in its own file or in the same one (`key` empty). PKCS#12 by
  // content; it holds both. `password` opens either, if needed. Errors: not_found, io, malformed (also: the wrong
  // password, a key of another certificate).
  static Result<std::shared_ptr<const ClientIdentity>> load(const std::filesystem::path& certificate,
                                                            const std::filesystem::path& key,
                                                            const std::string& password);
  ~ClientIdentity();
  ClientIdentity(const ClientIdentity&) = delete;
  ClientIdentity& operator=(const ClientIdentity&) = delete;

  struct Handles;  // OpenSSL's; for tls_client.cc.
  [[nodiscard]] const Handles& handles() const { return *handles_; }
  explicit ClientIdentity(std::unique_ptr<Handles> handles);

 private:
  std::unique_ptr<Handles> handles_;
};

}  // namespace ucready::probes
