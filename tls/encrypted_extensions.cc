#include "tls/encrypted_extensions.h"

#include "tls/alpn.h"
#include "tls/extension.h"

namespace ucready::tls {

Result<EncryptedExtensions> read_encrypted_extensions(ByteView body) {
  ByteReader reader(body);
  const ByteView block = reader.u16_block();
  if (!reader.done()) return fail(ErrorCode::malformed, "EncryptedExtensions has a wrong length");

  EncryptedExtensions message;
  bool alpn_good = true;
  const bool whole = for_each_extension(block, [&](ExtensionType type, ByteView content) {
    message.extensions.push_back(type);
    if (type == extension::kAlpn) alpn_good = read_selected_alpn(content, message.alpn);
  });
  if (!whole) return fail(ErrorCode::malformed, "EncryptedExtensions is cut short");
  if (!alpn_good) return fail(ErrorCode::malformed, "EncryptedExtensions selects no single ALPN protocol");
  return message;
}

}  // namespace ucready::tls
