#include "certificate_maker.h"

#include <fmt/format.h>
#include <openssl/rand.h>
#include <openssl/rsa.h>
#include <openssl/x509v3.h>

#include <array>
#include <charconv>
#include <chrono>
#include <string_view>

#include "core/bytes.h"
#include "core/time.h"

namespace ucready::lab {
namespace {

struct Signature {
  std::string_view name;
  const char* digest;
  bool pss;
};

// pss-default is RSASSA-PSS with its parameters left at their defaults, which are SHA-1 (RFC 8017 A.2.3).
constexpr Signature kSignatures[] = {
    {"sha1", "SHA1", false},     {"sha256", "SHA256", false},    {"sha384", "SHA384", false},
    {"sha512", "SHA512", false}, {"pss-sha256", "SHA256", true}, {"pss-default", "SHA1", true},
    {"md5", "MD5", false},
};

// Values are taken as they are: set with their raw type they pass by the length limits of X.520, as hostile ones do.
void set_subject(X509* certificate, const Recipe& recipe) {
  X509_NAME* name = X509_get_subject_name(certificate);
  const auto add = [&](const std::string& type, std::string_view value) {
    const auto bytes = as_bytes(value);
    require(X509_NAME_add_entry_by_NID(name, OBJ_txt2nid(type.c_str()), V_ASN1_UTF8STRING, bytes.data(),
                                       static_cast<int>(bytes.size()), -1, 0) == 1,
            "subject");
  };
  for (const auto& [type, value] : recipe.subject) add(type, value);
  if (recipe.long_name > 0) add("OU", std::string(static_cast<std::size_t>(recipe.long_name), 'N'));
}

bool is_address(const std::string& name) { return name.find_first_not_of("0123456789.") == std::string::npos; }

std::string joined(const std::vector<std::string>& parts) { return fmt::format("{}", fmt::join(parts, ",")); }

void add_extension(X509* certificate, X509* issuer, int nid, const std::string& value) {
  X509V3_CTX context{};
  X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
  const std::unique_ptr<X509_EXTENSION, FreeWith<X509_EXTENSION_free>> extension(
      X509V3_EXT_nconf_nid(nullptr, &context, nid, value.c_str()));
  require(extension && X509_add_ext(certificate, extension.get(), -1) == 1, "certificate extension");
}

void add_extensions(X509* certificate, X509* issuer, const Recipe& recipe) {
  const auto add = [&](int nid, const std::string& value) { add_extension(certificate, issuer, nid, value); };
  add(NID_subject_key_identifier, "hash");
  add(NID_authority_key_identifier, "keyid:always");
  if (recipe.is_ca) {
    add(NID_basic_constraints, "critical,CA:TRUE");
    add(NID_key_usage, "critical,keyCertSign,cRLSign");
    return;
  }
  add(NID_key_usage,
      recipe.key.starts_with("rsa") ? "digitalSignature,keyEncipherment" : "digitalSignature,keyAgreement");
  if (!recipe.eku.empty()) add(NID_ext_key_usage, joined(recipe.eku));
  if (recipe.san.empty()) return;
  std::vector<std::string> names;
  for (const auto& name : recipe.san) names.push_back((is_address(name) ? "IP:" : "DNS:") + name);
  add(NID_subject_alt_name, joined(names));
}

void sign(X509* certificate, EVP_PKEY* key, const std::string& name) {
  const std::unique_ptr<EVP_MD_CTX, FreeWith<EVP_MD_CTX_free>> context(EVP_MD_CTX_new());
  const bool hashes_itself = EVP_PKEY_is_a(key, "ED25519") == 1;
  for (const auto& signature : kSignatures) {
    if (signature.name != name) continue;
    EVP_PKEY_CTX* parameters = nullptr;
    require(EVP_DigestSignInit_ex(context.get(), &parameters, hashes_itself ? nullptr : signature.digest, nullptr,
                                  nullptr, key, nullptr) == 1,
            "signature");
    if (signature.pss) {
      require(EVP_PKEY_CTX_set_rsa_padding(parameters, RSA_PKCS1_PSS_PADDING) == 1 &&
                  EVP_PKEY_CTX_set_rsa_pss_saltlen(parameters, RSA_PSS_SALTLEN_DIGEST) == 1,
              "RSASSA-PSS");
    }
    require(X509_sign_ctx(certificate, context.get()) > 0, "certificate signature");
    return;
  }
  throw Trouble(fmt::format("unknown digest '{}'", name));
}

void set_serial(X509* certificate) {
  std::array<unsigned char, 16> random{};
  require(RAND_bytes(random.data(), static_cast<int>(random.size())) == 1, "random numbers");
  random[0] = static_cast<unsigned char>((random[0] & 0x3f) | 0x40);
  const std::unique_ptr<BIGNUM, FreeWith<BN_free>> number(BN_bin2bn(random.data(), random.size(), nullptr));
  require(BN_to_ASN1_INTEGER(number.get(), X509_get_serialNumber(certificate)) != nullptr, "serial number");
}

}  // namespace

std::time_t day(const std::string& text) {
  using namespace std::chrono;
  if (text.starts_with('+') || text.starts_with('-')) {
    int days_from_today = 0;
    const auto digits = std::string_view(text).substr(text.starts_with('+') ? 1 : 0);
    const auto [end, error] = std::from_chars(digits.begin(), digits.end(), days_from_today);
    if (error != std::errc() || end != digits.end()) throw Trouble(fmt::format("'{}' is no number of days", text));
    return system_clock::to_time_t(floor<days>(system_clock::now()) + days(days_from_today));
  }
  const auto parsed = parse_iso8601(text);
  if (!parsed) throw Trouble(fmt::format("'{}' is no day", text));
  return system_clock::to_time_t(*parsed);
}

Certificate make_certificate(const Recipe& recipe, const Key& key, const Signer& signer) {
  Certificate made = own(X509_new());
  X509* const certificate = made.get();
  X509* const issuer = signer.certificate ? signer.certificate.get() : certificate;
  require(certificate != nullptr && X509_set_version(certificate, X509_VERSION_3) == 1, "certificate");
  set_serial(certificate);
  set_subject(certificate, recipe);
  require(X509_set_issuer_name(certificate, X509_get_subject_name(issuer)) == 1, "issuer");
  require(X509_set_pubkey(certificate, key.get()) == 1, "public key");
  ASN1_TIME_set(X509_getm_notBefore(certificate), day(recipe.not_before));
  ASN1_TIME_set(X509_getm_notAfter(certificate), day(recipe.not_after));
  add_extensions(certificate, issuer, recipe);
  sign(certificate, signer.key ? signer.key.get() : key.get(), recipe.digest);
  return made;
}

}  // namespace ucready::lab
