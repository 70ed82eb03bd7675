// What goes into a capture that is to be given away, and what a reader makes of it.
#include "passive/sanitised_capture.h"

#include <gmock/gmock.h>

#include <fstream>
#include <iterator>
#include <set>

#include "passive/capture.h"
#include "passive/capture_file.h"
#include "passive/flow_table.h"
#include "tests/db/sample.h"
#include "tests/passive/hello_maker.h"
#include "tests/passive/preludes.h"

namespace ucready::passive {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

struct Kept : CaptureSink {
  void session(db::SessionObservation seen, ByteView handshake) override {
    sessions.push_back(std::move(seen));
    bytes.emplace_back(handshake.begin(), handshake.end());
  }
  void midstream(db::SessionObservation) override { ++midstreams; }
  Result<std::uint32_t> begin_source(const std::string&) override { return 0; }
  [[nodiscard]] std::optional<Error> failure() const override { return std::nullopt; }
  void breathe() override {}

  std::vector<db::SessionObservation> sessions;
  std::vector<Bytes> bytes;
  int midstreams = 0;
};

// What a client and a server say one after the other, in segments of at most `most` bytes.
class Wire {
 public:
  Wire(FlowTable& flows, std::size_t most) : flows_(flows), most_(most) {}

  void say(Side from, ByteView bytes) {
    while (!bytes.empty()) {
      const ByteView part = bytes.first(std::min(bytes.size(), most_));
      bytes = bytes.subspan(part.size());
      const std::size_t side = from == Side::a ? 0 : 1;
      flows_.take({.time_ns = time_ns_ += 1'000'000,
                   .from = ends_[side],
                   .to = ends_[1 - side],
                   .sequence = next_[side],
                   .flags = kAck,
                   .payload = part});
      next_[side] += static_cast<std::uint32_t>(part.size());
    }
  }

 private:
  FlowTable& flows_;
  std::size_t most_;
  Endpoint ends_[2] = {{*parse_ip_address("192.0.2.10"), 49152}, {*parse_ip_address("192.0.2.20"), 5061}};
  std::uint32_t next_[2] = {1000, 2000};
  std::int64_t time_ns_ = 1'790'000'000'000'000'000;
};

Bytes hello_record() {
  ByteWriter out;
  out.u8(22);
  out.u16(0x0301);
  out.u16_block([&] { out.bytes(MadeHello().message()); });
  return out.take();
}

const Bytes kAlert = {21, 3, 3, 0, 2, 2, 40};

std::string text_of(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

Kept read_back(const std::filesystem::path& path) {
  Kept kept;
  auto input = CaptureInput::open({.files = {path.string()}});
  if (!input) {
    ADD_FAILURE() << input.error().message;
    return kept;
  }
  const auto read = run_capture(*input, kept, [](const CaptureProgress&) { return true; });
  EXPECT_TRUE(read && read->faults.empty());
  return kept;
}

class SanitisedPrelude : public ::testing::TestWithParam<SpokenPrelude> {
 protected:
  // The connection whose prelude that is, as the flow table tells it.
  Kept hear(std::size_t most_bytes) const {
    ConversationContext context;
    Kept kept;
    FlowTable flows(context, kept);
    Wire wire(flows, most_bytes);
    for (const Said& said : GetParam().said) wire.say(said.from, as_bytes(said.bytes));
    wire.say(Side::a, hello_);
    wire.say(Side::b, kAlert);
    flows.finish();
    return kept;
  }

  const Bytes hello_ = hello_record();
  db::TemporaryFolder folder_;
  const std::filesystem::path file_ = folder_ / "clean.pcap";
};

TEST_P(SanitisedPrelude, LeavesNoSecretAndTellsTheSame) {
  const Kept heard = hear(1400);
  ASSERT_EQ(heard.sessions.size(), 1U);
  ASSERT_EQ(heard.sessions[0].protocol, GetParam().protocol);
  EXPECT_EQ(heard.bytes[0].size(), 7 + hello_.size() + 7 + kAlert.size());

  auto sanitised = SanitisedCapture::create(file_.string(), false);
  ASSERT_TRUE(sanitised && (*sanitised)->add(heard.sessions[0], heard.bytes[0]) && (*sanitised)->finish());
  EXPECT_EQ((*sanitised)->left_out(), 0U);
  EXPECT_THAT(text_of(file_), Not(HasSubstr(kSecret)));

  const Kept again = read_back(file_);
  ASSERT_EQ(again.sessions.size(), 1U);
  EXPECT_EQ(again.sessions[0].protocol, GetParam().protocol);
  EXPECT_EQ(again.sessions[0].client, heard.sessions[0].client);
  EXPECT_EQ(again.sessions[0].server, heard.sessions[0].server);
  EXPECT_EQ(again.sessions[0].alert, heard.sessions[0].alert);
  EXPECT_EQ(again.sessions[0].offer->offer_id, heard.sessions[0].offer->offer_id);
}

INSTANTIATE_TEST_SUITE_P(All, SanitisedPrelude, ::testing::ValuesIn(kPreludes),
                         [](const auto& each) { return std::string(each.param.name); });

TEST(SanitisedCapture, KeepsAllOfAHelloThatCameByteByByte) {
  ConversationContext context;
  Kept kept;
  FlowTable flows(context, kept);
  Wire wire(flows, 1);
  const Bytes hello = hello_record();
  wire.say(Side::a, hello);
  wire.say(Side::b, kAlert);
  flows.finish();

  ASSERT_EQ(kept.bytes.size(), 1U);
  Bytes joined;
  ByteReader pieces(kept.bytes[0]);
  while (!pieces.empty()) {
    pieces.u8();
    pieces.u32();
    const ByteView piece = pieces.u16_block();
    joined.insert(joined.end(), piece.begin(), piece.end());
  }
  Bytes expected = hello;
  expected.insert(expected.end(), kAlert.begin(), kAlert.end());
  EXPECT_EQ(joined, expected);
}

TEST(SanitisedCapture, KeepsWhatTdsPutsAroundTls) {
  ConversationContext context;
  Kept kept;
  FlowTable flows(context, kept);
  Wire wire(flows, 1400);
  const Bytes hello = hello_record();
  const auto in_tds = [](const Bytes& inside) {
    ByteWriter out;
    out.u16(0x1201);
    out.u16(static_cast<std::uint16_t>(inside.size() + 8));
    out.u32(0);
    out.bytes(inside);
    return out.take();
  };
  wire.say(Side::a, in_tds({0, 0, 6, 0, 1, 0xff, 1, 's', 'e', 'c', 'r', 'e', 't'}));
  wire.say(Side::b, in_tds({0, 0, 6, 0, 1, 0xff, 1}));
  wire.say(Side::a, in_tds(hello));
  wire.say(Side::b, in_tds(kAlert));
  flows.finish();

  ASSERT_EQ(kept.sessions.size(), 1U);
  EXPECT_EQ(kept.sessions[0].protocol, "tds");
  db::TemporaryFolder folder;
  const std::filesystem::path file = folder / "clean.pcap";
  auto sanitised = SanitisedCapture::create(file.string(), true);
  ASSERT_TRUE(sanitised && (*sanitised)->add(kept.sessions[0], kept.bytes[0]) && (*sanitised)->finish());
  EXPECT_THAT(text_of(file), Not(HasSubstr("secret")));
  const Kept again = read_back(file);
  ASSERT_EQ(again.sessions.size(), 1U);
  EXPECT_EQ(again.sessions[0].protocol, "tds");
  EXPECT_EQ(again.sessions[0].offer->offer_id, kept.sessions[0].offer->offer_id);
}

TEST(SanitisedCapture, NeverGivesTwoHostsOneNameAndCountsWhatFindsNone) {
  db::TemporaryFolder folder;
  const std::filesystem::path file = folder / "clean.pcap";
  auto sanitised = SanitisedCapture::create(file.string(), true);
  ASSERT_TRUE(sanitised);
  constexpr std::uint32_t kSessions = 140'000;  // Of two hosts each: more than there are names.
  db::SessionObservation session;
  session.protocol = "tls";
  const Bytes handshake = {0, 0, 0, 0, 0, 0, 1, 22};
  for (std::uint32_t i = 0; i < kSessions; ++i) {
    const auto host = [&](std::uint8_t net) {
      Endpoint end;
      end.address.bytes = {net, static_cast<std::uint8_t>(i >> 16U), static_cast<std::uint8_t>(i >> 8U),
                           static_cast<std::uint8_t>(i)};
      return end;
    };
    session.client = host(10);
    session.server = host(11);
    ASSERT_TRUE((*sanitised)->add(session, handshake));
  }
  ASSERT_TRUE((*sanitised)->finish());

  EXPECT_EQ((*sanitised)->left_out(), kSessions - (1U << 17U) + 1);
  std::set<IpAddress> names;
  auto source = open_capture_file(file.string());
  ASSERT_TRUE(source);
  Packet packet;
  while ((*source)->next(packet)) {
    IpAddress from;
    std::ranges::copy(packet.bytes.subspan(12, 4), from.bytes.begin());
    names.insert(from);
  }
  EXPECT_EQ(names.size(), (1U << 18U) - 2);
}

}  // namespace
}  // namespace ucready::passive
