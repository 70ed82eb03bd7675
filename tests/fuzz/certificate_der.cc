#include <cstdint>
#include <cstdlib>

#include "core/printable.h"
#include "trust/certificate.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const ucready::ByteView bytes(data, size);
  const auto certificate = ucready::trust::read_certificate(bytes);
  const bool readable = certificate->defect.empty();
  // What cannot be read says nothing; what can be read names its algorithms, on one line.
  if (!readable && !(certificate->subject + certificate->san + certificate->key_type).empty()) std::abort();
  if (readable && (certificate->key_type.empty() || certificate->signature_algorithm.empty())) std::abort();
  for (const std::string* text : {&certificate->subject, &certificate->issuer, &certificate->san, &certificate->eku}) {
    if (text->find_first_of(std::string("\n\r\0\x1b", 4)) != std::string::npos) std::abort();
  }
  ucready::trust::read_name(bytes);
  return 0;
}
