#include "tests/support/certificate_maker.h"

#include <openssl/bio.h>
#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <openssl/x509v3.h>

#include <map>
#include <stdexcept>

#include "core/c_handle.h"

namespace ucready::support {
namespace {

using OwnedCertificate = CHandle<X509, X509_free>;
using OwnedExtension = CHandle<X509_EXTENSION, X509_EXTENSION_free>;
using OwnedText = CHandle<ASN1_OCTET_STRING, ASN1_OCTET_STRING_free>;
using OwnedKeyContext = CHandle<EVP_PKEY_CTX, EVP_PKEY_CTX_free>;
using Key = std::shared_ptr<EVP_PKEY>;

void must(bool done, const char* what) {
  if (!done) throw std::runtime_error(std::string("certificate_maker: ") + what);
}

Key own(EVP_PKEY* key, const char* what) {
  must(key != nullptr, what);
  return {key, EVP_PKEY_free};
}

Key make_dsa(int bits) {
  const OwnedKeyContext context(EVP_PKEY_CTX_new_from_name(nullptr, "DSA", nullptr));
  EVP_PKEY* parameters = nullptr;
  must(EVP_PKEY_paramgen_init(context.get()) == 1, "DSA");
  std::size_t prime_bits = static_cast<std::size_t>(bits);
  const OSSL_PARAM wanted[] = {OSSL_PARAM_construct_size_t(OSSL_PKEY_PARAM_FFC_PBITS, &prime_bits), OSSL_PARAM_END};
  must(EVP_PKEY_CTX_set_params(context.get(), wanted) == 1, "DSA size");
  must(EVP_PKEY_paramgen(context.get(), &parameters) == 1, "DSA parameters");
  const Key kept = own(parameters, "DSA");
  const OwnedKeyContext maker(EVP_PKEY_CTX_new_from_pkey(nullptr, parameters, nullptr));
  EVP_PKEY* key = nullptr;
  must(EVP_PKEY_keygen_init(maker.get()) == 1 && EVP_PKEY_keygen(maker.get(), &key) == 1, "DSA key");
  return own(key, "DSA key");
}

Key make_rsa(const char* type, int bits) {
  const OwnedKeyContext context(EVP_PKEY_CTX_new_from_name(nullptr, type, nullptr));
  EVP_PKEY* key = nullptr;
  must(EVP_PKEY_keygen_init(context.get()) == 1 && EVP_PKEY_CTX_set_rsa_keygen_bits(context.get(), bits) == 1, type);
  must(EVP_PKEY_keygen(context.get(), &key) == 1, type);
  return own(key, type);
}

Key make_key(const std::string& recipe) {
  const std::size_t colon = recipe.find(':');
  const std::string kind = recipe.substr(0, colon);
  const std::string argument = colon == std::string::npos ? "" : recipe.substr(colon + 1);
  if (kind == "rsa") return make_rsa("RSA", std::stoi(argument));
  if (kind == "rsa-pss") return make_rsa("RSA-PSS", std::stoi(argument));
  if (kind == "dsa") return make_dsa(std::stoi(argument));
  if (kind == "ed25519") return own(EVP_PKEY_Q_keygen(nullptr, nullptr, "ED25519"), "Ed25519");
  if (kind == "ed448") return own(EVP_PKEY_Q_keygen(nullptr, nullptr, "ED448"), "Ed448");
  must(kind == "ec" || kind == "ec-explicit", "no such kind of key");
  Key key = own(EVP_PKEY_Q_keygen(nullptr, nullptr, "EC", argument.c_str()), "EC");
  if (kind == "ec-explicit") {
    must(EVP_PKEY_set_utf8_string_param(key.get(), OSSL_PKEY_PARAM_EC_ENCODING, "explicit") == 1, "explicit curve");
  }
  return key;
}

Key key_for(const CertificateRecipe& recipe) {
  if (recipe.new_key) return make_key(recipe.key);
  static std::map<std::string, Key> made;
  Key& key = made[recipe.key];
  if (!key) key = make_key(recipe.key);
  return key;
}

void set_subject(X509_NAME* name, const CertificateRecipe& recipe) {
  for (const auto& [type, value] : recipe.subject) {
    const ByteView bytes = as_bytes(value);
    must(X509_NAME_add_entry_by_txt(name, type.c_str(), V_ASN1_UTF8STRING, bytes.data(), static_cast<int>(bytes.size()),
                                    -1, 0) == 1,
         "subject");
  }
}

void set_time(ASN1_TIME* time, const std::string& text) {
  time->type = text.size() == 13 ? V_ASN1_UTCTIME : V_ASN1_GENERALIZEDTIME;
  must(ASN1_STRING_set(time, text.data(), static_cast<int>(text.size())) == 1, "date");
}

void add_extension(X509* certificate, X509_EXTENSION* extension, const char* what) {
  const OwnedExtension owned(extension);
  must(extension != nullptr && X509_add_ext(certificate, extension, -1) == 1, what);
}

void add_extension(X509* certificate, int nid, const std::string& value) {
  if (!value.empty())
    add_extension(certificate, X509V3_EXT_conf_nid(nullptr, nullptr, nid, value.c_str()), value.c_str());
}

void add_name(GENERAL_NAMES* names, int kind, const std::string& bytes) {
  GENERAL_NAME* const name = GENERAL_NAME_new();
  ASN1_STRING* const text = ASN1_STRING_type_new(kind == GEN_IPADD ? V_ASN1_OCTET_STRING : V_ASN1_IA5STRING);
  ASN1_STRING_set(text, bytes.data(), static_cast<int>(bytes.size()));
  GENERAL_NAME_set0_value(name, kind, text);
  sk_GENERAL_NAME_push(names, name);
}

void add_alternative_names(X509* certificate, const CertificateRecipe& recipe) {
  const CHandle<GENERAL_NAMES, GENERAL_NAMES_free> names(GENERAL_NAMES_new());
  for (const std::string& dns : recipe.dns) add_name(names.get(), GEN_DNS, dns);
  for (const std::string& ip : recipe.ip) {
    const OwnedText address(a2i_IPADDRESS(ip.c_str()));
    must(address != nullptr, "IP address");
    add_name(names.get(), GEN_IPADD,
             std::string(as_text(
                 {ASN1_STRING_get0_data(address.get()), static_cast<std::size_t>(ASN1_STRING_length(address.get()))})));
  }
  for (const std::string& email : recipe.email) add_name(names.get(), GEN_EMAIL, email);
  for (const std::string& uri : recipe.uri) add_name(names.get(), GEN_URI, uri);
  if (sk_GENERAL_NAME_num(names.get()) == 0) return;
  must(X509_add1_ext_i2d(certificate, NID_subject_alt_name, names.get(), 0, X509V3_ADD_APPEND) == 1, "names");
}

void add_raw(X509* certificate, const RawExtension& raw) {
  const OwnedText value(ASN1_OCTET_STRING_new());
  ASN1_OCTET_STRING_set(value.get(), raw.value.data(), static_cast<int>(raw.value.size()));
  const CHandle<ASN1_OBJECT, ASN1_OBJECT_free> oid(OBJ_txt2obj(raw.oid.c_str(), 1));
  add_extension(certificate, X509_EXTENSION_create_by_OBJ(nullptr, oid.get(), raw.critical ? 1 : 0, value.get()),
                "raw");
}

void sign(X509* certificate, EVP_PKEY* key, const CertificateRecipe& recipe) {
  const bool hashes_itself = EVP_PKEY_is_a(key, "ED25519") == 1 || EVP_PKEY_is_a(key, "ED448") == 1;
  const EVP_MD* const hash = hashes_itself ? nullptr : EVP_get_digestbyname(recipe.hash.c_str());
  must(hash != nullptr || hashes_itself, "no such hash");
  const CHandle<EVP_MD_CTX, EVP_MD_CTX_free> context(EVP_MD_CTX_new());
  EVP_PKEY_CTX* options = nullptr;
  must(EVP_DigestSignInit(context.get(), &options, hash, nullptr, key) == 1, "signature");
  if (recipe.pss) {
    must(EVP_PKEY_CTX_set_rsa_padding(options, RSA_PKCS1_PSS_PADDING) == 1, "PSS");
    must(EVP_PKEY_CTX_set_rsa_pss_saltlen(options, RSA_PSS_SALTLEN_DIGEST) == 1, "PSS salt");
  }
  must(X509_sign_ctx(certificate, context.get()) > 0, "signature");
}

template <typename T, typename Encode>
Bytes encode(const T* object, Encode i2d) {
  unsigned char* out = nullptr;
  const int size = i2d(object, &out);
  must(size > 0, "encoding");
  const ByteView view(out, static_cast<std::size_t>(size));
  Bytes bytes(view.begin(), view.end());
  OPENSSL_free(out);
  return bytes;
}

template <typename Write>
std::string written(Write write) {
  const CHandle<BIO, BIO_free> out(BIO_new(BIO_s_mem()));
  must(write(out.get()) == 1, "PEM");
  std::string text(static_cast<std::size_t>(BIO_pending(out.get())), '\0');
  BIO_read(out.get(), text.data(), static_cast<int>(text.size()));
  return text;
}

}  // namespace

MadeCertificate make_certificate(const CertificateRecipe& recipe, const MadeCertificate* issuer) {
  const OwnedCertificate certificate(X509_new());
  X509* const x = certificate.get();
  MadeCertificate made;
  made.key = key_for(recipe);
  X509_set_version(x, X509_VERSION_3);
  BIGNUM* serial = nullptr;
  BN_hex2bn(&serial, recipe.serial.c_str());
  BN_to_ASN1_INTEGER(serial, X509_get_serialNumber(x));
  BN_free(serial);
  set_time(X509_getm_notBefore(x), recipe.not_before);
  set_time(X509_getm_notAfter(x), recipe.not_after);
  set_subject(X509_get_subject_name(x), recipe);
  made.subject_der = encode(X509_get_subject_name(x), i2d_X509_NAME);
  const unsigned char* at = issuer == nullptr ? made.subject_der.data() : issuer->subject_der.data();
  const std::size_t size = issuer == nullptr ? made.subject_der.size() : issuer->subject_der.size();
  const CHandle<X509_NAME, X509_NAME_free> issuer_name(d2i_X509_NAME(nullptr, &at, static_cast<long>(size)));
  X509_set_issuer_name(x, issuer_name.get());
  must(X509_set_pubkey(x, made.key.get()) == 1, "public key");
  add_alternative_names(x, recipe);
  add_extension(x, NID_ext_key_usage, recipe.eku);
  add_extension(x, NID_key_usage, recipe.key_usage);
  if (recipe.is_ca) add_extension(x, NID_basic_constraints, "critical,CA:TRUE");
  for (const RawExtension& raw : recipe.more) add_raw(x, raw);
  sign(x, issuer == nullptr ? made.key.get() : issuer->key.get(), recipe);
  made.der = encode(x, i2d_X509);
  return made;
}

std::string MadeCertificate::pem() const {
  const unsigned char* at = der.data();
  const OwnedCertificate certificate(d2i_X509(nullptr, &at, static_cast<long>(der.size())));
  return written([&](BIO* out) { return PEM_write_bio_X509(out, certificate.get()); });
}

std::string MadeCertificate::key_pem() const {
  return written(
      [&](BIO* out) { return PEM_write_bio_PKCS8PrivateKey(out, key.get(), nullptr, nullptr, 0, nullptr, nullptr); });
}

}  // namespace ucready::support
