#include "imports/pem_text.h"

#include <algorithm>

#include "imports/text_parts.h"
#include "trust/certificate.h"
#include "trust/pem_blocks.h"

namespace ucready::imports {

Result<std::vector<CertificatePtr>> certificates_in(std::string_view pem) {
  const auto blocks = trust::read_pem_blocks(pem);
  if (!blocks) return tl::unexpected<Error>(blocks.error());
  std::vector<CertificatePtr> certificates;
  for (const trust::PemBlock& block : *blocks) {
    if (block.label != "CERTIFICATE" && block.label != "X509 CERTIFICATE" && block.label != "TRUSTED CERTIFICATE") {
      continue;
    }
    auto certificate = trust::read_certificate(block.content);
    if (!certificate->defect.empty()) {
      return fail(ErrorCode::malformed,
                  std::to_string(block.line) + ": a certificate that cannot be read (" + certificate->defect + ")");
    }
    certificates.push_back(std::move(certificate));
  }
  return certificates;
}

db::TrustedCertificate trusted(CertificatePtr certificate, std::string source) {
  db::TrustedCertificate entry;
  entry.source = std::move(source);
  entry.certificate = std::move(certificate);
  return entry;
}

void complete_chain(std::vector<CertificatePtr>& chain, const std::vector<db::TrustedCertificate>& store) {
  constexpr std::size_t kLongest = 8;
  if (chain.size() != 1) return;
  while (chain.size() < kLongest && !chain.back()->self_signed) {
    const auto issuer = std::ranges::find_if(store, [&](const db::TrustedCertificate& entry) {
      return entry.certificate && entry.certificate->is_ca && entry.certificate->subject == chain.back()->issuer;
    });
    if (issuer == store.end() || issuer->certificate->self_signed) return;
    chain.push_back(issuer->certificate);
  }
}

void leaf_first(std::vector<CertificatePtr>& chain) {
  const auto leaf = std::ranges::find_if(chain, [](const CertificatePtr& certificate) { return !certificate->is_ca; });
  if (leaf != chain.end()) std::rotate(chain.begin(), leaf, leaf + 1);
}

PemCollector::State PemCollector::line(std::string_view text) {
  constexpr std::size_t kMostBytes = 200'000;  // A block of more is no certificate.
  text = trimmed(text);
  if (text.starts_with("-----BEGIN ")) {
    inside_ = true;
    block_.clear();
  }
  if (!inside_) return State::outside;
  block_ += text;
  block_ += '\n';
  if (block_.size() > kMostBytes) {
    inside_ = false;
    return State::outside;
  }
  if (!text.starts_with("-----END ")) return State::inside;
  inside_ = false;
  return State::whole;
}

std::string PemCollector::take() { return std::move(block_); }

}  // namespace ucready::imports
