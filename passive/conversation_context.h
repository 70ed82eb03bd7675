// What the conversations of a capture share: see ConversationContext.
#pragma once

#include "passive/chain_book.h"
#include "passive/conversation.h"
#include "passive/ja3s_book.h"
#include "passive/key_log.h"
#include "passive/offer.h"

namespace ucready::passive {

struct ConversationContext::Shared {
  OfferBook offers;
  ChainBook chains;
  Ja3sBook ja3s;
  KeyLog key_log;
};

}  // namespace ucready::passive
