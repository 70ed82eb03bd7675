// What a file service answers when it is asked for a trust list.
#include "probes/trust_lists.h"
#include "trust/trust_file.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace ucready;
  if (const auto list = probes::trust_list_in(as_text(ByteView(data, size)))) {
    (void)trust::read_trust_bytes(*list, "https://10.0.0.11:6972/ITLFile.tlv");
  }
  return 0;
}
