// show cert list own|trust, show cert own|trust NAME.
//
// Lists name certificates without showing them: what one knows from them is who signed a service's certificate, not who
// is trusted. So they are read for themselves (docs/import.md) and make no store known.
#include <algorithm>

#include "imports/pem_text.h"
#include "imports/text_parts.h"
#include "imports/vos_command.h"

namespace ucready::imports {
namespace {

// "tomcat/tomcat.pem: Certificate Signed by NW-Issuing-CA2"
class CertificateList final : public CommandOutput {
 public:
  CertificateList(std::string_view kind, Told& told) : own_(starts_with_word(kind, "own")), told_(told) {}

  bool line(std::string_view text, int number) override {
    const std::size_t slash = text.find('/');
    const std::size_t colon = text.find(": ");
    if (slash == std::string_view::npos || colon == std::string_view::npos || slash > colon) return false;
    const std::string service(trimmed(text.substr(0, slash)));
    const std::string_view said = trimmed(text.substr(colon + 2));
    if (service.empty() || service.find(' ') != std::string::npos) return false;
    if (!own_) return true;
    if (const auto signer = after(said, "signed by")) {
      told_.fact("signer_" + service, "CN=" + std::string(*signer), number);
    } else if (after(said, "self-signed")) {
      told_.fact("signer_" + service, "self", number);
    }
    return true;
  }

 private:
  bool own_;
  Told& told_;
};

// The fields of the certificate, and from some release on the certificate itself as PEM; only that counts.
class CertificateShown final : public CommandOutput {
 public:
  CertificateShown(std::string_view words, Told& told) : told_(told) {
    const auto parts = words_of(words);
    own_ = parts.size() >= 2 && parts[0] == "own";
    if (parts.size() >= 2) name_ = std::string(parts[1].substr(0, parts[1].find('/')));
  }

  bool line(std::string_view text, int number) override {
    if (pem_.line(text) == PemCollector::State::whole) {
      pem_text_ += pem_.take();
      if (line_ == 0) line_ = number;
    }
    return true;
  }

  void end(bool) override {
    if (!own_ || pem_text_.empty() || name_.empty()) return;
    auto chain = certificates_in(pem_text_);
    if (!chain || chain->empty()) {
      told_.trouble("line " + std::to_string(line_) + ": the certificate of " + name_ + " cannot be read");
      return;
    }
    leaf_first(*chain);
    told_.identities.push_back({name_, std::move(*chain), line_});
  }

 private:
  Told& told_;
  bool own_ = false;
  std::string name_;
  PemCollector pem_;
  std::string pem_text_;
  int line_ = 0;
};

}  // namespace

std::unique_ptr<CommandOutput> make_certificate_list(std::string_view arguments, int, Told& told) {
  return std::make_unique<CertificateList>(arguments, told);
}
std::unique_ptr<CommandOutput> make_certificate(std::string_view arguments, int, Told& told) {
  return std::make_unique<CertificateShown>(arguments, told);
}

}  // namespace ucready::imports
