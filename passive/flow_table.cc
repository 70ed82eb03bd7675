#include "passive/flow_table.h"

#include <algorithm>
#include <array>
#include <optional>
#include <random>
#include <vector>

#include "passive/capture_clock.h"
#include "passive/flow_index.h"
#include "passive/flow_key.h"
#include "passive/kept_handshake.h"
#include "passive/quiet_order.h"
#include "passive/recent_starts.h"
#include "passive/tcp_side.h"

namespace ucready::passive {
namespace {

constexpr std::size_t kSweepEvery = 1024;  // Segments between two looks for connections that fell silent.
constexpr std::size_t kSweepSlots = 512;
constexpr std::size_t kEvictionLooks = 32;
constexpr std::size_t kChunk = 1024;

Side other(Side side) { return side == Side::a ? Side::b : Side::a; }
std::size_t at(Side side) { return static_cast<std::size_t>(side); }

struct Flow {
  FlowKey key;
  std::uint64_t hash = 0;
  std::int64_t started_ns = 0;
  std::int64_t last_ns = 0;
  std::array<TcpSide, 2> sides;
  std::optional<Conversation> conversation;         // Nothing once all is known.
  std::array<std::optional<std::uint32_t>, 2> fin;  // The sequence number behind the last byte.
  std::array<bool, 2> ended{};
  bool kept_whole = true;
  bool used = false;
  std::uint32_t source = 0;
  std::size_t conversation_bytes = 0;  // As last counted.
  Bytes kept;
};

std::uint64_t random_seed() {
  std::random_device device;
  return (static_cast<std::uint64_t>(device()) << 32U) | device();
}

}  // namespace

struct FlowTable::State {
  State(ConversationContext& shared, Sink& where, FlowLimits bounds)
      : context(shared), sink(where), limits(bounds), starts(bounds.remembered), pool(bounds.kept_bytes) {
    waiting.limit = bounds.buffered_bytes;
  }

  Flow& slot(std::uint32_t number) { return (*chunks[number / kChunk])[number % kChunk]; }

  std::uint32_t find(const FlowKey& key, std::uint64_t hash) {
    return index.find(hash, [&](std::uint32_t number) { return slot(number).key == key; });
  }

  std::uint32_t free_slot() {
    if (!spare.empty()) {
      const std::uint32_t number = spare.back();
      spare.pop_back();
      return number;
    }
    if (slots < limits.flows) {
      if (slots % kChunk == 0) chunks.push_back(std::make_unique<std::array<Flow, kChunk>>());
      return static_cast<std::uint32_t>(slots++);
    }
    evict_one();
    return free_slot();
  }

  // Of the next few the one that was silent longest.
  void evict_one() {
    std::uint32_t oldest = FlowIndex::kNone;
    for (std::size_t looked = 0; looked < kEvictionLooks || oldest == FlowIndex::kNone; ++looked) {
      const std::uint32_t number = hand;
      hand = static_cast<std::uint32_t>((hand + 1) % slots);
      Flow& flow = slot(number);
      if (!flow.used) continue;
      if (oldest == FlowIndex::kNone || flow.last_ns < slot(oldest).last_ns) oldest = number;
    }
    if (slot(oldest).conversation) ++counts.evicted_flows;
    close(oldest);
  }

  // Handshakes hold too much: the one that was quiet longest is given up. Its connection is looked up as before.
  void evict_conversations() {
    while (conversation_bytes > limits.conversation_bytes && talking.quietest() != QuietOrder::kNone) {
      ++counts.evicted_flows;
      report(slot(talking.quietest()), talking.quietest());
    }
  }

  void sweep(std::int64_t now_ns) {
    for (std::size_t looked = 0; looked < kSweepSlots && slots > 0; ++looked) {
      const std::uint32_t number = hand;
      hand = static_cast<std::uint32_t>((hand + 1) % slots);
      const Flow& flow = slot(number);
      if (!flow.used || now_ns - flow.last_ns <= limits.idle_ns) continue;
      const bool overtaken = flow.last_ns <= clock.before_step_ns();
      if (overtaken && flow.conversation && flow.conversation->kind() == Conversation::Kind::session) {
        ++counts.overtaken_flows;
      }
      close(number);
    }
  }

  std::uint32_t open(const FlowKey& key, std::uint64_t hash, const Segment& segment) {
    const std::uint32_t number = free_slot();
    Flow& flow = slot(number);
    flow.key = key;
    flow.hash = hash;
    flow.started_ns = segment.time_ns;
    flow.source = source;
    flow.used = true;
    flow.conversation.emplace(context);
    for (const Side side : {Side::a, Side::b}) {
      if (const auto first = starts.start(hash, side)) flow.sides[at(side)].begins_at(*first);
    }
    index.insert(hash, number);
    ++counts.flows;
    return number;
  }

  void close(std::uint32_t number) {
    Flow& flow = slot(number);
    report(flow, number);
    starts.note_end(flow.hash);
    index.erase(flow.hash, number);
    flow = Flow();
    spare.push_back(number);
  }

  // Tells what became known; afterwards the flow is only looked up.
  void report(Flow& flow, std::uint32_t number) {
    if (!flow.conversation) return;
    for (const Side side : {Side::a, Side::b}) {
      flow.sides[at(side)].end(
          waiting, [&](ByteView bytes) { hand_on(flow, side, bytes, flow.last_ns); }, [&] { lose(flow, side); });
      flow.sides[at(side)].forget(waiting);
      if (flow.fin[at(side)]) end(flow, side, Conversation::Ending::fin);
    }
    Conversation& conversation = *flow.conversation;
    const Conversation::Kind kind = conversation.kind();
    if (kind == Conversation::Kind::session) {
      const Side client = conversation.client();
      db::SessionObservation seen = conversation.finish();
      name_ends(flow, client, seen);
      name_sides(flow.kept, client);
      ++counts.sessions;
      if (!flow.kept_whole) ++counts.unkept_handshakes;
      sink.session(std::move(seen), flow.kept);
    } else if (kind == Conversation::Kind::midstream) {
      db::SessionObservation seen;
      const Side client = flow.key.end(Side::a).port >= flow.key.end(Side::b).port ? Side::a : Side::b;
      name_ends(flow, client, seen);
      ++counts.midstream;
      sink.midstream(std::move(seen));
    }
    talking.remove(number);
    drop_conversation(flow);
  }

  void name_ends(const Flow& flow, Side client, db::SessionObservation& seen) {
    seen.started_ns = flow.started_ns;
    seen.client = flow.key.end(client);
    seen.server = flow.key.end(other(client));
    seen.source = flow.source;
  }

  void drop_conversation(Flow& flow) {
    conversation_bytes -= flow.conversation_bytes;
    flow.conversation_bytes = 0;
    flow.conversation.reset();
    pool.give_back(flow.kept);
  }

  void hand_on(Flow& flow, Side side, ByteView bytes, std::int64_t time_ns) {
    Conversation& conversation = *flow.conversation;
    if (!conversation.wants(side)) return;
    HandshakeKeeper keeper(pool, flow.kept, flow.kept_whole, time_ns - flow.started_ns);
    conversation.take(side, bytes, flow.sides[at(side)].known_start(), &keeper);
  }

  void lose(Flow& flow, Side side) {
    ++counts.lost_places;
    if (!flow.conversation->wants(side)) return;
    HandshakeKeeper keeper(pool, flow.kept, flow.kept_whole, flow.last_ns - flow.started_ns);
    flow.conversation->lost(side, &keeper);
  }

  void end(Flow& flow, Side side, Conversation::Ending how) {
    if (flow.ended[at(side)]) return;
    flow.ended[at(side)] = true;
    flow.conversation->ended(side, how);
  }

  void take_payload(std::uint32_t number, Side from, const Segment& segment, std::uint32_t sequence) {
    Flow& flow = slot(number);
    counts.dropped_segments += flow.sides[at(from)].take(
        sequence, segment.payload, segment.cut, waiting,
        [&](ByteView bytes) { hand_on(flow, from, bytes, segment.time_ns); }, [&] { lose(flow, from); });
    const std::size_t bytes = flow.conversation->memory();
    conversation_bytes += bytes - flow.conversation_bytes;
    flow.conversation_bytes = bytes;
    talking.touch(number);
  }

  void take_endings(std::uint32_t number, Side from, const Segment& segment, std::uint32_t sequence) {
    Flow& flow = slot(number);
    if ((segment.flags & kFin) != 0) {
      flow.fin[at(from)] = sequence + static_cast<std::uint32_t>(segment.payload.size()) + segment.cut;
    }
    if (flow.conversation) {
      for (const Side side : {Side::a, Side::b}) {
        const TcpSide& stream = flow.sides[at(side)];
        if (flow.fin[at(side)] && (!stream.started() || stream.next() == *flow.fin[at(side)])) {
          end(flow, side, Conversation::Ending::fin);
        }
      }
    }
    if ((segment.flags & kRst) != 0) {
      if (flow.conversation) end(flow, from, Conversation::Ending::reset);
      close(number);
    } else if (flow.fin[0] && flow.fin[1] && (!flow.conversation || (flow.ended[0] && flow.ended[1]))) {
      close(number);
    } else if (flow.conversation && flow.conversation->done()) {
      report(flow, number);
    } else if (conversation_bytes > limits.conversation_bytes) {
      evict_conversations();
    }
  }

  void take_syn(const FlowKey& key, std::uint64_t hash, Side from, const Segment& segment) {
    const std::uint32_t first = segment.sequence + 1;
    if (const std::uint32_t number = find(key, hash); number != FlowIndex::kNone) {
      TcpSide& side = slot(number).sides[at(from)];
      if (!side.started()) side.begins_at(first);
      const bool same = side.known_start() && starts_at(slot(number), from) == first;
      if (same || (segment.flags & kAck) != 0) return;
      close(number);  // The ports are used again.
    }
    starts.note(hash, from, first);
    if ((segment.flags & kAck) != 0) starts.note(hash, other(from), segment.acknowledgement);
  }

  std::optional<std::uint32_t> starts_at(const Flow& flow, Side side) const { return starts.start(flow.hash, side); }

  ConversationContext& context;
  Sink& sink;
  FlowLimits limits;
  FlowCounts counts;
  const std::uint64_t seed = random_seed();
  FlowIndex index;
  std::vector<std::unique_ptr<std::array<Flow, kChunk>>> chunks;
  std::size_t slots = 0;
  std::vector<std::uint32_t> spare;
  std::uint32_t hand = 0;
  QuietOrder talking;  // Flows with a conversation.
  CaptureClock clock;
  RecentStarts starts;
  WaitingBytes waiting;
  KeptPool pool;
  std::size_t conversation_bytes = 0;
  std::uint32_t source = 0;
  std::size_t until_sweep = kSweepEvery;
};

FlowTable::FlowTable(ConversationContext& context, Sink& sink, FlowLimits limits)
    : state_(std::make_unique<State>(context, sink, limits)) {}
FlowTable::~FlowTable() = default;

void FlowTable::begin_source(std::uint32_t number) { state_->source = number; }

void FlowTable::take(const Segment& segment) {
  State& state = *state_;
  const auto [key, from] = key_of(segment.from, segment.to);
  const std::uint64_t hash = key.hash(state.seed);
  const std::int64_t now_ns = state.clock.take(segment.time_ns);
  if (--state.until_sweep == 0) {
    state.until_sweep = kSweepEvery;
    state.sweep(now_ns);
  }
  std::uint32_t sequence = segment.sequence;
  if ((segment.flags & kSyn) != 0) {
    state.take_syn(key, hash, from, segment);
    ++sequence;
  }
  const bool has_bytes = !segment.payload.empty();
  std::uint32_t number = state.find(key, hash);
  if (number == FlowIndex::kNone) {
    if (!has_bytes || state.starts.ended(hash)) return;
    number = state.open(key, hash, segment);
  }
  Flow& flow = state.slot(number);
  flow.last_ns =
      std::max(now_ns, segment.time_ns);  // Before the clock believes a step, those who bear it out are young.
  if (flow.conversation && (has_bytes || segment.cut > 0)) state.take_payload(number, from, segment, sequence);
  if ((segment.flags & (kFin | kRst)) != 0 || flow.conversation) state.take_endings(number, from, segment, sequence);
}

void FlowTable::finish() {
  for (std::uint32_t number = 0; number < state_->slots; ++number) {
    if (state_->slot(number).used) state_->close(number);
  }
}

const FlowCounts& FlowTable::counts() const { return state_->counts; }

}  // namespace ucready::passive
