#include "trust/trust_file.h"

#include <cstdint>
#include <cstdlib>

#include "trust/store.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto file = ucready::trust::read_trust_bytes({data, size}, "some.file");
  if (!file) {
    const std::string& message = file.error().message;
    if (!message.starts_with("some.file:") || message.find_first_of("\n\r\x1b") != std::string::npos) std::abort();
    return 0;
  }
  for (const std::string& note : file->notes) {
    if (note.find_first_of("\n\r\x1b") != std::string::npos) std::abort();
  }
  ucready::trust::TrustStore store;
  for (const auto& entry : file->entries) {
    // Each entry is a certificate that was read, or the hash of one.
    const bool whole = entry.certificate && entry.certificate->defect.empty();
    if (whole == entry.hash.has_value()) std::abort();
    store.add(entry);
  }
  if (store.authorities().size() + store.pins().size() > file->entries.size()) std::abort();
  return 0;
}
