#include "passive/conversation.h"

#include <array>
#include <optional>

#include "passive/conversation_context.h"
#include "passive/handshake.h"
#include "passive/kept_handshake.h"
#include "passive/prelude.h"
#include "passive/tds_unwrapper.h"
#include "passive/tls_start.h"

namespace ucready::passive {
namespace {

using db::SessionSide;

// TLS that has not begun by then does not begin. Behind a hello of the other side the same.
constexpr std::size_t kMostPreludeBytes = 16 * 1024;
// A record that was under way when the capture began may be longer than that.
constexpr std::size_t kMostMidstreamBytes = 64 * 1024;

constexpr std::size_t index(Side side) { return static_cast<std::size_t>(side); }
constexpr Side other(Side side) { return side == Side::a ? Side::b : Side::a; }

// Too short to tell, or the header of a packet that may hold TLS.
bool may_be_tds(ByteView bytes) {
  constexpr std::uint8_t kPrelogin = 0x12;
  if (bytes.size() >= kTdsHeaderBytes) return is_tds_prelogin(bytes);
  ByteReader reader(bytes);
  const bool type = reader.u8() == kPrelogin;
  const std::uint8_t status = reader.u8();
  return type && (!reader.ok() || status <= 1);
}

struct Stream {
  enum class Phase : std::uint8_t {
    searching,  // Plaintext so far, or nothing.
    following,  // What looks like a record of TLS that began before the capture, until the next one bears it out.
    sslv2,      // An SSLv2 record is not whole yet.
    tls,
    gap,  // In TLS, but bytes are missing: the next record is looked for where segments begin.
    deaf,
  };
  Phase phase = Phase::searching;
  bool from_start = true;  // Its first byte was seen.
  bool any = false;
  bool ended = false;
  bool followed_one = false;
  std::uint32_t passed = 0;  // Bytes of plaintext.
  Bytes begun;               // What may be the beginning of TLS.
  std::unique_ptr<TdsUnwrapper> tds;
  std::unique_ptr<RecordCutter> followed;
};

}  // namespace

ConversationContext::ConversationContext() : shared_(std::make_unique<Shared>()) {}
ConversationContext::~ConversationContext() = default;

void ConversationContext::add_secrets(std::string_view key_log) { shared_->key_log.add(key_log); }

struct Conversation::State {
  explicit State(ConversationContext::Shared& all) : shared(all) {}

  ConversationContext::Shared& shared;
  std::array<Stream, 2> streams;
  std::unique_ptr<std::array<Prelude, 2>> preludes;  // Where there are any.
  std::unique_ptr<Handshake> handshake;
  std::optional<Side> client;
  bool midstream = false;
  std::string_view protocol = "tls";
  HandshakeKeeper* keeper = nullptr;  // Of the call under way.

  Stream& at(Side side) { return streams[index(side)]; }
  [[nodiscard]] SessionSide role(Side side) const { return side == client ? SessionSide::client : SessionSide::server; }

  void take(Side side, ByteView bytes);
  void search(Side side, ByteView bytes);
  bool begin_at(Side side, ByteView bytes);
  void follow(Side side, ByteView bytes);
  void pass_over(Side side, ByteView bytes);
  void begin(Side side, Side as_client, ByteView bytes, bool in_tds);
  void take_sslv2(Side side, ByteView bytes);
  void take_tls(Side side, ByteView bytes);
  void keep(Side side, ByteView bytes) const {
    if (keeper != nullptr) keeper->add(side, bytes);
  }
  void give_up();
};

void Conversation::State::take(Side side, ByteView bytes) {
  Stream& stream = at(side);
  switch (stream.phase) {
    case Stream::Phase::searching:
      return search(side, bytes);
    case Stream::Phase::following:
      return follow(side, bytes);
    case Stream::Phase::sslv2:
      return take_sslv2(side, bytes);
    case Stream::Phase::tls:
      return take_tls(side, bytes);
    case Stream::Phase::gap:
      if (!is_record_header(bytes.first(std::min(bytes.size(), tls::kRecordHeaderBytes)))) return;
      stream.phase = Stream::Phase::tls;
      return take_tls(side, bytes);
    case Stream::Phase::deaf:
      return;
  }
}

// TLS may begin where a segment does, or right behind a request that needs no answer. Too few bytes to tell are put
// together with what follows; should that be no beginning, one may still stand behind its first bytes.
void Conversation::State::search(Side side, ByteView bytes) {
  Stream& stream = at(side);
  Bytes joined;
  std::size_t starts = 1;  // How many of the first bytes may begin a segment.
  if (!stream.begun.empty()) {
    joined = std::move(stream.begun);
    stream.begun = {};
    starts = std::min(joined.size(), kTlsStartBytes + kTdsHeaderBytes) + 1;
    append(joined, bytes);
    bytes = joined;
  }
  for (std::size_t request = 0; (request = request_bytes(bytes)) > 0 && request < bytes.size();) {
    pass_over(side, bytes.first(request));
    bytes = bytes.subspan(request);
    if (stream.phase != Stream::Phase::searching) return;
  }
  for (std::size_t start = 0; start < starts && start < bytes.size(); ++start) {
    const ByteView rest = bytes.subspan(start);
    if (find_tls_start(rest) == TlsStart::no && !may_be_tds(rest)) continue;
    if (start > 0) pass_over(side, bytes.first(start));  // It may name the protocol.
    if (stream.phase != Stream::Phase::searching || begin_at(side, rest)) return;
    return pass_over(side, rest);
  }
  pass_over(side, bytes);
}

// False: TLS does not begin here. True: it does, or the bytes are kept until more are there.
bool Conversation::State::begin_at(Side side, ByteView bytes) {
  Stream& stream = at(side);
  if (may_be_tds(bytes)) {
    if (bytes.size() < kTlsStartBytes + kTdsHeaderBytes) {
      stream.begun.assign(bytes.begin(), bytes.end());
      return true;
    }
    const ByteView inside = bytes.subspan(kTdsHeaderBytes);
    const TlsStart start = find_tls_start(inside);
    const bool hello = start == TlsStart::client_hello || start == TlsStart::server_hello;
    if (hello) {
      begin(side, start == TlsStart::client_hello ? side : other(side), bytes, true);
      return true;
    }
    return false;
  }
  switch (find_tls_start(bytes)) {
    case TlsStart::no:
      return false;
    case TlsStart::perhaps:
      if (bytes.size() < kTlsStartBytes + kTdsHeaderBytes) {
        stream.begun.assign(bytes.begin(), bytes.end());
        return true;
      }
      if (stream.from_start) return false;
      stream.followed = std::make_unique<RecordCutter>();
      stream.phase = Stream::Phase::following;
      follow(side, bytes);
      return true;
    case TlsStart::client_hello:
      begin(side, side, bytes, false);
      return true;
    case TlsStart::server_hello:
      begin(side, other(side), bytes, false);
      return true;
    case TlsStart::sslv2_client_hello:
      if (client && client != side) return false;
      begin(side, side, bytes, false);
      return true;
    case TlsStart::alert:
      // Of a server that answers the hello with it, or a client that refuses the answer.
      if (!handshake) return false;
      begin(side, *client, bytes, false);
      return true;
    case TlsStart::records:
      midstream = true;
      if (!handshake) {
        stream.phase = Stream::Phase::deaf;
        return true;
      }
      handshake->lost(role(side));
      begin(side, *client, bytes, false);
      return true;
  }
  return false;
}

void Conversation::State::follow(Side side, ByteView bytes) {
  Stream& stream = at(side);
  stream.followed->feed(bytes);
  while (const auto header = stream.followed->header()) {
    if (!is_record_header(*header)) {
      stream.phase = Stream::Phase::searching;
      stream.followed.reset();
      return pass_over(side, bytes);
    }
    // The second header in its place is no accident.
    if (stream.followed_one) {
      midstream = true;
      stream.phase = Stream::Phase::deaf;
      stream.followed.reset();
      return;
    }
    stream.followed_one = true;
    ByteReader length(header->subspan(3));
    stream.followed->pass(tls::kRecordHeaderBytes + length.u16());
  }
}

void Conversation::State::begin(Side side, Side as_client, ByteView bytes, bool in_tds) {
  Stream& stream = at(side);
  if (client && *client != as_client) {  // Both say that they are the client: no handshake can come of it.
    stream.phase = Stream::Phase::deaf;
    return;
  }
  client = as_client;
  if (!handshake) handshake = std::make_unique<Handshake>(shared);
  const TlsStart start = find_tls_start(in_tds ? bytes.subspan(kTdsHeaderBytes) : bytes);
  if (start == TlsStart::client_hello || start == TlsStart::sslv2_client_hello) handshake->client_hello_begins();
  if (in_tds) {
    protocol = "tds";
    stream.tds = std::make_unique<TdsUnwrapper>();
  } else if (preludes && protocol == "tls") {
    protocol = protocol_of((*preludes)[index(as_client)], (*preludes)[index(other(as_client))]);
  }
  ByteReader first(bytes);
  const bool sslv2 = (first.u8() & 0x80) != 0;
  stream.phase = sslv2 ? Stream::Phase::sslv2 : Stream::Phase::tls;
  if (sslv2) return take_sslv2(side, bytes);
  take_tls(side, bytes);
}

void Conversation::State::pass_over(Side side, ByteView bytes) {
  Stream& stream = at(side);
  stream.passed += static_cast<std::uint32_t>(std::min(bytes.size(), kMostMidstreamBytes));
  if (stream.passed > (stream.from_start ? kMostPreludeBytes : kMostMidstreamBytes)) return give_up();
  if (handshake) return;  // The protocol is named.
  if (!preludes) preludes = std::make_unique<std::array<Prelude, 2>>();
  (*preludes)[index(side)].add(bytes);
}

// One side went on too long without TLS: then there is none, unless the other side began it already.
void Conversation::State::give_up() {
  preludes.reset();
  for (Stream& stream : streams) {
    if (stream.phase != Stream::Phase::searching) continue;
    stream.phase = Stream::Phase::deaf;
    stream.begun = {};
  }
}

void Conversation::State::take_sslv2(Side side, ByteView bytes) {
  Stream& stream = at(side);
  keep(side, bytes);
  stream.begun.insert(stream.begun.end(), bytes.begin(), bytes.end());
  ByteReader reader(stream.begun);
  const std::uint16_t length = reader.u16() & 0x7fff;
  const ByteView record = reader.bytes(length);
  if (!reader.ok()) return;
  handshake->take_sslv2_hello(record);
  const ByteView rest = reader.rest();
  stream.phase = Stream::Phase::tls;
  if (!rest.empty()) handshake->take(role(side), rest);
  stream.begun = {};
}

void Conversation::State::take_tls(Side side, ByteView bytes) {
  Stream& stream = at(side);
  keep(side, bytes);
  if (stream.tds) return stream.tds->feed(bytes, [&](ByteView piece) { handshake->take(role(side), piece); });
  handshake->take(role(side), bytes);
}

Conversation::Conversation(ConversationContext& context) : state_(std::make_unique<State>(context.shared())) {}
Conversation::~Conversation() = default;
Conversation::Conversation(Conversation&&) noexcept = default;
Conversation& Conversation::operator=(Conversation&&) noexcept = default;

void Conversation::take(Side side, ByteView bytes, bool from_start, HandshakeKeeper* keeper) {
  Stream& stream = state_->at(side);
  if (bytes.empty() || !wants(side)) return;
  if (!stream.any) stream.from_start = from_start;
  stream.any = true;
  state_->keeper = keeper;
  state_->take(side, bytes);
  state_->keeper = nullptr;
}

void Conversation::lost(Side side, HandshakeKeeper* keeper) {
  Stream& stream = state_->at(side);
  stream.begun = {};
  stream.tds.reset();
  if (stream.phase == Stream::Phase::following) stream.phase = Stream::Phase::searching;
  if (stream.phase == Stream::Phase::searching) stream.from_start = false;
  if (stream.phase == Stream::Phase::sslv2 || stream.phase == Stream::Phase::tls) stream.phase = Stream::Phase::gap;
  if (stream.phase != Stream::Phase::gap) return;
  state_->handshake->lost(state_->role(side));
  if (keeper != nullptr) keeper->add(side, {});
}

void Conversation::ended(Side side, Ending how) {
  Stream& stream = state_->at(side);
  stream.ended = true;
  if (how == Ending::reset) state_->at(other(side)).ended = true;
  if (state_->handshake) state_->handshake->ended(state_->role(side));
}

bool Conversation::wants(Side side) const {
  const Stream& stream = state_->streams[index(side)];
  if (stream.phase == Stream::Phase::deaf || stream.ended) return false;
  const Handshake* const handshake = state_->handshake.get();
  if (handshake == nullptr) return !state_->midstream;
  return handshake->wants(state_->role(side));
}

bool Conversation::done() const {
  if (state_->handshake && state_->handshake->done()) return true;
  return !wants(Side::a) && !wants(Side::b);
}

std::size_t Conversation::memory() const {
  std::size_t bytes = sizeof(State);
  for (const Stream& stream : state_->streams) bytes += stream.begun.capacity();
  if (state_->preludes) {
    for (const Prelude& prelude : *state_->preludes) bytes += sizeof(prelude) + prelude.memory();
  }
  return state_->handshake ? bytes + state_->handshake->memory() : bytes;
}

Conversation::Kind Conversation::kind() const {
  if (!state_->handshake) return state_->midstream ? Kind::midstream : Kind::none;
  return state_->handshake->any_hello() ? Kind::session : Kind::midstream;
}

Side Conversation::client() const { return kind() == Kind::session ? state_->client.value_or(Side::a) : Side::a; }

db::SessionObservation Conversation::finish() {
  db::SessionObservation seen = state_->handshake ? state_->handshake->finish() : db::SessionObservation{};
  seen.protocol = state_->protocol;
  return seen;
}

}  // namespace ucready::passive
