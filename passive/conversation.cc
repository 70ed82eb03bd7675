#include "passive/conversation.h"

#include <array>
#include <optional>

#include "passive/handshake_watch.h"
#include "passive/prelude.h"
#include "passive/record_cutter.h"
#include "passive/tds_unwrapper.h"
#include "passive/tls_start.h"

namespace ucready::passive {
namespace {

using db::SessionSide;

constexpr std::size_t kMostPreludeBytes = 16 * 1024;  // Of one side.
constexpr std::size_t kMostUnclearBytes = 64;
constexpr std::uint32_t kMidstreamRecords = 2;  // That make it certain that it is TLS.

Side other(Side side) { return side == Side::a ? Side::b : Side::a; }
std::size_t at(Side side) { return static_cast<std::size_t>(side); }

struct Half {
  enum class State : std::uint8_t {
    searching,  // Plaintext so far.
    sslv2,      // The rest of an SSLv2 record is awaited.
    tls,
    astray,  // In TLS, but bytes were lost: a record is looked for where segments begin.
    deaf,
  };
  State state = State::searching;
  bool any_bytes = false;
  bool straying = false;   // Records came, but no hello.
  std::size_t passed = 0;  // Bytes of plaintext.
  Bytes unclear;           // Too little to tell, or an SSLv2 record so far.
  RecordCutter records;
  std::unique_ptr<TdsUnwrapper> tds;
};

}  // namespace

struct ConversationContext::Shared {
  HandshakeBooks books;
};

ConversationContext::ConversationContext() : shared_(std::make_unique<Shared>()) {}
ConversationContext::~ConversationContext() = default;

void ConversationContext::add_secrets(std::string_view key_log) { shared_->books.keys.add(key_log); }

struct Conversation::State {
  explicit State(HandshakeBooks& books) : watch(books) {}

  void take(Side side, ByteView bytes, bool from_start) {
    Half& half = halves[at(side)];
    const bool stream_start = from_start && !half.any_bytes;
    half.any_bytes = true;
    if (half.tds) return take_tds(side, bytes);
    take_stream(side, bytes, stream_start);
  }

  void take_stream(Side side, ByteView bytes, bool stream_start) {
    Half& half = halves[at(side)];
    switch (half.state) {
      case Half::State::searching:
        return search(side, bytes, stream_start);
      case Half::State::sslv2:
        return take_sslv2(side, bytes);
      case Half::State::tls:
        return take_records(side, bytes);
      case Half::State::astray:
        if (!is_tls_record(start_of(bytes, false))) return;
        half.state = Half::State::tls;
        return take_records(side, bytes);
      case Half::State::deaf:
        return;
    }
  }

  static bool is_tls_record(StartVerdict verdict) {
    return verdict == StartVerdict::record || verdict == StartVerdict::client_hello ||
           verdict == StartVerdict::server_hello;
  }

  void search(Side side, ByteView segment, bool stream_start) {
    Half& half = halves[at(side)];
    if (half.straying && stray(side, segment)) return;
    if (half.unclear.empty()) {
      if (const std::size_t before = plaintext_before_hello(segment); before > 0) {
        prelude.note(at(side), segment.first(before));
        half.passed += before;
        segment = segment.subspan(before);
      }
      return judge(side, segment, stream_start);
    }
    half.unclear.insert(half.unclear.end(), segment.begin(), segment.end());
    const Bytes held = std::move(half.unclear);
    half.unclear.clear();
    judge(side, held, half.passed == 0);
  }

  void judge(Side side, ByteView bytes, bool stream_start) {
    Half& half = halves[at(side)];
    switch (start_of(bytes, stream_start)) {
      case StartVerdict::client_hello:
        return begin(side, SessionSide::client, bytes);
      case StartVerdict::server_hello:
        return begin(side, SessionSide::server, bytes);
      case StartVerdict::sslv2_hello:
        name_client(side);
        half.state = Half::State::sslv2;
        return take_sslv2(side, bytes);
      case StartVerdict::record:
        return stray_record(side, bytes);
      case StartVerdict::tds:
        half.tds = std::make_unique<TdsUnwrapper>();
        return take_tds(side, bytes);
      case StartVerdict::unclear:
        if (bytes.size() > kMostUnclearBytes) break;
        half.unclear.assign(bytes.begin(), bytes.end());
        return;
      case StartVerdict::no:
        break;
    }
    prelude.note(at(side), bytes);
    pass(side, bytes.size());
  }

  // Plaintext, or records without a hello. Where one side says so much of it, the other begins no handshake either.
  void pass(Side side, std::size_t bytes) {
    halves[at(side)].passed += bytes;
    if (halves[at(side)].passed <= kMostPreludeBytes && midstream_records < kMidstreamRecords) return;
    if (client) {
      halves[at(side)].state = Half::State::deaf;
    } else {
      for (Half& half : halves) half.state = Half::State::deaf;
    }
  }

  void name_client(Side side) {
    if (!client) client = side;
  }

  void begin(Side side, SessionSide role, ByteView bytes) {
    const Side is_client = role == SessionSide::client ? side : other(side);
    if (client && *client != is_client) {  // Both sides claim the same part: it is no handshake.
      halves[at(side)].state = Half::State::deaf;
      return;
    }
    name_client(is_client);
    if (role == SessionSide::client) watch.hello_began();
    halves[at(side)].state = Half::State::tls;
    take_records(side, bytes);
  }

  // A record before any hello of this side: the answer to the other side's hello, or TLS that began before the capture.
  void stray_record(Side side, ByteView bytes) {
    Half& half = halves[at(side)];
    if (client) {
      half.state = Half::State::tls;
      return take_records(side, bytes);
    }
    half.straying = true;
    stray(side, bytes);
  }

  // False: these are no records (any more).
  bool stray(Side side, ByteView bytes) {
    Half& half = halves[at(side)];
    half.straying = half.records.feed(
        bytes, [](tls::ContentType) { return false; },
        [&](const SeenRecord&) {
          ++midstream_records;
          return true;
        });
    if (!half.straying) {
      half.records = {};
      return false;
    }
    if (half.records.between_records()) midstream_records += kMidstreamRecords;  // No chance.
    pass(side, bytes.size());
    return true;
  }

  void take_sslv2(Side side, ByteView bytes) {
    Half& half = halves[at(side)];
    half.unclear.insert(half.unclear.end(), bytes.begin(), bytes.end());
    ByteReader reader(half.unclear);
    const std::size_t record_bytes = reader.u16() & 0x7fffU;
    const ByteView record = reader.bytes(record_bytes);
    if (!reader.ok()) return;
    watch.sslv2_hello(record);
    const Bytes rest(half.unclear.begin() + static_cast<std::ptrdiff_t>(2 + record_bytes), half.unclear.end());
    half.unclear.clear();
    half.state = Half::State::tls;
    take_records(side, rest);
  }

  void take_tds(Side side, ByteView bytes) {
    Half& half = halves[at(side)];
    const bool packets = half.tds->feed(bytes, [&](ByteView part, bool begins) {
      if (half.state != Half::State::searching) return take_stream(side, part, false);
      if (begins) half.unclear.clear();
      if (!begins && half.unclear.empty()) return;
      half.unclear.insert(half.unclear.end(), part.begin(), part.end());
      const StartVerdict verdict = start_of(half.unclear, false);
      if (verdict == StartVerdict::unclear) return;
      const Bytes held = std::move(half.unclear);
      half.unclear.clear();
      if (verdict == StartVerdict::client_hello || verdict == StartVerdict::server_hello ||
          (client && is_tls_record(verdict))) {
        in_tds = true;
        judge(side, held, false);
      }
    });
    if (packets) return;
    half.tds.reset();
    take_stream(side, bytes, false);
  }

  void take_records(Side side, ByteView bytes) {
    Half& half = halves[at(side)];
    const SessionSide role = role_of(side);
    const bool more = half.records.feed(
        bytes, [&](tls::ContentType type) { return watch.wants_body(role, type); },
        [&](const SeenRecord& record) {
          watch.record(role, record);
          return !watch.decided();
        });
    if (!more) half.state = Half::State::deaf;
  }

  [[nodiscard]] SessionSide role_of(Side side) const {
    return side == client.value_or(Side::a) ? SessionSide::client : SessionSide::server;
  }

  void lost(Side side) {
    Half& half = halves[at(side)];
    half.unclear.clear();
    half.tds.reset();
    if (half.state == Half::State::sslv2) half.state = Half::State::deaf;
    if (half.state != Half::State::tls) return;
    half.records.give_up([&](const SeenRecord& record) { watch.record(role_of(side), record); });
    watch.lost(role_of(side));
    half.state = Half::State::astray;
  }

  HandshakeWatch watch;
  Prelude prelude;
  std::array<Half, 2> halves;
  std::optional<Side> client;
  std::uint32_t midstream_records = 0;
  bool in_tds = false;
};

Conversation::Conversation(ConversationContext& context) : state_(std::make_unique<State>(context.shared().books)) {}
Conversation::~Conversation() = default;
Conversation::Conversation(Conversation&&) noexcept = default;
Conversation& Conversation::operator=(Conversation&&) noexcept = default;

void Conversation::take(Side side, ByteView bytes, bool from_start) {
  if (!bytes.empty()) state_->take(side, bytes, from_start);
}

void Conversation::lost(Side side) { state_->lost(side); }

void Conversation::ended(Side side, Ending) {
  if (state_->client) state_->watch.ended(state_->role_of(side));
  state_->halves[at(side)].state = Half::State::deaf;
}

bool Conversation::wants(Side side) const {
  return !state_->watch.decided() && state_->halves[at(side)].state != Half::State::deaf;
}

bool Conversation::done() const { return !wants(Side::a) && !wants(Side::b); }

std::size_t Conversation::memory() const {
  std::size_t bytes = sizeof(State) + state_->watch.memory() + state_->prelude.memory();
  for (const Half& half : state_->halves) bytes += half.unclear.capacity() + half.records.memory();
  return bytes;
}

Conversation::Kind Conversation::kind() const {
  if (state_->watch.any_hello()) return Kind::session;
  return state_->midstream_records >= kMidstreamRecords ? Kind::midstream : Kind::none;
}

Side Conversation::client() const { return state_->client.value_or(Side::a); }

db::SessionObservation Conversation::finish() {
  db::SessionObservation seen = state_->watch.finish();
  seen.protocol = state_->in_tds ? "tds" : state_->prelude.protocol();
  return seen;
}

}  // namespace ucready::passive
