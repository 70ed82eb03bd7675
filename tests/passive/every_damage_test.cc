// Every cut and every flipped bit of small captures of every kind: none crashes or hangs. Cuts go through the whole
// pipeline into a database; of the flips, four hundred thousand, each goes through all but the database, whose rows
// are made the same whatever they tell. A sanitizer makes a run thirty times dearer: there every seventeenth does.
#include <gtest/gtest.h>

#include "tests/passive/small_captures.h"
#include "tests/support/whole_pipeline.h"

namespace ucready::passive {
namespace {

constexpr std::uint64_t kMostPackets = 1000;
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr std::size_t kStep = 17;  // Comes to every bit of a byte in turn.
#else
constexpr std::size_t kStep = 1;
#endif

// Holds to what a reader of the sessions may count on.
struct Counting : CaptureSink {
  void session(db::SessionObservation seen, ByteView handshake) override {
    ++told;
    if (handshake.empty() || handshake.size() > 32U * 1024) ADD_FAILURE() << handshake.size() << " bytes are kept";
    if (seen.alert_by && !seen.established.has_value()) ADD_FAILURE() << "an alert, but nothing is said of the session";
  }
  void midstream(db::SessionObservation) override { ++told; }
  Result<std::uint32_t> begin_source(const std::string&) override { return 0; }
  [[nodiscard]] std::optional<Error> failure() const override { return std::nullopt; }
  void breathe() override {}

  std::uint64_t told = 0;
};

void read_all_but_rows(const Bytes& file) {
  CaptureRequest request;
  request.limits.remembered = 64;  // Of the thousands there are it is most of the cost of a short run.
  auto input = CaptureInput::open(std::move(request), memory_stream(file), "input");
  if (!input) return;
  Counting sink;
  const auto go_on = [](const CaptureProgress& progress) { return progress.packets < kMostPackets; };
  const auto read = run_capture(*input, sink, go_on);
  ASSERT_TRUE(read);
  ASSERT_EQ(read->flows.sessions + read->flows.midstream, sink.told);
  ASSERT_LE(read->segments, read->packets);
}

class EveryDamage : public ::testing::TestWithParam<SmallCapture> {
 protected:
  const Bytes& file() const { return GetParam().file; }

  WholePipeline pipeline_;
};

TEST_P(EveryDamage, IsReadToTheEnd) {
  ASSERT_LE(file().size(), 2048U);
  const auto whole = pipeline_.read(file(), kMostPackets);
  ASSERT_TRUE(whole);
  ASSERT_EQ(whole->flows.sessions, 1U);
  ASSERT_TRUE(whole->faults.empty());

  for (std::size_t size = 0; size < file().size(); size += kStep) {
    (void)pipeline_.read(ByteView(file()).first(size), kMostPackets);
  }
  Bytes damaged = file();
  for (std::size_t bit = 0; bit < damaged.size() * 8; bit += kStep) {
    const auto mask = static_cast<std::uint8_t>(1U << bit % 8);
    damaged[bit / 8] ^= mask;
    read_all_but_rows(damaged);
    if (HasFailure()) FAIL() << "bit " << bit;
    damaged[bit / 8] ^= mask;
  }
  EXPECT_EQ(damaged, file());
}

INSTANTIATE_TEST_SUITE_P(Of, EveryDamage, ::testing::ValuesIn(small_captures()),
                         [](const auto& each) { return each.param.name; });

TEST(SmallCaptures, AreMoreThanFifty) { EXPECT_GT(small_captures().size(), 50U); }

}  // namespace
}  // namespace ucready::passive
