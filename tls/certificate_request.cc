#include "tls/certificate_request.h"

#include "tls/extension.h"

namespace ucready::tls {
namespace {

bool read_authorities(ByteView block, CertificateRequest& request) {
  ByteReader names(block);
  while (!names.empty()) {
    const ByteView name = names.u16_block();
    if (names.ok() && request.authorities.size() < kMostAuthorities) {
      request.authorities.emplace_back(name.begin(), name.end());
    }
  }
  return names.ok();
}

bool read_schemes(ByteView block, std::vector<SignatureScheme>& schemes) {
  ByteReader reader(block);
  schemes = read_points<SignatureScheme>(reader);
  return reader.ok();
}

Result<CertificateRequest> read_legacy(ByteView body, Version version) {
  CertificateRequest request;
  ByteReader reader(body);
  const ByteView types = reader.u8_block();
  const ByteView schemes = version >= kTls12 ? reader.u16_block() : ByteView{};
  const ByteView authorities = reader.u16_block();
  if (!reader.done()) return fail(ErrorCode::malformed, "CertificateRequest has a wrong length");
  request.certificate_types.assign(types.begin(), types.end());
  if (!read_schemes(schemes, request.signature_schemes)) {
    return fail(ErrorCode::malformed, "CertificateRequest has half a signature scheme");
  }
  if (!read_authorities(authorities, request)) {
    return fail(ErrorCode::malformed, "CertificateRequest's authorities are cut short");
  }
  return request;
}

Result<CertificateRequest> read_tls13(ByteView body) {
  CertificateRequest request;
  ByteReader reader(body);
  reader.u8_block();  // certificate_request_context
  const ByteView block = reader.u16_block();
  if (!reader.done()) return fail(ErrorCode::malformed, "CertificateRequest has a wrong length");
  bool good = true;
  const bool whole = for_each_extension(block, [&](ExtensionType type, ByteView content) {
    ByteReader field(content);
    if (type == extension::kSignatureAlgorithms) {
      good = good && read_schemes(field.u16_block(), request.signature_schemes) && field.done();
    } else if (type == extension::kSignatureAlgorithmsCert) {
      good = good && read_schemes(field.u16_block(), request.signature_schemes_cert) && field.done();
    } else if (type == extension::kCertificateAuthorities) {
      good = good && read_authorities(field.u16_block(), request) && field.done();
    }
  });
  if (!whole || !good) return fail(ErrorCode::malformed, "CertificateRequest's extensions are cut short");
  return request;
}

}  // namespace

Result<CertificateRequest> read_certificate_request(ByteView body, Version version) {
  return version >= kTls13 ? read_tls13(body) : read_legacy(body, version);
}

}  // namespace ucready::tls
