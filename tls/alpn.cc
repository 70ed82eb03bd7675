#include "tls/alpn.h"

namespace ucready::tls {

bool read_selected_alpn(ByteView content, std::string& protocol) {
  ByteReader reader(content);
  ByteReader names(reader.u16_block());
  const ByteView name = names.u8_block();
  if (!reader.done() || !names.done() || name.empty()) return false;
  protocol = as_text(name);
  return true;
}

}  // namespace ucready::tls
