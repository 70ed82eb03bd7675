#include "tls/certificate_message.h"

#include <algorithm>

#include "tls/extension.h"

namespace ucready::tls {

Result<std::vector<Bytes>> read_certificate_message(ByteView body, Version version) {
  ByteReader reader(body);
  if (version >= kTls13) reader.u8_block();  // certificate_request_context
  ByteReader list(reader.u24_block());
  if (!reader.done()) return fail(ErrorCode::malformed, "Certificate message has a wrong length");

  std::vector<Bytes> certificates;
  while (!list.empty()) {
    const ByteView der = list.u24_block();
    if (version >= kTls13) list.u16_block();  // extensions
    if (!list.ok()) return fail(ErrorCode::malformed, "Certificate message is cut short");
    if (certificates.size() == kMostCertificates) continue;
    const ByteView kept = der.first(std::min(der.size(), kMostCertificateBytes));
    certificates.emplace_back(kept.begin(), kept.end());
  }
  return certificates;
}

Result<std::vector<ExtensionType>> read_leaf_extensions(ByteView body) {
  ByteReader reader(body);
  reader.u8_block();  // certificate_request_context
  ByteReader list(reader.u24_block());
  std::vector<ExtensionType> types;
  if (!reader.done()) return fail(ErrorCode::malformed, "Certificate message has a wrong length");
  if (list.empty()) return types;
  list.u24_block();  // cert_data
  const ByteView block = list.u16_block();
  const bool whole = for_each_extension(block, [&](ExtensionType type, ByteView) { types.push_back(type); });
  if (!list.ok() || !whole) return fail(ErrorCode::malformed, "the extensions of the leaf are cut short");
  return types;
}

}  // namespace ucready::tls
