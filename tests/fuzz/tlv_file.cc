#include "trust/tlv_file.h"

#include <cstdint>
#include <cstdlib>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const ucready::ByteView bytes(data, size);
  const auto file = ucready::trust::read_tlv_file(bytes);
  if (!file) {
    if (file.error().message.empty()) std::abort();
    return 0;
  }
  // What was read begins where it says, in order, and one byte less is not the same sound file.
  std::size_t end = file->header_length;
  for (const auto& record : file->records) {
    if (record.offset < end || record.offset >= size) std::abort();
    end = record.offset + 1;
  }
  using ucready::trust::TlvSignature;
  const auto cut = ucready::trust::read_tlv_file(bytes.first(size - 1));
  if (cut && cut->signature == TlvSignature::valid) std::abort();
  return 0;
}
