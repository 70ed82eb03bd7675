#include "tests/support/tlv_maker.h"

#include <openssl/x509.h>

#include <cstdlib>

namespace ucready::support {
namespace {

void field(ByteWriter& out, std::uint8_t tag, ByteView value) {
  out.u8(tag);
  out.u16_block([&] { out.bytes(value); });
}

void text_field(ByteWriter& out, std::uint8_t tag, const std::string& text) {
  out.u8(tag);
  out.u16_block([&] {
    out.text(text);
    out.u8(0);
  });
}

void number_field(ByteWriter& out, std::uint8_t tag, std::uint8_t value) { field(out, tag, Bytes{value}); }

Bytes write_record(const TlvRecordRecipe& recipe) {
  ByteWriter body;
  text_field(body, 0x02, recipe.dns_name);
  if (!recipe.subject.empty()) text_field(body, 0x03, recipe.subject);
  field(body, 0x04, Bytes{static_cast<std::uint8_t>(recipe.role >> 8U), static_cast<std::uint8_t>(recipe.role)});
  if (!recipe.issuer.empty()) text_field(body, 0x05, recipe.issuer);
  if (!recipe.serial.empty()) field(body, 0x06, recipe.serial);
  if (!recipe.certificate.empty()) field(body, 0x09, recipe.certificate);
  if (!recipe.address.empty()) field(body, 0x0a, recipe.address);
  if (!recipe.hash.empty()) field(body, 0x0b, recipe.hash);
  if (recipe.hash_algorithm) number_field(body, 0x0c, *recipe.hash_algorithm);
  for (const RawTlvField& raw : recipe.more) field(body, raw.tag, raw.value);
  ByteWriter record;
  record.u8(0x01);
  record.u16(2);
  record.u16(static_cast<std::uint16_t>(body.size() + 5));
  record.bytes(body.view());
  return record.take();
}

Bytes sign(const MadeCertificate& signer, std::uint8_t digest, const Bytes& content) {
  const char* const name = digest == 1 ? "SHA1" : digest == 2 ? "SHA256" : "SHA512";
  EVP_MD_CTX* const context = EVP_MD_CTX_new();
  std::size_t size = 0;
  Bytes signature;
  bool done = EVP_DigestSignInit_ex(context, nullptr, name, nullptr, nullptr, signer.key.get(), nullptr) == 1 &&
              EVP_DigestSign(context, nullptr, &size, content.data(), content.size()) == 1;
  signature.resize(size);
  done = done && EVP_DigestSign(context, signature.data(), &size, content.data(), content.size()) == 1;
  EVP_MD_CTX_free(context);
  if (!done) std::abort();
  return signature;
}

std::uint8_t modulus_code(std::size_t size) { return size == 64 ? 0 : size == 128 ? 1 : size == 256 ? 2 : 3; }

}  // namespace

Bytes serial_of(const MadeCertificate& certificate) {
  const unsigned char* at = certificate.der.data();
  X509* const parsed = d2i_X509(nullptr, &at, static_cast<long>(certificate.der.size()));
  if (parsed == nullptr) std::abort();
  const ASN1_INTEGER* const serial = X509_get0_serialNumber(parsed);
  Bytes bytes(ASN1_STRING_get0_data(serial), ASN1_STRING_get0_data(serial) + ASN1_STRING_length(serial));
  X509_free(parsed);
  return bytes;
}

TlvRecordRecipe record_of(const MadeCertificate& certificate, std::uint16_t role) {
  return {.role = role,
          .dns_name = "cucm-pub.nordwind.example",
          .certificate = certificate.der,
          .subject = "CN=as the record says",
          .issuer = "CN=as the record says",
          .serial = serial_of(certificate)};
}

Bytes make_tlv(TlvRecipe recipe, const MadeCertificate& signer) {
  if (recipe.signer_serial.empty()) recipe.signer_serial = serial_of(signer);
  const std::size_t size = static_cast<std::size_t>(EVP_PKEY_get_size(signer.key.get()));

  ByteWriter ids;
  text_field(ids, 0x04, recipe.signer_name);
  if (recipe.issuer_before_serial) text_field(ids, 0x06, recipe.signer_name);
  field(ids, 0x05, recipe.signer_serial);
  if (!recipe.issuer_before_serial) text_field(ids, 0x06, recipe.signer_name);

  ByteWriter before;  // Behind version and header length, up to the signature.
  field(before, 0x1c, Bytes{1, 1});
  field(before, 0x03, ids.view());
  before.u8(0x07);
  before.u16(15);
  number_field(before, 0x08, recipe.digest);
  before.u8(0x09);
  before.u16(8);
  number_field(before, 0x0a, recipe.algorithm);
  number_field(before, 0x0b, modulus_code(size));
  ByteWriter after;
  text_field(after, 0x0e, recipe.file_name);
  ByteWriter stamp;
  stamp.u32(recipe.made_at);
  field(after, 0x0f, stamp.view());
  for (const RawTlvField& raw : recipe.more_header) field(after, raw.tag, raw.value);

  const std::size_t signature_field = recipe.with_signature ? 3 + size : 0;
  while ((10 + before.size() + signature_field + after.size()) % 4 != 0) after.u8(0x0d);
  ByteWriter start;
  field(start, 0x01, Bytes{1, 2});
  start.u8(0x02);
  start.u16(2);
  start.u16(static_cast<std::uint16_t>(10 + before.size() + signature_field + after.size()));
  start.bytes(before.view());
  for (const TlvRecordRecipe& record : recipe.records) after.bytes(write_record(record));

  ByteWriter file;
  file.bytes(start.view());
  if (recipe.with_signature) {
    Bytes content = start.view();
    content.insert(content.end(), after.view().begin(), after.view().end());
    field(file, 0x0c, sign(signer, recipe.digest, content));
  }
  file.bytes(after.view());
  return file.take();
}

}  // namespace ucready::support
