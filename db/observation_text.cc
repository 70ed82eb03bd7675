#include "db/observation_text.h"

#include <fmt/format.h>

namespace ucready::db {
namespace {

std::string certificate_type_name(std::uint8_t type) {
  switch (type) {
    case 1:
      return "rsa_sign";
    case 2:
      return "dss_sign";
    case 3:
      return "rsa_fixed_dh";
    case 4:
      return "dss_fixed_dh";
    case 5:
      return "rsa_ephemeral_dh_RESERVED";
    case 6:
      return "dss_ephemeral_dh_RESERVED";
    case 20:
      return "fortezza_dms_RESERVED";
    case 64:
      return "ecdsa_sign";
    case 65:
      return "rsa_fixed_ecdh";
    case 66:
      return "ecdsa_fixed_ecdh";
    case 67:
      return "gost_sign256";
    case 68:
      return "gost_sign512";
    default:
      return fmt::format("0x{:02x}", type);
  }
}

}  // namespace

std::string certificate_types_text(const tls::CertificateRequest& request) {
  std::string text;
  for (const std::uint8_t type : request.certificate_types) {
    if (!text.empty()) text += ',';
    text += certificate_type_name(type);
  }
  return text;
}

std::string signature_schemes_text(const tls::CertificateRequest& request) {
  std::string text;
  for (const tls::SignatureScheme scheme : request.signature_schemes) {
    if (!text.empty()) text += ',';
    text += tls::name(scheme);
  }
  return text;
}

std::string authorities_text(const std::vector<std::string>& authorities) {
  constexpr std::size_t kMostText = 65'536;
  std::string text;
  for (const std::string& authority : authorities) {
    if (text.size() + authority.size() > kMostText) return text + "; ...";
    if (!text.empty()) text += "; ";
    text += authority;
  }
  return text;
}

}  // namespace ucready::db
