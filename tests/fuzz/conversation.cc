// A script of a connection: an operation (the low bits of a byte; bit 7 is the side), and for bytes their count.
#include "passive/conversation.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace ucready;
  using passive::Conversation;
  passive::ConversationContext context;
  context.add_secrets(
      "SERVER_HANDSHAKE_TRAFFIC_SECRET 0000000000000000000000000000000000000000000000000000000000000000 "
      "0101010101010101010101010101010101010101010101010101010101010101\n");
  Conversation conversation(context);
  ByteReader script(ByteView(data, size));
  while (!script.empty()) {
    const std::uint8_t operation = script.u8();
    const passive::Side side = (operation & 0x80) != 0 ? passive::Side::b : passive::Side::a;
    switch (operation & 7) {
      case 1:
        conversation.lost(side);
        break;
      case 2:
        conversation.ended(side, Conversation::Ending::fin);
        break;
      case 3:
        conversation.ended(side, Conversation::Ending::reset);
        break;
      case 4: {  // A byte a segment.
        for (const std::uint8_t byte : script.u16_block()) conversation.take(side, {&byte, 1}, true);
        break;
      }
      default:
        conversation.take(side, script.u16_block(), (operation & 8) == 0);
        break;
    }
    (void)conversation.wants(side);
    if (conversation.memory() > 512U * 1024) __builtin_trap();
  }
  (void)conversation.done();
  (void)conversation.client();
  if (conversation.kind() != Conversation::Kind::none) (void)conversation.finish();
  return 0;
}
