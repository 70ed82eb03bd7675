#include "trust/certificate_extensions.h"

#include <openssl/x509v3.h>

#include <string_view>

#include "trust/certificate_text.h"
#include "trust/openssl_handle.h"

namespace ucready::trust {
namespace {

constexpr int kAbsent = -1;

// The extension's value; null when it is absent, or with `defect` set when it is twice there or no such value.
template <typename Handle>
Handle find(const STACK_OF(X509_EXTENSION) * extensions, int nid, std::string& defect) {
  int state = 0;
  Handle value(static_cast<typename Handle::pointer>(X509V3_get_d2i(extensions, nid, &state, nullptr)));
  if (!value && state != kAbsent) defect = std::string("unreadable extension ") + OBJ_nid2sn(nid);
  return value;
}

std::string purpose_text(const ASN1_OBJECT* purpose) {
  switch (OBJ_obj2nid(purpose)) {
    case NID_server_auth:
      return "serverAuth";
    case NID_client_auth:
      return "clientAuth";
    default:
      return object_text(purpose);
  }
}

std::string purposes_text(const EXTENDED_KEY_USAGE& purposes) {
  std::string out;
  for (int i = 0; i < sk_ASN1_OBJECT_num(&purposes); ++i) {
    if (i > 0) out += ',';
    out += purpose_text(sk_ASN1_OBJECT_value(&purposes, i));
  }
  return out;
}

// RFC 5280 section 4.2.1.3, bit 0 first.
std::string usages_text(const ASN1_BIT_STRING& usages) {
  constexpr std::string_view kNames[] = {"digitalSignature", "nonRepudiation", "keyEncipherment",
                                         "dataEncipherment", "keyAgreement",   "keyCertSign",
                                         "cRLSign",          "encipherOnly",   "decipherOnly"};
  std::string out;
  int bit = 0;
  for (const std::string_view name : kNames) {
    if (ASN1_BIT_STRING_get_bit(&usages, bit++) == 0) continue;
    if (!out.empty()) out += ',';
    out += name;
  }
  return out;
}

}  // namespace

std::string read_extensions(const STACK_OF(X509_EXTENSION) * extensions, Certificate& certificate) {
  std::string defect;
  if (const auto names = find<GeneralNamesHandle>(extensions, NID_subject_alt_name, defect)) {
    certificate.san = alternative_names_text(*names);
  }
  if (const auto purposes = find<PurposesHandle>(extensions, NID_ext_key_usage, defect)) {
    certificate.eku = purposes_text(*purposes);
  }
  if (const auto usages = find<BitStringHandle>(extensions, NID_key_usage, defect)) {
    certificate.key_usage = usages_text(*usages);
  }
  if (const auto constraints = find<ConstraintsHandle>(extensions, NID_basic_constraints, defect)) {
    certificate.is_ca = constraints->ca != 0;
  }
  return defect;
}

}  // namespace ucready::trust
