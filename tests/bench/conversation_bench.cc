// What a conversation costs: a handshake in memory, replayed in segments as a network would carry it.
#include <benchmark/benchmark.h>

#include "tests/passive/replay.h"

namespace {

using namespace ucready;
using passive::Side;

struct Segment {
  Side side;
  Bytes bytes;
};

std::vector<Segment> segments_of(const passive::Pair& pair) {
  std::vector<Segment> segments;
  for (const passive::Flight& flight : pair.flights) {
    ByteView rest = flight.bytes;
    while (!rest.empty()) {
      const ByteView segment = rest.first(std::min<std::size_t>(1400, rest.size()));
      rest = rest.subspan(segment.size());
      segments.push_back({flight.from, Bytes(segment.begin(), segment.end())});
    }
  }
  return segments;
}

void replay(benchmark::State& state, const passive::PairConfig& config) {
  const std::vector<Segment> segments = segments_of(passive::talk(config));
  passive::ConversationContext context;
  std::size_t bytes = 0;
  for (const Segment& segment : segments) bytes += segment.bytes.size();
  for (auto _ : state) {
    passive::Conversation conversation(context);
    for (const Segment& segment : segments) {
      if (conversation.wants(segment.side)) conversation.take(segment.side, segment.bytes, true);
    }
    db::SessionObservation seen = conversation.finish();
    benchmark::DoNotOptimize(seen);
  }
  state.SetBytesProcessed(static_cast<std::int64_t>(bytes) * state.iterations());
  state.counters["segments"] = static_cast<double>(segments.size());
}

void tls12(benchmark::State& state) { replay(state, {.version = 0x0303, .key = "rsa:2048"}); }
void tls13(benchmark::State& state) { replay(state, {.key = "rsa:2048"}); }
void plaintext(benchmark::State& state) {
  passive::ConversationContext context;
  const Bytes text(1400, 'x');
  for (auto _ : state) {
    passive::Conversation conversation(context);
    while (conversation.wants(Side::b)) conversation.take(Side::b, text, true);
    benchmark::DoNotOptimize(conversation.kind());
  }
}

}  // namespace

BENCHMARK(tls12);
BENCHMARK(tls13);
BENCHMARK(plaintext);
