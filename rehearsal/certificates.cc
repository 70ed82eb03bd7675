#include "rehearsal/certificates.h"

namespace ucready::rehearsal {

Bytes encoded(const X509* certificate) {
  unsigned char* out = nullptr;
  const int size = i2d_X509(certificate, &out);
  if (size <= 0) return {};
  Bytes bytes(out, out + size);
  OPENSSL_free(out);
  return bytes;
}

}  // namespace ucready::rehearsal
