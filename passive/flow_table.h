// Puts TCP segments together into conversations: one entry for each connection that carries data, each side's bytes in
// order, whatever order, overlap, repetition or loss they came with. Bounded in every direction; what had to be dropped
// is counted.
//
// In-order traffic pays nothing for the rest: its bytes go from the packet to the conversation without a copy, and a
// connection whose handshake is over costs one look-up a packet.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>

#include "core/bytes.h"
#include "db/session_observation.h"
#include "passive/conversation.h"
#include "passive/segment.h"

namespace ucready::passive {

struct FlowLimits {
  std::size_t flows = 131'072;                 // At once; the one that was quiet longest goes first.
  std::size_t buffered_bytes = 16U << 20;      // Of segments that wait for earlier ones, all flows together.
  std::size_t conversation_bytes = 16U << 20;  // Held by unfinished handshakes.
  std::size_t kept_bytes = 8U << 20;           // Of handshakes that are under way, kept in case they fail.
  std::size_t remembered = 65'536;             // Connections whose beginning or end alone is known; a power of two.
  std::int64_t idle_ns = 120'000'000'000;      // A connection that was quiet for so long is over.
};

struct FlowCounts {
  std::uint64_t flows = 0;
  std::uint64_t sessions = 0;
  std::uint64_t midstream = 0;
  std::uint64_t evicted_flows = 0;      // Unfinished handshakes given up for want of room.
  std::uint64_t overtaken_flows = 0;    // Unfinished handshakes that a step of the capture's time made too old.
  std::uint64_t unkept_handshakes = 0;  // Of sessions, for want of room.
  std::uint64_t dropped_segments = 0;   // That could not wait any longer for earlier ones.
  std::uint64_t lost_places = 0;        // Places in streams where bytes are missing.
};

class FlowTable {
 public:
  // What became known of one connection. `handshake`: both sides' bytes, at most 32 kB, as
  // docs/database.md lays them out; empty where there was no room to keep them.
  struct Sink {
    virtual ~Sink() = default;
    virtual void session(db::SessionObservation seen, ByteView handshake) = 0;
    // TLS was there but no hello: only start, endpoints and protocol are set; the server is guessed to be the end with
    // the lower port.
    virtual void midstream(db::SessionObservation seen) = 0;
  };

  // Context and sink must outlive the table.
  FlowTable(ConversationContext& context, Sink& sink, FlowLimits limits = {});
  ~FlowTable();
  FlowTable(const FlowTable&) = delete;
  FlowTable& operator=(const FlowTable&) = delete;

  // Connections that begin from now on come from there; the number goes into SessionObservation::source.
  void begin_source(std::uint32_t number);
  void take(const Segment& segment);
  // Reports all that is not finished: at the end of the capture.
  void finish();

  [[nodiscard]] const FlowCounts& counts() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace ucready::passive
