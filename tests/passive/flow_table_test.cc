#include "passive/flow_table.h"

#include <gmock/gmock.h>

#include <algorithm>
#include <random>

#include "tls/client_hello.h"
#include "tls/record.h"

namespace ucready::passive {
namespace {

using ::testing::Each;
using ::testing::IsEmpty;
using ::testing::SizeIs;

struct Kept : FlowTable::Sink {
  void session(db::SessionObservation seen, ByteView handshake) override {
    sessions.push_back(std::move(seen));
    bytes.emplace_back(handshake.begin(), handshake.end());
  }
  void midstream(db::SessionObservation seen) override { begun_before.push_back(std::move(seen)); }

  std::vector<db::SessionObservation> sessions;
  std::vector<Bytes> bytes;
  std::vector<db::SessionObservation> begun_before;
};

const Endpoint kClient{*parse_ip_address("10.1.0.7"), 40001};
const Endpoint kServer{*parse_ip_address("10.0.0.11"), 5061};

Bytes client_hello() {
  tls::HelloOffer offer;
  offer.versions = {tls::kTls12};
  offer.suites = {{0xc02b}, {0xc02f}};
  offer.groups = {{23}};
  offer.schemes = {{0x0403}, {0x0804}};
  ByteWriter out;
  tls::write_records(out, tls::ContentType::handshake, tls::kTls10, tls::write_client_hello(offer, {}));
  return out.take();
}

Bytes handshake_failure() { return {21, 3, 3, 0, 2, 2, 40}; }

Segment segment(bool from_client, std::uint32_t sequence, std::uint8_t flags, ByteView payload = {},
                std::int64_t second = 0) {
  return {.time_ns = second * 1'000'000'000,
          .from = from_client ? kClient : kServer,
          .to = from_client ? kServer : kClient,
          .sequence = sequence,
          .acknowledgement = 0,
          .flags = flags,
          .payload = payload};
}

class FlowTableTest : public ::testing::Test {
 protected:
  FlowTable& table(FlowLimits limits = {}) {
    table_ = std::make_unique<FlowTable>(context, kept, limits);
    return *table_;
  }

  const Bytes hello = client_hello();
  const Bytes alert = handshake_failure();
  ConversationContext context;
  Kept kept;
  std::unique_ptr<FlowTable> table_;
};

TEST_F(FlowTableTest, TellsARefusedHandshakeWithItsBytes) {
  FlowTable& flows = table();
  flows.take(segment(true, 999, kSyn));
  Segment answer = segment(false, 4999, kSyn | kAck);
  answer.acknowledgement = 1000;
  flows.take(answer);
  flows.take(segment(true, 1000, kAck, hello));
  flows.take(segment(false, 5000, kAck, alert));

  ASSERT_THAT(kept.sessions, SizeIs(1));
  EXPECT_EQ(kept.sessions[0].client, kClient);
  EXPECT_EQ(kept.sessions[0].server, kServer);
  EXPECT_EQ(kept.sessions[0].alert, tls::Alert{40});
  EXPECT_EQ(kept.sessions[0].established, false);
  EXPECT_EQ(kept.bytes[0].size(), 7 + hello.size() + 7 + alert.size());
  EXPECT_EQ(kept.bytes[0][0], 0);  // The client's first.
}

TEST_F(FlowTableTest, DoesNotMindOrderRepetitionOrSmallSegments) {
  for (unsigned seed = 0; seed < 50; ++seed) {
    kept.sessions.clear();
    FlowTable& flows = table();
    std::vector<Segment> segments;
    for (std::size_t at = 0; at < hello.size(); at += 7) {
      const ByteView piece = ByteView(hello).subspan(at, std::min<std::size_t>(7, hello.size() - at));
      segments.push_back(segment(true, 1000 + static_cast<std::uint32_t>(at), kAck, piece));
      if (at % 3 == 0) segments.push_back(segments.back());
    }
    std::shuffle(segments.begin(), segments.end(), std::mt19937(seed));
    flows.take(segment(true, 999, kSyn));
    for (const Segment& one : segments) flows.take(one);
    flows.take(segment(false, 5000, kAck, alert));
    ASSERT_THAT(kept.sessions, SizeIs(1)) << seed;
    ASSERT_NE(kept.sessions[0].offer, nullptr) << seed;
  }
}

TEST_F(FlowTableTest, TakesAConnectionUpWhoseSynWasNotSeen) {
  FlowTable& flows = table();
  flows.take(segment(true, 1000, kAck, hello));
  flows.take(segment(false, 5000, kAck, alert));
  EXPECT_THAT(kept.sessions, SizeIs(1));
}

TEST_F(FlowTableTest, CountsAConnectionThatBeganBefore) {
  const Bytes data = {23, 3, 3, 0, 4, 1, 2, 3, 4, 23, 3, 3, 0, 2, 1, 2};
  FlowTable& flows = table();
  flows.take(segment(false, 5000, kAck, data));
  flows.finish();
  ASSERT_THAT(kept.begun_before, SizeIs(1));
  EXPECT_EQ(kept.begun_before[0].server, kServer);
  EXPECT_THAT(kept.sessions, IsEmpty());
}

TEST_F(FlowTableTest, SeesTwoConnectionsWhereThePortsAreUsedAgain) {
  FlowTable& flows = table();
  for (std::uint32_t start : {1000U, 77'000U}) {
    flows.take(segment(true, start - 1, kSyn));
    flows.take(segment(true, start, kAck, hello));
    flows.take(segment(false, 5000 + start, kAck, alert));
    flows.take(segment(true, start + static_cast<std::uint32_t>(hello.size()), kFin | kAck));
    flows.take(segment(false, 5000 + start + 7, kFin | kAck));
  }
  flows.finish();
  EXPECT_THAT(kept.sessions, SizeIs(2));
}

TEST_F(FlowTableTest, ForgetsConnectionsThatFellSilent) {
  FlowTable& flows = table();
  flows.take(segment(true, 1000, kAck, hello));
  Segment other = segment(true, 1, kAck, hello, 1000);
  for (std::uint16_t port = 0; port < 3000; ++port) {
    other.from.port = port;
    flows.take(other);
  }
  EXPECT_THAT(kept.sessions, SizeIs(1));
}

TEST_F(FlowTableTest, StaysBoundedUnderAFloodOfConnections) {
  FlowTable& flows = table({.flows = 1000});
  Segment flood = segment(true, 1, kSyn);
  for (std::uint32_t i = 0; i < 200'000; ++i) {
    flood.from.address.bytes = {10, static_cast<std::uint8_t>(i >> 16U), static_cast<std::uint8_t>(i >> 8U),
                                static_cast<std::uint8_t>(i)};
    flows.take(flood);
  }
  EXPECT_EQ(flows.counts().flows, 0U);  // SYNs alone are no connections.
  flood.flags = kAck;
  flood.sequence = 2;
  flood.payload = hello;
  for (std::uint32_t i = 0; i < 50'000; ++i) {
    flood.from.address.bytes = {10, static_cast<std::uint8_t>(i >> 16U), static_cast<std::uint8_t>(i >> 8U),
                                static_cast<std::uint8_t>(i)};
    flows.take(flood);
  }
  flows.finish();
  EXPECT_EQ(flows.counts().flows, 50'000U);
  EXPECT_EQ(flows.counts().evicted_flows, 49'000U);
  EXPECT_EQ(kept.sessions.size(), 50'000U);
}

// A connection of its own, with what its two sides say.
struct Talk {
  explicit Talk(std::uint16_t port) { client.port = port; }

  void say(FlowTable& flows, Side from, ByteView bytes) {
    Segment said = segment(from == Side::a, next[from == Side::a ? 0 : 1], kAck, bytes);
    (from == Side::a ? said.from : said.to) = client;
    flows.take(said);
    next[from == Side::a ? 0 : 1] += static_cast<std::uint32_t>(bytes.size());
  }

  Endpoint client = kClient;
  std::uint32_t next[2] = {1000, 5000};
};

TEST_F(FlowTableTest, KeepsAHandshakeHoweverManyConnectionsAreOpenThatAreNoTls) {
  FlowTable& flows = table();
  for (std::uint16_t port = 1; port <= 1000; ++port) Talk(port).say(flows, Side::a, as_bytes("GET / HTTP/1.1\r\n\r\n"));
  Talk talk(40001);
  talk.say(flows, Side::a, hello);
  talk.say(flows, Side::b, alert);

  ASSERT_THAT(kept.bytes, SizeIs(1));
  EXPECT_EQ(kept.bytes[0].size(), 7 + hello.size() + 7 + alert.size());
  EXPECT_EQ(flows.counts().unkept_handshakes, 0U);
}

TEST_F(FlowTableTest, KeepsThousandsOfHandshakesAtOnce) {
  FlowTable& flows = table();
  std::vector<Talk> talks;
  for (std::uint16_t port = 1; port <= 3000; ++port) talks.emplace_back(port).say(flows, Side::a, hello);
  for (Talk& talk : talks) talk.say(flows, Side::b, alert);

  EXPECT_THAT(kept.bytes, SizeIs(3000));
  EXPECT_THAT(kept.bytes, Each(SizeIs(7 + hello.size() + 7 + alert.size())));
}

TEST_F(FlowTableTest, CountsAHandshakeThatItHadNoRoomToKeep) {
  FlowTable& flows = table({.kept_bytes = hello.size() + 100});
  Talk first(1), second(2);
  first.say(flows, Side::a, hello);
  second.say(flows, Side::a, hello);
  second.say(flows, Side::b, alert);
  first.say(flows, Side::b, alert);
  Talk third(3);  // The room of the first is there again.
  third.say(flows, Side::a, hello);
  third.say(flows, Side::b, alert);

  ASSERT_THAT(kept.bytes, SizeIs(3));
  EXPECT_THAT(kept.bytes[0], IsEmpty());
  EXPECT_THAT(kept.bytes[1], SizeIs(7 + hello.size() + 7 + alert.size()));
  EXPECT_THAT(kept.bytes[2], SizeIs(7 + hello.size() + 7 + alert.size()));
  EXPECT_EQ(flows.counts().unkept_handshakes, 1U);
}

TEST_F(FlowTableTest, MarksTheGapInAHandshakeThatItKeeps) {
  FlowTable& flows = table();
  Talk talk(7);
  talk.say(flows, Side::a, hello);
  const Bytes half = {22, 3, 3, 0, 80, 2, 0, 0, 76, 3, 3};  // A ServerHello that goes on.
  talk.say(flows, Side::b, half);
  talk.next[1] += 50;
  talk.say(flows, Side::b, alert);
  flows.finish();

  ASSERT_THAT(kept.bytes, SizeIs(1));
  ASSERT_THAT(kept.bytes[0], SizeIs(7 + hello.size() + 7 + half.size() + 7 + 7 + alert.size()));
  ByteReader gap(ByteView(kept.bytes[0]).subspan(7 + hello.size() + 7 + half.size()));
  EXPECT_EQ(gap.u8(), 1);
  gap.u32();
  EXPECT_EQ(gap.u16(), 0);
}

TEST_F(FlowTableTest, GivesUpTheQuietestHandshakesWhenAllTogetherHoldTooMuch) {
  // Half of a hello each, behind many connections that are known and no handshake any more.
  constexpr std::size_t kLimit = 1U << 20;
  FlowTable& flows = table({.conversation_bytes = kLimit});
  const Bytes data = {23, 3, 3, 0, 1, 7};
  for (std::uint16_t port = 1; port <= 20'000; ++port) Talk(port).say(flows, Side::a, data);
  Bytes half(1400, 0);
  ByteWriter begin;
  begin.u8(22);
  begin.u16(0x0301);
  begin.u16(16'000);
  begin.u8(1);
  begin.u24(20'000);
  begin.u16(0x0303);
  std::ranges::copy(begin.view(), half.begin());
  for (std::uint16_t port = 20'001; port <= 30'000; ++port) Talk(port).say(flows, Side::a, half);

  EXPECT_GE(flows.counts().evicted_flows, 10'000U - kLimit / half.size());
  EXPECT_LT(flows.counts().evicted_flows, 10'000U);
}

TEST_F(FlowTableTest, DoesNotBelieveOnePacketOfAnotherDay) {
  FlowTable& flows = table();
  Talk talk(7);
  talk.say(flows, Side::a, hello);
  const Bytes data = {23, 3, 3, 0, 1, 7};
  flows.take(segment(true, 1, kAck, data, 400'000));  // One of four days later, then as before.
  for (std::uint16_t port = 1000; port < 5000; ++port) Talk(port).say(flows, Side::a, data);
  EXPECT_THAT(kept.sessions, IsEmpty());
  talk.say(flows, Side::b, alert);

  ASSERT_THAT(kept.sessions, SizeIs(1));
  EXPECT_EQ(kept.sessions[0].alert, tls::Alert{40});
  EXPECT_EQ(flows.counts().overtaken_flows, 0U);
}

TEST_F(FlowTableTest, CountsTheHandshakesThatALeapOfTimeCutOff) {
  FlowTable& flows = table();
  Talk talk(7);
  talk.say(flows, Side::a, hello);
  Segment later = segment(true, 1, kAck, alert, 400'000);
  for (std::uint16_t port = 1000; port < 5000; ++port) {
    later.from.port = port;
    flows.take(later);
  }
  EXPECT_THAT(kept.sessions, SizeIs(1));
  EXPECT_EQ(flows.counts().overtaken_flows, 1U);
}

}  // namespace
}  // namespace ucready::passive
