// Certificates out of the PEM blocks of an export.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/certificate.h"
#include "core/result.h"
#include "db/trust_observation.h"

namespace ucready::imports {

// Of all blocks that are certificates; private keys are never decoded. Errors name the line of the text.
Result<std::vector<CertificatePtr>> certificates_in(std::string_view pem);

db::TrustedCertificate trusted(CertificatePtr certificate, std::string source);

// A system sends, behind its own certificate, those between it and the root that its own store holds. A chain of one
// certificate is completed so; the root is left out.
void complete_chain(std::vector<CertificatePtr>& chain, const std::vector<db::TrustedCertificate>& store);

// The leaf in front: the first that is no authority.
void leaf_first(std::vector<CertificatePtr>& chain);

// Collects the lines of PEM blocks as they come by in a log.
class PemCollector {
 public:
  enum class State { outside, inside, whole };
  // `whole`: the line ended a block; take() gives it.
  State line(std::string_view text);
  [[nodiscard]] bool inside() const { return inside_; }
  std::string take();

 private:
  std::string block_;
  bool inside_ = false;
};

}  // namespace ucready::imports
