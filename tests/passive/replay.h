// Feeds flights to a conversation, in segments of any size.
#pragma once

#include <algorithm>
#include <optional>
#include <vector>

#include "passive/conversation.h"
#include "tests/passive/tls_pair.h"

namespace ucready::passive {

struct Replay {
  std::size_t segment = 1400;
  std::string key_log = {};
  std::vector<Flight> prelude = {};
  std::optional<Side> only = {};  // One direction was captured.
  bool close = true;
};

struct Heard {
  Conversation::Kind kind{};
  Side client{};
  bool done = false;
  std::size_t most_memory = 0;
  db::SessionObservation seen;
};

inline Heard hear(ConversationContext& context, const std::vector<Flight>& flights, const Replay& replay = {}) {
  context.add_secrets(replay.key_log);
  Conversation conversation(context);
  Heard heard;
  const auto feed = [&](const std::vector<Flight>& all) {
    for (const Flight& flight : all) {
      if (replay.only && flight.from != *replay.only) continue;
      ByteView rest = flight.bytes;
      while (!rest.empty()) {
        const ByteView segment = rest.first(std::min(replay.segment, rest.size()));
        rest = rest.subspan(segment.size());
        const Bytes copy(segment.begin(), segment.end());  // Nothing may be kept of a segment that is gone.
        conversation.take(flight.from, copy, true);
        heard.most_memory = std::max(heard.most_memory, conversation.memory());
      }
    }
  };
  feed(replay.prelude);
  feed(flights);
  heard.done = conversation.done();
  if (replay.close) {
    for (const Side side : {Side::a, Side::b}) {
      if (!replay.only || side == *replay.only) conversation.ended(side, Conversation::Ending::fin);
    }
  }
  heard.kind = conversation.kind();
  heard.client = conversation.client();
  heard.seen = conversation.finish();
  return heard;
}

inline Heard hear(const std::vector<Flight>& flights, const Replay& replay = {}) {
  ConversationContext context;
  return hear(context, flights, replay);
}

}  // namespace ucready::passive
